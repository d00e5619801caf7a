-- Collations.
SELECT
    nspname AS schema,
    collname AS name,
    format('CREATE COLLATION %I.%I (%s)', nspname, collname, concat_ws(
        ', ',
        'PROVIDER = ' || CASE collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END,
        'LOCALE = ' || quote_literal(CASE WHEN collprovider <> 'c' THEN coalesce(locale, icu_locale, lc_collate) END),
        'LC_COLLATE = ' || quote_literal(CASE WHEN collprovider = 'c' THEN lc_collate END),
        'LC_CTYPE = ' || quote_literal(CASE WHEN collprovider = 'c' THEN lc_ctype END),
        CASE WHEN NOT collisdeterministic THEN 'DETERMINISTIC = false' END,
        'RULES = ' || quote_literal(rules)
    )) AS definition,
    pg_get_userbyid(collowner) AS owner,
    (SELECT description FROM pg_catalog.pg_description
        WHERE objoid = coll.oid AND classoid = 'pg_catalog.pg_collation'::regclass AND objsubid = 0) AS comment
-- A server too old for one of these columns has no inner column of the name, so the outer constant is taken.
FROM (SELECT NULL::text AS colllocale, NULL::text AS colliculocale, NULL::text AS collicurules) AS older
CROSS JOIN LATERAL (
    SELECT
        it.oid, collname, collnamespace, collprovider, collisdeterministic, collowner, collcollate::text AS lc_collate,
        collctype::text AS lc_ctype, colllocale AS locale, colliculocale AS icu_locale,
        collicurules AS rules
    FROM pg_catalog.pg_collation AS it
    WHERE it.oid >= 16384
) AS coll
JOIN namespace ON namespace.oid = collnamespace
WHERE coll.oid NOT IN (SELECT objid FROM member WHERE classid = 'pg_catalog.pg_collation'::regclass)
ORDER BY nspname, collname
