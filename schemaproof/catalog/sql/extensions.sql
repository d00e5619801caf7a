-- Extensions.
SELECT
    extname AS name,
    extversion AS version,
    (SELECT nspname FROM pg_catalog.pg_namespace WHERE pg_namespace.oid = extnamespace) AS schema,
    pg_get_userbyid(extowner) AS owner,
    (SELECT description FROM pg_catalog.pg_description
        WHERE objoid = ext.oid AND classoid = 'pg_catalog.pg_extension'::regclass AND objsubid = 0) AS comment
FROM pg_catalog.pg_extension AS ext
ORDER BY extname
