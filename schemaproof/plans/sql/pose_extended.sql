-- Tell the planner what columns have together: what ANALYZE would have written (PostgreSQL 15).
INSERT INTO pg_statistic_ext_data (
    stxoid, stxdinherit, stxdndistinct, stxddependencies, stxdmcv
)
SELECT
    e.oid,
    false,
    decode(p.distinct_values, 'hex')::pg_ndistinct,
    decode(p.dependencies, 'hex')::pg_dependencies,
    decode(p.most_common, 'hex')::pg_mcv_list
FROM jsonb_to_recordset(%s) AS p (
    schema text, name text, keys int2[], distinct_values text, dependencies text, most_common text
)
JOIN pg_namespace n ON n.nspname = p.schema
JOIN pg_statistic_ext e ON e.stxnamespace = n.oid AND e.stxname = p.name
-- Inside columns have numbers, which must be those of this table.
WHERE string_to_array(e.stxkeys::text, ' ')::int2[] = p.keys
