-- Foreign-data wrappers.
SELECT
    fdwname AS name,
    nullif(fdwhandler, 0)::regproc::text AS handler,
    nullif(fdwvalidator, 0)::regproc::text AS validator,
    ARRAY(
        SELECT quote_ident(option_name) || ' ' || quote_literal(option_value)
        FROM pg_options_to_table(fdwoptions)
        ORDER BY option_name
    ) AS options,
    pg_get_userbyid(fdwowner) AS owner,
    CASE WHEN NOT (fdwacl @> acldefault('F', fdwowner) AND fdwacl <@ acldefault('F', fdwowner))
        THEN ARRAY(SELECT item::text FROM unnest(fdwacl) AS item ORDER BY item::text COLLATE "C")
    END AS privileges,
    (SELECT description FROM pg_catalog.pg_description
        WHERE objoid = it.oid AND classoid = 'pg_catalog.pg_foreign_data_wrapper'::regclass AND objsubid = 0) AS comment
FROM pg_catalog.pg_foreign_data_wrapper AS it
WHERE it.oid NOT IN (SELECT objid FROM member WHERE classid = 'pg_catalog.pg_foreign_data_wrapper'::regclass)
ORDER BY fdwname
