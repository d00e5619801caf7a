-- Text search dictionaries.
SELECT
    nspname AS schema,
    dictname AS name,
    format(
        'CREATE TEXT SEARCH DICTIONARY %I.%I (TEMPLATE = %s%s)', nspname, dictname,
        (SELECT tmplnamespace::regnamespace || '.' || quote_ident(tmplname)
            FROM pg_catalog.pg_ts_template WHERE pg_ts_template.oid = dicttemplate),
        ', ' || dictinitoption
    ) AS definition,
    pg_get_userbyid(dictowner) AS owner,
    (SELECT description FROM pg_catalog.pg_description
        WHERE objoid = it.oid AND classoid = 'pg_catalog.pg_ts_dict'::regclass AND objsubid = 0) AS comment
FROM pg_catalog.pg_ts_dict AS it
JOIN namespace ON namespace.oid = dictnamespace
WHERE it.oid >= 16384
    AND it.oid NOT IN (SELECT objid FROM member WHERE classid = 'pg_catalog.pg_ts_dict'::regclass)
ORDER BY nspname, dictname
