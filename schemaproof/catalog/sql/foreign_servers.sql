-- Foreign servers.
SELECT
    srvname AS name,
    fdwname AS data_wrapper,
    srvtype AS type,
    srvversion AS version,
    ARRAY(
        SELECT quote_ident(option_name) || ' ' || quote_literal(option_value)
        FROM pg_options_to_table(srvoptions)
        ORDER BY option_name
    ) AS options,
    pg_get_userbyid(srvowner) AS owner,
    CASE WHEN NOT (srvacl @> acldefault('S', srvowner) AND srvacl <@ acldefault('S', srvowner))
        THEN ARRAY(SELECT item::text FROM unnest(srvacl) AS item ORDER BY item::text COLLATE "C")
    END AS privileges,
    (SELECT description FROM pg_catalog.pg_description
        WHERE objoid = it.oid AND classoid = 'pg_catalog.pg_foreign_server'::regclass AND objsubid = 0) AS comment
FROM pg_catalog.pg_foreign_server AS it
JOIN pg_catalog.pg_foreign_data_wrapper ON pg_foreign_data_wrapper.oid = srvfdw
WHERE it.oid NOT IN (SELECT objid FROM member WHERE classid = 'pg_catalog.pg_foreign_server'::regclass)
ORDER BY srvname
