-- Indexes, those behind constraints included.
SELECT
    nspname AS schema,
    index.relname AS name,
    json_build_array(nspname, relation.relname) AS "table",
    -- 403 = BTREE_AM_OID
    CASE index.relam WHEN 403 THEN 'btree' ELSE (SELECT amname FROM pg_catalog.pg_am WHERE pg_am.oid = index.relam) END
        AS method,
    keys,
    CASE WHEN indnatts > indnkeyatts THEN ARRAY(
        SELECT attname
        FROM pg_catalog.pg_attribute
        WHERE attrelid = indexrelid AND attnum > indnkeyatts
        ORDER BY attnum
    ) END AS include,
    pg_get_expr(indpred, indrelid) AS predicate,
    indisunique AS is_unique,
    indisprimary AS is_primary,
    it.indnullsnotdistinct AS nulls_not_distinct,
    indisvalid AS is_valid,
    indisready AS is_ready,
    indisreplident AS is_replica_identity,
    indisclustered AS is_clustered,
    index.relispartition AS is_inherited,
    ARRAY(SELECT option FROM unnest(index.reloptions) AS option ORDER BY option COLLATE "C") AS options,
    CASE WHEN has_expressions THEN ARRAY(
        SELECT attnum || ' ' || attstattarget
        FROM pg_catalog.pg_attribute
        WHERE attrelid = indexrelid AND attstattarget >= 0
        ORDER BY attnum
    ) END AS statistics_targets,
    CASE WHEN indisunique OR indisexclusion THEN (
        SELECT conname
        FROM pg_catalog.pg_constraint
        WHERE conrelid = indrelid AND conindid = indexrelid AND contype IN ('p', 'u', 'x')
    ) END AS "constraint",
    CASE
        -- Word for word what pg_get_indexdef says, without its looking everything up once more.
        WHEN is_plain AND indpred IS NULL AND indnatts = indnkeyatts AND index.reloptions IS NULL AND index.relkind = 'i'
            AND NOT it.indnullsnotdistinct
        THEN concat(
            CASE WHEN indisunique THEN 'CREATE UNIQUE INDEX ' ELSE 'CREATE INDEX ' END, quote_ident(index.relname),
            ' ON ', quote_ident(nspname), '.', quote_ident(relation.relname), ' USING btree (', spelled, ')'
        )
        ELSE pg_get_indexdef(indexrelid)
    END AS definition,
    (SELECT description FROM pg_catalog.pg_description
        WHERE objoid = indexrelid AND classoid = 'pg_catalog.pg_class'::regclass AND objsubid = 0) AS comment
-- A server too old for the column has no inner column of the name, so the outer constant is taken.
FROM (SELECT false AS indnullsnotdistinct) AS older
CROSS JOIN relation
CROSS JOIN LATERAL (
    SELECT
        indexrelid, indrelid, indnatts, indnkeyatts, indkey, indclass, indcollation, indoption, indpred, indisunique,
        indisprimary, indisexclusion, indisvalid, indisready, indisreplident, indisclustered, indnullsnotdistinct,
        indexprs IS NOT NULL AS has_expressions
    FROM pg_catalog.pg_index
    WHERE indrelid = relation.oid
) AS it
JOIN pg_catalog.pg_class AS index ON index.oid = indexrelid
CROSS JOIN LATERAL (
    SELECT
        array_agg(
            ARRAY[
                attname,
                CASE WHEN indkey[place] = 0 THEN pg_get_indexdef(indexrelid, place + 1, false) END,
                -- The list of those that are default ones is made once.
                CASE WHEN indclass[place] NOT IN (SELECT oid FROM pg_catalog.pg_opclass WHERE opcdefault)
                    THEN (SELECT opcname FROM pg_catalog.pg_opclass WHERE pg_opclass.oid = indclass[place])
                END,
                CASE WHEN indcollation[place] NOT IN (0, coalesce(attcollation, 100))
                    THEN indcollation[place]::regcollation::text
                END,
                CASE WHEN indoption[place] & 1 = 1 THEN '1' ELSE '0' END,
                CASE WHEN indoption[place] & 2 = 2 THEN '2' ELSE '0' END
            ]
            ORDER BY place
        ) AS keys,
        string_agg(
            quote_ident(attname)
            || CASE indoption[place] WHEN 0 THEN '' WHEN 1 THEN ' DESC NULLS LAST' WHEN 2 THEN ' NULLS FIRST' ELSE ' DESC' END,
            ', ' ORDER BY place
        ) AS spelled,
        bool_and(
            indkey[place] <> 0
            AND indcollation[place] IN (0, attcollation)
            -- For another type than its own, varchar apart, it may not be the default; 403 = BTREE_AM_OID, 25 = TEXTOID.
            AND (indclass[place], atttypid) IN (
                SELECT oid, opcintype
                FROM pg_catalog.pg_opclass
                WHERE opcdefault AND opcmethod = 403 AND oid < 16384
                UNION ALL
                SELECT oid, 'varchar'::regtype
                FROM pg_catalog.pg_opclass
                WHERE opcdefault AND opcmethod = 403 AND opcintype = 25 AND NOT EXISTS (
                    SELECT FROM pg_catalog.pg_opclass
                    WHERE opcdefault AND opcmethod = 403 AND opcintype = 'varchar'::regtype
                )
            )
        ) AS is_plain
    FROM generate_series(0, indnkeyatts - 1) AS place
    LEFT JOIN pg_catalog.pg_attribute ON attrelid = indrelid AND attnum = indkey[place]
) AS spelling
WHERE relation.relhasindex
ORDER BY nspname, index.relname
