-- Extensions.
SELECT
    extname AS name,
    extversion AS version,
    (SELECT nspname FROM pg_catalog.pg_namespace WHERE pg_namespace.oid = extnamespace) AS schema
FROM pg_catalog.pg_extension
ORDER BY extname
