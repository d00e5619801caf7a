-- Text search configurations, with the dictionaries that each kind of token goes through.
SELECT
    nspname AS schema,
    cfgname AS name,
    (SELECT prsnamespace::regnamespace || '.' || quote_ident(prsname)
        FROM pg_catalog.pg_ts_parser WHERE pg_ts_parser.oid = cfgparser) AS parser,
    ARRAY(
        SELECT quote_ident(alias) || ' WITH ' || string_agg(mapdict::regdictionary::text, ', ' ORDER BY mapseqno)
        FROM pg_catalog.pg_ts_config_map
        JOIN pg_catalog.ts_token_type(cfgparser) ON tokid = maptokentype
        WHERE mapcfg = it.oid
        GROUP BY alias
        ORDER BY alias COLLATE "C"
    ) AS mappings,
    pg_get_userbyid(cfgowner) AS owner,
    (SELECT description FROM pg_catalog.pg_description
        WHERE objoid = it.oid AND classoid = 'pg_catalog.pg_ts_config'::regclass AND objsubid = 0) AS comment
FROM pg_catalog.pg_ts_config AS it
JOIN namespace ON namespace.oid = cfgnamespace
WHERE it.oid >= 16384
    AND it.oid NOT IN (SELECT objid FROM member WHERE classid = 'pg_catalog.pg_ts_config'::regclass)
ORDER BY nspname, cfgname
