-- Row security policies.
SELECT
    json_build_array(nspname, relname) AS "table",
    polname AS name,
    CASE polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END
        AS command,
    polpermissive AS is_permissive,
    ARRAY(
        SELECT CASE role WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(role)) END
        FROM unnest(polroles) AS role
        ORDER BY pg_get_userbyid(role)
    ) AS roles,
    pg_get_expr(polqual, polrelid) AS using,
    pg_get_expr(polwithcheck, polrelid) AS with_check,
    (SELECT description FROM pg_catalog.pg_description
        WHERE objoid = policy.oid AND classoid = 'pg_catalog.pg_policy'::regclass AND objsubid = 0) AS comment
FROM relation
JOIN pg_catalog.pg_policy AS policy ON polrelid = relation.oid
ORDER BY nspname, relname, polname
