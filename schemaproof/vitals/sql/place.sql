-- As whom the session reads, and where.
SELECT
    current_user::text AS role,
    quote_ident(current_user) AS quoted_role,
    pg_is_in_recovery() AS is_standby,
    -- Whether it was a standby once: each promotion begins a timeline, which names the files of WAL.
    CASE WHEN pg_is_in_recovery() THEN false
        ELSE left(pg_walfile_name(pg_current_wal_lsn()), 8) > '00000001' END AS was_promoted
