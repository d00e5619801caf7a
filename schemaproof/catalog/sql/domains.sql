-- Domains and their checks.
SELECT
    nspname AS schema,
    typname AS name,
    format_type(typbasetype, typtypmod) AS base_type,
    NOT typnotnull AS is_nullable,
    pg_get_expr(typdefaultbin, 0) AS "default",
    CASE WHEN typcollation <> (SELECT base.typcollation FROM pg_catalog.pg_type AS base WHERE base.oid = type.typbasetype)
        THEN typcollation::regcollation::text
    END AS collation,
    ARRAY(
        SELECT quote_ident(conname) || ' ' || pg_get_constraintdef(pg_constraint.oid)
        FROM pg_catalog.pg_constraint
        WHERE contypid = type.oid AND contype = 'c'
        ORDER BY conname
    ) AS checks,
    (
        -- A constraint with a name since 17; what ends in _not_null is a name that PostgreSQL made up.
        SELECT conname
        FROM pg_catalog.pg_constraint
        WHERE contypid = type.oid AND contype = 'n' AND rtrim(conname, '0123456789') NOT LIKE '%\_not\_null'
    ) AS not_null_name,
    ARRAY(
        SELECT quote_ident(conname) || ' ' || quote_literal(description)
        FROM pg_catalog.pg_constraint
        JOIN pg_catalog.pg_description
            ON objoid = pg_constraint.oid AND classoid = 'pg_catalog.pg_constraint'::regclass AND objsubid = 0
        WHERE contypid = type.oid AND contype = 'c'
        ORDER BY conname
    ) AS check_comments,
    owner, privileges, comment
FROM type
WHERE typtype = 'd'
ORDER BY nspname, typname
