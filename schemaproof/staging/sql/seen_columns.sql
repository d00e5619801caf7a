-- The same as plans/sql/columns.sql, for a role that is no superuser: pg_stats shows it the tables
-- that it may read. Operators are those of the type's default B-tree class.
SELECT
    c.oid::bigint AS oid,
    a.attnum AS number,
    a.attname AS name,
    s.inherited AS is_inherited,
    s.null_frac AS null_fraction,
    s.avg_width AS width,
    s.n_distinct AS distinct_values,
    slot.kind,
    (SELECT o.amopopr::regoperator::text
        FROM pg_opclass k
        JOIN pg_amop o ON o.amopfamily = k.opcfamily
            AND o.amoplefttype = k.opcintype AND o.amoprighttype = k.opcintype
        WHERE k.opcmethod = (SELECT oid FROM pg_am WHERE amname = 'btree') AND k.opcdefault
            AND o.amopstrategy = slot.strategy AND k.opcintype = compared.type
    ) AS operator,
    CASE WHEN a.attcollation <> 0 THEN a.attcollation::regcollation::text END AS ordering,
    slot.numbers,
    slot.content,
    format_type(CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END, NULL) AS element
FROM pg_stats s
JOIN pg_namespace n ON n.nspname = s.schemaname
JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = s.tablename
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = s.attname
JOIN pg_type t ON t.oid = a.atttypid
CROSS JOIN LATERAL (
    SELECT CASE
        WHEN t.typtype = 'd' THEN t.typbasetype
        WHEN t.typtype = 'e' THEN 'anyenum'::regtype
        WHEN t.typcategory = 'A' THEN 'anyarray'::regtype
        WHEN t.typtype = 'r' THEN 'anyrange'::regtype
        WHEN t.oid = 'varchar'::regtype THEN 'text'::regtype
        ELSE t.oid
    END AS type
) AS compared
LEFT JOIN LATERAL (
    VALUES
        (1, 3, s.most_common_freqs, s.most_common_vals::text),
        (2, 1, NULL::float4[], s.histogram_bounds::text),
        (3, 1, ARRAY[s.correlation], NULL)
) AS slot (kind, strategy, numbers, content)
    ON coalesce(slot.content, (slot.numbers)[1]::text) IS NOT NULL
WHERE n.nspname <> 'information_schema'
    AND n.nspname NOT LIKE 'pg\_%'
ORDER BY c.oid, a.attnum, s.inherited, slot.kind
