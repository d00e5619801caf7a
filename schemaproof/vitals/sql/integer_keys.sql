-- Integer columns that are a primary key alone, and how their extremes may be read without a scan.
SELECT
    class.oid::bigint AS oid,
    ARRAY[nspname, relname]::text[] AS "table",
    attname AS "column",
    base.type::regtype::text AS type,
    may.be_read AS may_be_read,
    -- An index on one table answers at once; one of many partitions would be as many answers and locks.
    relkind = 'r' AND indisvalid AND may.be_read AND NOT (relpersistence = 'u' AND pg_is_in_recovery())
    AND class.oid NOT IN (
        SELECT relation FROM pg_locks
        WHERE mode = 'AccessExclusiveLock' AND relation IS NOT NULL
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    ) AS is_served,
    sampled.lowest,
    sampled.highest
FROM pg_index
JOIN pg_class AS class ON class.oid = indrelid
JOIN pg_namespace AS space ON space.oid = relnamespace
JOIN pg_attribute AS attribute ON attrelid = indrelid AND attnum = indkey[0]
JOIN pg_type AS type ON type.oid = atttypid
CROSS JOIN LATERAL (SELECT CASE WHEN typtype = 'd' THEN typbasetype ELSE type.oid END) AS base (type)
CROSS JOIN LATERAL (
    -- Row security would show the greatest of some of the rows.
    SELECT has_column_privilege(indrelid, attnum, 'SELECT') AND has_schema_privilege(relnamespace, 'USAGE')
        AND NOT row_security_active(indrelid)
) AS may (be_read)
LEFT JOIN LATERAL (
    SELECT min(bound) AS lowest, max(bound) AS highest
    FROM pg_stats, unnest(
        coalesce(histogram_bounds::text::bigint[], '{}') || coalesce(most_common_vals::text::bigint[], '{}')
    ) AS bound
    WHERE relkind = 'p' AND pg_stats.schemaname = nspname AND tablename = relname
        AND pg_stats.attname = attribute.attname
) AS sampled ON true
WHERE indisprimary
    AND indnkeyatts = 1
    AND NOT relispartition
    AND base.type IN ('smallint'::regtype, 'integer'::regtype, 'bigint'::regtype)
    AND nspname <> 'information_schema'
    AND NOT starts_with(nspname, 'pg_')
    AND NOT EXISTS (
        SELECT FROM pg_depend
        WHERE classid = 'pg_class'::regclass AND objid = class.oid AND deptype = 'e'
    )
ORDER BY nspname, relname
