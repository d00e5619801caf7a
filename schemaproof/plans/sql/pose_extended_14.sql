-- Tell the planner what columns have together: what ANALYZE would have written (PostgreSQL 14).
UPDATE pg_statistic_ext_data AS d
SET
    stxdndistinct = decode(p.distinct_values, 'hex')::pg_ndistinct,
    stxddependencies = decode(p.dependencies, 'hex')::pg_dependencies,
    stxdmcv = decode(p.most_common, 'hex')::pg_mcv_list
FROM jsonb_to_recordset(%s) AS p (
    schema text, name text, keys int2[], distinct_values text, dependencies text, most_common text
)
JOIN pg_namespace n ON n.nspname = p.schema
JOIN pg_statistic_ext e ON e.stxnamespace = n.oid AND e.stxname = p.name
-- Inside columns have numbers, which must be those of this table.
WHERE d.stxoid = e.oid AND string_to_array(e.stxkeys::text, ' ')::int2[] = p.keys
