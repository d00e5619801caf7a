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
    owner, privileges, comment
FROM type
WHERE typtype = 'd'
ORDER BY nspname, typname
