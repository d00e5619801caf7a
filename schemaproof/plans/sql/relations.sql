-- What the planner is told of tables and indexes: one row for each that the project made.
SELECT
    c.oid::bigint AS oid,
    n.nspname AS schema,
    c.relname AS name,
    c.relkind = 'i' AS is_index,
    coalesce(am.amname, '') AS method,
    c.reltuples::float8 AS rows,
    pg_relation_size(c.oid) / current_setting('block_size')::bigint AS pages,
    c.relallvisible AS all_visible,
    pg_relation_filepath(c.oid) AS path
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_am am ON am.oid = c.relam
WHERE c.relkind IN ('r', 'm', 'i')
    AND n.nspname <> 'information_schema'
    AND n.nspname NOT LIKE 'pg\_%'
ORDER BY c.oid
