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
    ARRAY(
        SELECT quote_ident(attname) || ' ' || quote_literal(description)
        FROM pg_catalog.pg_description
        JOIN pg_catalog.pg_attribute ON attrelid = objoid AND attnum = objsubid
        WHERE objoid = type.typrelid AND classoid = 'pg_catalog.pg_class'::regclass AND objsubid > 0
        ORDER BY attname
    ) AS attribute_comments,
    owner, privileges, comment
FROM type
WHERE typtype = 'c'
ORDER BY nspname, typname
