-- Sequences and the columns that own them.
SELECT
    relation.nspname AS schema,
    relation.relname AS name,
    seqtypid::regtype::text AS type,
    seqstart AS start,
    seqincrement AS increment,
    seqmin AS minimum,
    seqmax AS maximum,
    seqcache AS cache,
    seqcycle AS is_cyclic,
    CASE relation.relpersistence WHEN 'u' THEN 'unlogged' ELSE 'permanent' END AS persistence,
    -- A sequence lives in the schema of the table that owns it.
    CASE WHEN home.oid IS NOT NULL THEN json_build_array(relation.nspname, home.relname) END AS "table",
    attname AS column,
    quote_ident(relation.nspname) || '.' || quote_ident(home.relname) || '.' || quote_ident(attname) AS owned_by,
    coalesce(deptype = 'i', false) AS is_identity,
    pg_get_userbyid(relation.relowner) AS owner,
    CASE WHEN NOT (
        relation.relacl @> acldefault('s', relation.relowner) AND relation.relacl <@ acldefault('s', relation.relowner)
    )
        THEN ARRAY(SELECT item::text FROM unnest(relation.relacl) AS item ORDER BY item::text COLLATE "C")
    END AS privileges,
    (SELECT description FROM pg_catalog.pg_description
        WHERE objoid = relation.oid AND classoid = 'pg_catalog.pg_class'::regclass AND objsubid = 0) AS comment
FROM relation
JOIN pg_catalog.pg_sequence ON seqrelid = relation.oid
LEFT JOIN pg_catalog.pg_depend
    ON classid = 'pg_catalog.pg_class'::regclass AND objid = relation.oid AND objsubid = 0
    AND refclassid = 'pg_catalog.pg_class'::regclass AND deptype IN ('a', 'i')
LEFT JOIN pg_catalog.pg_class AS home ON home.oid = refobjid
LEFT JOIN pg_catalog.pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
WHERE relation.relkind = 'S'
ORDER BY relation.nspname, relation.relname
