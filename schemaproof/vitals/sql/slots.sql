-- Replication slots, and the WAL that may not be removed because of them.
SELECT
    slot_name AS name,
    slot_type AS type,
    active AS is_active,
    wal_status,
    (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END - restart_lsn)::bigint
        AS held_bytes,
    safe_wal_size AS safe_bytes,
    -- Known since 17.
    extract(epoch FROM clock_timestamp() - (to_jsonb(slot) ->> 'inactive_since')::timestamptz)::float8 AS inactive_s,
    greatest(age(xmin), age(catalog_xmin)) AS xmin_age
FROM pg_replication_slots AS slot
WHERE NOT temporary
ORDER BY slot_name
