-- Composite types that stand alone, the row types of tables apart.
SELECT
    nspname AS schema,
    typname AS name,
    ARRAY(
        SELECT
            quote_ident(attname) || ' ' || format_type(atttypid, atttypmod)
            || CASE WHEN attcollation <> element.typcollation THEN ' COLLATE ' || attcollation::regcollation ELSE '' END
        FROM pg_catalog.pg_attribute
        JOIN pg_catalog.pg_type AS element ON element.oid = atttypid
        WHERE attrelid = type.typrelid AND attnum > 0 AND NOT attisdropped
        ORDER BY attnum
    ) AS attributes,
    owner, privileges, comment
FROM type
WHERE typtype = 'c'
ORDER BY nspname, typname
