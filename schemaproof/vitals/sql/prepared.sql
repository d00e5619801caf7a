-- Transactions that were prepared in this database and neither committed nor rolled back.
SELECT
    gid AS name,
    owner AS role,
    extract(epoch FROM clock_timestamp() - prepared)::float8 AS age_s,
    age(transaction) AS xmin_age,
    coalesce((
        SELECT jsonb_agg(jsonb_build_array(nspname, relname, mode))
        FROM pg_locks
        JOIN pg_class ON pg_class.oid = relation
        JOIN pg_namespace AS space ON space.oid = relnamespace
        -- Whoever holds the lock on its number.
        WHERE pid IS NULL AND pg_locks.database = here.oid AND virtualtransaction = (
            SELECT virtualtransaction FROM pg_locks WHERE pid IS NULL AND transactionid = transaction
        )
            AND relkind IN ('r', 'p', 'm') AND relation >= 16384
    ), '[]') AS locks
FROM pg_prepared_xacts
JOIN pg_database AS here ON datname = pg_prepared_xacts.database
WHERE datname = current_database()
ORDER BY prepared, gid
