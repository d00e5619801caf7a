-- Operators.
SELECT
    nspname AS schema,
    oprname AS name,
    CASE WHEN oprleft <> 0 THEN format_type(oprleft, NULL) END AS left_type,
    format_type(oprright, NULL) AS right_type,
    format('CREATE OPERATOR %I.%s (%s)', nspname, oprname, concat_ws(
        ', ',
        'FUNCTION = ' || oprcode::regproc,
        'LEFTARG = ' || CASE WHEN oprleft <> 0 THEN format_type(oprleft, NULL) END,
        'RIGHTARG = ' || format_type(oprright, NULL),
        'COMMUTATOR = ' || (
            SELECT format('OPERATOR(%s.%s)', other.oprnamespace::regnamespace::text, other.oprname)
            FROM pg_catalog.pg_operator AS other
            WHERE other.oid = it.oprcom
        ),
        'NEGATOR = ' || (
            SELECT format('OPERATOR(%s.%s)', other.oprnamespace::regnamespace::text, other.oprname)
            FROM pg_catalog.pg_operator AS other
            WHERE other.oid = it.oprnegate
        ),
        'RESTRICT = ' || nullif(oprrest, 0)::regproc,
        'JOIN = ' || nullif(oprjoin, 0)::regproc,
        CASE WHEN oprcanhash THEN 'HASHES' END,
        CASE WHEN oprcanmerge THEN 'MERGES' END
    )) AS definition,
    pg_get_userbyid(oprowner) AS owner,
    (SELECT description FROM pg_catalog.pg_description
        WHERE objoid = it.oid AND classoid = 'pg_catalog.pg_operator'::regclass AND objsubid = 0) AS comment
FROM pg_catalog.pg_operator AS it
JOIN namespace ON namespace.oid = oprnamespace
-- Without a function it is a name that another operator has only promised.
WHERE it.oid >= 16384 AND oprcode <> 0
    AND it.oid NOT IN (SELECT objid FROM member WHERE classid = 'pg_catalog.pg_operator'::regclass)
ORDER BY nspname, oprname, 3 NULLS FIRST, 4
