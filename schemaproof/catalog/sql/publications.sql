-- Publications, with the tables and schemas that they are of.
SELECT
    pubname AS name,
    ARRAY(
        SELECT concat(
            'TABLE ', published.prrelid::regclass,
            ' (' || (
                SELECT string_agg(quote_ident(attname), ', ' ORDER BY attname)
                FROM pg_catalog.pg_attribute
                WHERE attrelid = published.prrelid AND attnum = ANY (published.prattrs::smallint[])
            ) || ')',
            ' WHERE (' || pg_get_expr(published.prqual, published.prrelid) || ')'
        )
        -- Since 15 there are column lists and filters; before, the outer constants are taken.
        FROM (SELECT NULL::int2vector AS prattrs, NULL::pg_node_tree AS prqual) AS older
        CROSS JOIN LATERAL (
            SELECT prrelid, prattrs, prqual FROM pg_catalog.pg_publication_rel WHERE prpubid = it.oid
        ) AS published
        ORDER BY published.prrelid::regclass::text COLLATE "C"
    ) || ARRAY(
        -- pg_publication_namespace is new in 15, so it is known by what depends on what.
        SELECT 'TABLES IN SCHEMA ' || space.refobjid::regnamespace
        FROM pg_catalog.pg_depend AS part
        JOIN pg_catalog.pg_depend AS space ON space.classid = part.classid AND space.objid = part.objid
        WHERE part.classid = to_regclass('pg_catalog.pg_publication_namespace')
            AND part.refclassid = 'pg_catalog.pg_publication'::regclass AND part.refobjid = it.oid
            AND space.refclassid = 'pg_catalog.pg_namespace'::regclass
        ORDER BY space.refobjid::regnamespace::text COLLATE "C"
    ) || CASE WHEN puballtables THEN ARRAY['ALL TABLES'] END AS objects,
    array_remove(ARRAY[
        CASE WHEN pubinsert THEN 'insert' END,
        CASE WHEN pubupdate THEN 'update' END,
        CASE WHEN pubdelete THEN 'delete' END,
        CASE WHEN pubtruncate THEN 'truncate' END
    ], NULL) AS operations,
    pubviaroot AS is_via_root,
    CASE gencols WHEN 's' THEN 'stored' ELSE 'none' END AS generated_columns,
    pg_get_userbyid(pubowner) AS owner,
    (SELECT description FROM pg_catalog.pg_description
        WHERE objoid = it.oid AND classoid = 'pg_catalog.pg_publication'::regclass AND objsubid = 0) AS comment
FROM (SELECT 'n'::"char" AS pubgencols) AS older
CROSS JOIN LATERAL (
    SELECT
        oid, pubname, puballtables, pubinsert, pubupdate, pubdelete, pubtruncate, pubviaroot, pubowner,
        pubgencols AS gencols
    FROM pg_catalog.pg_publication
) AS it
WHERE it.oid NOT IN (SELECT objid FROM member WHERE classid = 'pg_catalog.pg_publication'::regclass)
ORDER BY pubname
