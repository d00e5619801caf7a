-- Columns of tables.
SELECT
    json_build_array(nspname, relname) AS "table",
    attname AS name,
    position,
    format_type(atttypid, atttypmod) AS type,
    CASE typnamespace WHEN 'pg_catalog'::regnamespace THEN 'pg_catalog'
        ELSE (SELECT space.nspname FROM pg_catalog.pg_namespace AS space WHERE space.oid = typnamespace)
    END AS type_schema,
    typname AS type_name,
    CASE
        WHEN typcategory = 'A' AND typelem <> 0 THEN 'array'
        ELSE CASE typtype
            WHEN 'b' THEN 'base' WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'c' THEN 'composite'
            WHEN 'r' THEN 'range' WHEN 'm' THEN 'multirange' ELSE 'pseudo'
        END
    END AS type_kind,
    CASE
        WHEN typtype = 'd' THEN format_type(typbasetype, typtypmod)
        WHEN typcategory = 'A' AND typelem <> 0 THEN format_type(typelem, atttypmod)
    END AS base_type,
    NOT attnotnull AS is_nullable,
    named.name AS not_null_name,
    coalesce(named.is_validated, true) AS is_not_null_validated,
    coalesce(named.is_no_inherit, false) AS is_not_null_no_inherit,
    CASE WHEN atthasdef AND attgenerated = '' THEN (
        SELECT pg_get_expr(adbin, adrelid) FROM pg_catalog.pg_attrdef WHERE adrelid = attrelid AND adnum = attnum
    ) END AS "default",
    CASE attidentity WHEN 'a' THEN 'ALWAYS' WHEN 'd' THEN 'BY DEFAULT' END AS identity_generation,
    CASE WHEN attgenerated <> '' THEN (
        SELECT pg_get_expr(adbin, adrelid) FROM pg_catalog.pg_attrdef WHERE adrelid = attrelid AND adnum = attnum
    ) END AS generated,
    CASE attgenerated WHEN 's' THEN 'STORED' WHEN 'v' THEN 'VIRTUAL' END AS generated_kind,
    CASE WHEN attcollation <> typcollation THEN attcollation::regcollation::text END AS collation,
    CASE WHEN attstorage <> typstorage THEN
        CASE attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END
    END AS storage,
    CASE attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END AS compression,
    CASE WHEN attstattarget >= 0 THEN attstattarget END AS statistics_target,
    CASE WHEN attoptions IS NOT NULL OR attfdwoptions IS NOT NULL
        THEN ARRAY(SELECT option FROM unnest(attoptions || attfdwoptions) AS option ORDER BY option COLLATE "C")
    END AS options,
    CASE WHEN attacl IS NOT NULL
        THEN ARRAY(SELECT item::text FROM unnest(attacl) AS item ORDER BY item::text COLLATE "C")
    END AS privileges,
    attinhcount > 0 AND NOT attislocal AS is_inherited,
    (SELECT description FROM pg_catalog.pg_description
        WHERE objoid = attrelid AND classoid = 'pg_catalog.pg_class'::regclass AND objsubid = attnum) AS comment
FROM relation
CROSS JOIN LATERAL (
    -- Table by table, each in the order of its index: they come sorted without being sorted.
    SELECT
        attrelid, attnum, attname, atttypid, atttypmod, attnotnull, atthasdef, attidentity, attgenerated, attcollation,
        attstorage, attcompression, attstattarget, attoptions, attfdwoptions, attacl, attinhcount, attislocal,
        row_number() OVER (ORDER BY attnum) AS position,
        (attrelid, attnum) IN (SELECT conrelid, place FROM nullness) AS is_remarkable
    FROM pg_catalog.pg_attribute
    WHERE attrelid = relation.oid AND attnum > 0 AND NOT attisdropped
) AS it
JOIN pg_catalog.pg_type AS type ON type.oid = atttypid
LEFT JOIN LATERAL (
    SELECT
        CASE WHEN rtrim(conname, '0123456789') NOT LIKE '%\_not\_null' THEN conname END AS name,
        convalidated AS is_validated,
        connoinherit AS is_no_inherit
    FROM pg_catalog.pg_constraint
    WHERE conrelid = CASE WHEN is_remarkable THEN attrelid END AND contype = 'n' AND conkey[1] = attnum
) AS named ON true
WHERE relkind IN ('r', 'p', 'f')
