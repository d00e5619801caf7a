-- Foreign keys.
SELECT
    json_build_array(relation.nspname, relation.relname) AS "table",
    conname AS name,
    'foreign key' AS form,
    CASE WHEN cardinality(conkey) = 1
        THEN ARRAY[(SELECT attname FROM pg_catalog.pg_attribute WHERE attrelid = conrelid AND attnum = conkey[1])]
        ELSE ARRAY(
            SELECT (SELECT attname FROM pg_catalog.pg_attribute WHERE attrelid = conrelid AND attnum = key.attnum)
            FROM unnest(conkey) AS key (attnum)
        )
    END AS columns,
    json_build_array(
        (SELECT space.nspname FROM pg_catalog.pg_namespace AS space WHERE space.oid = target.relnamespace), target.relname
    ) AS target,
    CASE WHEN cardinality(confkey) = 1
        THEN ARRAY[(SELECT attname FROM pg_catalog.pg_attribute WHERE attrelid = confrelid AND attnum = confkey[1])]
        ELSE ARRAY(
            SELECT (SELECT attname FROM pg_catalog.pg_attribute WHERE attrelid = confrelid AND attnum = key.attnum)
            FROM unnest(confkey) AS key (attnum)
        )
    END AS target_columns,
    CASE confmatchtype WHEN 'f' THEN 'FULL' WHEN 'p' THEN 'PARTIAL' ELSE 'SIMPLE' END AS match,
    CASE confupdtype
        WHEN 'r' THEN 'RESTRICT' WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT'
        ELSE 'NO ACTION'
    END AS on_update,
    CASE confdeltype
        WHEN 'r' THEN 'RESTRICT' WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT'
        ELSE 'NO ACTION'
    END AS on_delete,
    CASE WHEN con.confdelsetcols IS NOT NULL THEN ARRAY(
        SELECT (SELECT attname FROM pg_catalog.pg_attribute WHERE attrelid = conrelid AND attnum = key.attnum)
        FROM unnest(con.confdelsetcols) AS key (attnum)
    ) END AS delete_columns,
    con.conperiod AS is_temporal,
    condeferrable AS is_deferrable,
    condeferred AS is_deferred,
    convalidated AS is_validated,
    con.conenforced AS is_enforced,
    CASE
        -- PostgreSQL keeps a key by triggers of its own, and DISABLE TRIGGER ALL means them too.
        WHEN EXISTS (SELECT FROM pg_catalog.pg_trigger WHERE tgconstraint = con.oid AND tgenabled <> 'O') THEN (
            SELECT string_agg(DISTINCT CASE tgenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' ELSE 'origin' END, ', ')
            FROM pg_catalog.pg_trigger
            WHERE tgconstraint = con.oid
        )
        ELSE 'origin'
    END AS enabled,
    coninhcount > 0 AND NOT conislocal AS is_inherited,
    pg_get_constraintdef(con.oid) AS definition,
    (SELECT description FROM pg_catalog.pg_description
        WHERE objoid = con.oid AND classoid = 'pg_catalog.pg_constraint'::regclass AND objsubid = 0) AS comment
-- A server too old for one of these columns has no inner column of the name, so the outer constant is taken.
FROM (SELECT true AS conenforced, false AS conperiod, NULL::smallint[] AS confdelsetcols) AS older
CROSS JOIN relation
CROSS JOIN LATERAL (
    SELECT
        it.oid, conname, conrelid, conkey, confrelid, confkey, confmatchtype, confupdtype, confdeltype, condeferrable,
        condeferred, convalidated, coninhcount, conislocal, conparentid, conenforced, conperiod, confdelsetcols
    FROM pg_catalog.pg_constraint AS it
    WHERE conrelid = relation.oid AND contype = 'f'
) AS con
JOIN pg_catalog.pg_class AS target ON target.oid = confrelid
-- A key to a partitioned table has a copy of itself per partition of the target: one key, told once.
WHERE relation.relkind IN ('r', 'p', 'f')
    AND (con.conparentid = 0 OR con.conrelid <> (
        SELECT original.conrelid FROM pg_catalog.pg_constraint AS original WHERE original.oid = con.conparentid
    ))
ORDER BY relation.nspname, relation.relname, conname
