-- Transactions that others have open in this database, and the tables that they hold.
SELECT
    pid,
    usename AS role,
    application_name AS application,
    backend_type,
    state,
    extract(epoch FROM clock_timestamp() - xact_start)::float8 AS age_s,
    extract(epoch FROM clock_timestamp() - state_change)::float8 AS state_age_s,
    age(backend_xmin) AS xmin_age,
    coalesce(held.locks, '[]') AS locks
FROM pg_stat_activity AS session
LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_array(nspname, relname, mode)) AS locks
    FROM pg_locks
    JOIN pg_class ON pg_class.oid = relation
    JOIN pg_namespace AS space ON space.oid = relnamespace
    WHERE pg_locks.pid = session.pid AND granted AND relkind IN ('r', 'p', 'm') AND relation >= 16384
        AND database = datid
) AS held ON true
WHERE datname = current_database()
    AND session.pid <> pg_backend_pid()
    AND xact_start IS NOT NULL
    -- Other workers of autovacuum give way.
    AND (backend_type IN ('client backend', 'background worker', 'logical replication worker')
        OR query LIKE 'autovacuum:%(to prevent wraparound)')
ORDER BY xact_start, pid
