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
    ARRAY(
        SELECT quote_ident(attname) || ' ' || quote_literal(description)
        FROM pg_catalog.pg_description
        JOIN pg_catalog.pg_attribute ON attrelid = objoid AND attnum = objsubid
        WHERE objoid = relation.oid AND classoid = 'pg_catalog.pg_class'::regclass AND objsubid > 0
        ORDER BY attname
    ) AS column_comments,
    ARRAY(
        SELECT quote_ident(attname) || ' ' || item::text
        FROM pg_catalog.pg_attribute, unnest(attacl) AS item
        WHERE attrelid = relation.oid AND attnum > 0 AND NOT attisdropped
        ORDER BY attname, item::text COLLATE "C"
    ) AS column_privileges,
    ARRAY(
        SELECT quote_ident(attname) || ' ' || pg_get_expr(adbin, adrelid)
        FROM pg_catalog.pg_attrdef
        JOIN pg_catalog.pg_attribute ON attrelid = adrelid AND attnum = adnum
        WHERE adrelid = relation.oid
        ORDER BY attname
    ) AS column_defaults,
    (SELECT amname FROM pg_catalog.pg_am WHERE pg_am.oid = relam) AS access_method,
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
