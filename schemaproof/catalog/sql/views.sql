-- Views and materialized views.
SELECT
    nspname AS schema,
    relname AS name,
    relkind = 'm' AS is_materialized,
    relispopulated AS is_populated,
    ARRAY(
        SELECT quote_ident(attname) || ' ' || format_type(atttypid, atttypmod)
        FROM pg_catalog.pg_attribute
        WHERE attrelid = relation.oid AND attnum > 0 AND NOT attisdropped
        ORDER BY attnum
    ) AS columns,
    pg_get_viewdef(oid) AS definition,
    ARRAY(SELECT option FROM unnest(reloptions) AS option ORDER BY option COLLATE "C") AS options,
    pg_get_userbyid(relowner) AS owner,
    CASE WHEN NOT (relacl @> acldefault('r', relowner) AND relacl <@ acldefault('r', relowner))
        THEN ARRAY(SELECT item::text FROM unnest(relacl) AS item ORDER BY item::text COLLATE "C")
    END AS privileges,
    (SELECT description FROM pg_catalog.pg_description
        WHERE objoid = relation.oid AND classoid = 'pg_catalog.pg_class'::regclass AND objsubid = 0) AS comment
FROM relation
WHERE relkind IN ('v', 'm')
ORDER BY nspname, relname
