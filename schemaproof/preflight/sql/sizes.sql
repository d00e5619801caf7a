-- How large each table is, in bytes of its files, and how many rows the server believes it to have (-1: it does not know).
SELECT
    nspname, relname,
    (SELECT sum(pg_catalog.pg_table_size(part)) FROM unnest(parts) AS part)::bigint AS table_bytes,
    (SELECT sum(pg_catalog.pg_indexes_size(part)) FROM unnest(parts) AS part)::bigint AS index_bytes,
    (SELECT sum(greatest(reltuples, 0)) FROM pg_catalog.pg_class WHERE pg_class.oid = ANY (parts))::bigint AS rows
FROM pg_catalog.pg_class AS class
JOIN pg_catalog.pg_namespace AS space ON space.oid = relnamespace
CROSS JOIN LATERAL (
    SELECT CASE relkind
        WHEN 'p' THEN ARRAY(SELECT relid::oid FROM pg_catalog.pg_partition_tree(class.oid) WHERE isleaf)
        ELSE ARRAY[class.oid]
    END AS parts
) AS parted
WHERE nspname = %s AND relname = %s AND relkind IN ('r', 'p', 'm')
