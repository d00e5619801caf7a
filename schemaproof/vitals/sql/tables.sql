-- Tables: what the counters, the planner and the files say of them. Sizes wait for nobody's lock.
WITH locked AS MATERIALIZED (
    SELECT relation FROM pg_locks
    WHERE mode = 'AccessExclusiveLock' AND relation IS NOT NULL
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
),
sampled AS MATERIALIZED (
    SELECT DISTINCT schemaname, tablename, inherited FROM pg_stats
)
SELECT
    ARRAY[nspname, relname]::text[] AS "table",
    CASE relkind WHEN 'r' THEN 'ordinary' WHEN 'p' THEN 'partitioned' ELSE 'materialized view' END AS form,
    CASE WHEN relispartition THEN (
        SELECT ARRAY[space.nspname, root.relname]::text[]
        FROM pg_class AS root JOIN pg_namespace AS space ON space.oid = root.relnamespace
        WHERE root.oid = pg_partition_root(class.oid)
    ) END AS root,
    nullif(reltuples, -1)::bigint AS estimated_rows,
    pg_stat_get_live_tuples(class.oid) AS live_rows,
    pg_stat_get_dead_tuples(class.oid) AS dead_rows,
    pg_stat_get_mod_since_analyze(class.oid) AS modified_rows,
    CASE WHEN relkind <> 'p' AND class.oid NOT IN (SELECT relation FROM locked)
        THEN pg_table_size(class.oid) END AS size_bytes,
    CASE
        WHEN (nspname, relname, relkind = 'p') IN (SELECT schemaname, tablename, inherited FROM sampled) THEN true
        WHEN has_table_privilege(class.oid, 'SELECT') AND NOT row_security_active(class.oid) THEN false
    END AS has_statistics,
    extract(epoch FROM clock_timestamp() - greatest(
        pg_stat_get_last_analyze_time(class.oid), pg_stat_get_last_autoanalyze_time(class.oid)
    ))::float8 AS analyzed_age_s,
    extract(epoch FROM clock_timestamp() - greatest(
        pg_stat_get_last_vacuum_time(class.oid), pg_stat_get_last_autovacuum_time(class.oid)
    ))::float8 AS vacuumed_age_s,
    CASE WHEN relfrozenxid <> '0' THEN greatest(age(relfrozenxid), (
        SELECT age(toast.relfrozenxid) FROM pg_class AS toast WHERE toast.oid = class.reltoastrelid
    )) END AS frozen_age,
    CASE WHEN relminmxid <> '0' THEN greatest(mxid_age(relminmxid), (
        SELECT mxid_age(toast.relminmxid) FROM pg_class AS toast WHERE toast.oid = class.reltoastrelid
    )) END AS multixact_age
FROM pg_class AS class
JOIN pg_namespace AS space ON space.oid = relnamespace
WHERE relkind IN ('r', 'p', 'm')
    AND relpersistence <> 't'
    AND nspname <> 'information_schema'
    AND NOT starts_with(nspname, 'pg_')
    AND NOT EXISTS (
        SELECT FROM pg_depend
        WHERE classid = 'pg_class'::regclass AND objid = class.oid AND deptype = 'e'
    )
ORDER BY nspname, relname
