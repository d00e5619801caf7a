-- The settings by which the server itself judges ages and retained WAL.
SELECT
    current_setting('autovacuum_freeze_max_age')::bigint AS freeze_max_age,
    current_setting('autovacuum_multixact_freeze_max_age')::bigint AS multixact_freeze_max_age,
    current_setting('vacuum_failsafe_age')::bigint AS failsafe_age,
    current_setting('vacuum_multixact_failsafe_age')::bigint AS multixact_failsafe_age,
    pg_size_bytes(current_setting('max_wal_size')) AS max_wal_bytes,
    pg_size_bytes(current_setting('wal_keep_size')) AS wal_keep_bytes
