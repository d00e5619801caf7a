-- Tables of every kind: ordinary, partitioned, foreign.
SELECT
    nspname AS schema,
    relname AS name,
    CASE relkind WHEN 'r' THEN 'ordinary' WHEN 'p' THEN 'partitioned' ELSE 'foreign' END AS form,
    CASE relpersistence WHEN 'u' THEN 'unlogged' ELSE 'permanent' END AS persistence,
    pg_get_userbyid(relowner) AS owner,
    CASE WHEN NOT (relacl @> acldefault('r', relowner) AND relacl <@ acldefault('r', relowner))
        THEN ARRAY(SELECT item::text FROM unnest(relacl) AS item ORDER BY item::text COLLATE "C")
    END AS privileges,
    relrowsecurity AS has_row_security,
    relforcerowsecurity AS forces_row_security,
    ARRAY(SELECT option FROM unnest(reloptions) AS option ORDER BY option COLLATE "C")
    || CASE WHEN reltoastrelid <> 0 THEN ARRAY(
        SELECT 'toast.' || option
        FROM pg_catalog.pg_class AS toast, unnest(toast.reloptions) AS option
        WHERE toast.oid = relation.reltoastrelid
        ORDER BY option COLLATE "C"
    ) END AS options,
    CASE relreplident WHEN 'n' THEN 'nothing' WHEN 'f' THEN 'full' WHEN 'i' THEN 'index' ELSE 'default' END
        AS replica_identity,
    ARRAY(
        SELECT json_build_array(space.nspname, parent.relname)
        FROM pg_catalog.pg_inherits
        JOIN pg_catalog.pg_class AS parent ON parent.oid = inhparent
        JOIN pg_catalog.pg_namespace AS space ON space.oid = parent.relnamespace
        WHERE inhrelid = relation.oid
        ORDER BY inhseqno
    ) AS parents,
    CASE WHEN reloftype <> 0 THEN reloftype::regtype::text END AS of_type,
    CASE WHEN relkind = 'p' THEN pg_get_partkeydef(oid) END AS partition_key,
    CASE WHEN relispartition THEN pg_get_expr(relpartbound, oid) END AS partition_bound,
    (SELECT amname FROM pg_catalog.pg_am WHERE pg_am.oid = relam) AS access_method,
    CASE WHEN relkind = 'f' THEN (
        SELECT quote_ident(srvname)
        FROM pg_catalog.pg_foreign_table
        JOIN pg_catalog.pg_foreign_server AS server ON server.oid = ftserver
        WHERE ftrelid = relation.oid
    ) END AS foreign_server,
    CASE WHEN relkind = 'f' THEN ARRAY(
        SELECT quote_ident(option_name) || ' ' || quote_literal(option_value)
        FROM pg_catalog.pg_foreign_table, pg_options_to_table(ftoptions)
        WHERE ftrelid = relation.oid
        ORDER BY option_name
    ) END AS foreign_options,
    (SELECT description FROM pg_catalog.pg_description
        WHERE objoid = relation.oid AND classoid = 'pg_catalog.pg_class'::regclass AND objsubid = 0) AS comment
FROM relation
WHERE relkind IN ('r', 'p', 'f')
ORDER BY nspname, relname
