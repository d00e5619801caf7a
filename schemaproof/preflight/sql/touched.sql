-- Tables that a backend's open transaction has locked as who writes to them, or reads them, does.
SELECT relation::bigint, bool_or(mode = 'RowExclusiveLock'), bool_or(mode = 'AccessShareLock')
FROM pg_catalog.pg_locks
WHERE pid = pg_catalog.pg_backend_pid() AND locktype = 'relation' AND granted AND relation >= 16384
GROUP BY relation
