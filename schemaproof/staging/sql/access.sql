-- As whom this session looks, and what its role could write to.
SELECT
    current_user::text AS role,
    current_database()::text AS database,
    current_setting('server_version_num')::int AS version,
    pg_catalog.pg_is_in_recovery() AS is_standby,
    (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user) AS is_superuser,
    pg_catalog.has_database_privilege(current_database(), 'CREATE')
        OR EXISTS (
            SELECT FROM pg_catalog.pg_namespace
            WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
                AND pg_catalog.has_schema_privilege(oid, 'CREATE')
        ) AS may_create,
    count(*) FILTER (
        WHERE pg_catalog.has_table_privilege(class.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
    ) AS writable,
    count(*) AS tables
FROM pg_catalog.pg_class AS class
JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = class.relnamespace
WHERE class.relkind IN ('r', 'p')
    AND nspname !~ '^pg_' AND nspname <> 'information_schema'
