-- Since when this server has counted what it does in this database, and whether others read for it.
SELECT
    current_setting('track_counts')::bool AS is_on,
    -- After a crash all begins anew; a database keeps no date of that since 15, but the archiver does.
    extract(epoch FROM clock_timestamp() - greatest(
        stats_reset, (SELECT archiver.stats_reset FROM pg_stat_archiver AS archiver)
    ))::float8 AS age_s,
    (SELECT count(*) FROM pg_stat_replication)::int AS standbys
FROM pg_stat_database
WHERE datname = current_database()
