-- How often each index was read; the parts of a partitioned index count as one.
WITH locked AS MATERIALIZED (
    SELECT relation FROM pg_locks
    WHERE mode = 'AccessExclusiveLock' AND relation IS NOT NULL
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
),
part AS MATERIALIZED (
    SELECT
        CASE WHEN relispartition THEN pg_partition_root(class.oid) ELSE class.oid END AS whole,
        coalesce(pg_stat_get_numscans(class.oid), 0) AS scans,
        CASE WHEN relkind = 'I' THEN 0
            WHEN class.oid NOT IN (SELECT relation FROM locked) THEN pg_relation_size(class.oid) END AS size_bytes
    FROM pg_class AS class
    JOIN pg_index ON indexrelid = class.oid
    WHERE relkind IN ('i', 'I') AND class.oid >= 16384
)
SELECT
    ARRAY[nspname, index.relname]::text[] AS name,
    ARRAY[(SELECT home.nspname FROM pg_namespace AS home WHERE home.oid = "table".relnamespace), "table".relname]::text[]
        AS "table",
    use.scans,
    use.size_bytes
FROM (
    SELECT whole, sum(scans)::bigint AS scans, sum(size_bytes)::bigint AS size_bytes FROM part GROUP BY whole
) AS use
JOIN pg_class AS index ON index.oid = whole
JOIN pg_namespace AS space ON space.oid = index.relnamespace
JOIN pg_index ON indexrelid = whole
JOIN pg_class AS "table" ON "table".oid = indrelid
WHERE index.relpersistence <> 't'
    AND nspname <> 'information_schema'
    AND NOT starts_with(nspname, 'pg_')
ORDER BY nspname, index.relname
