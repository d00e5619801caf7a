-- Schemas, the built-in ones apart.
SELECT
    nspname AS name,
    pg_get_userbyid(nspowner) AS owner,
    CASE WHEN NOT (nspacl @> acldefault('n', nspowner) AND nspacl <@ acldefault('n', nspowner))
        THEN ARRAY(SELECT item::text FROM unnest(nspacl) AS item ORDER BY item::text COLLATE "C")
    END AS privileges,
    (SELECT description FROM pg_catalog.pg_description
        WHERE objoid = namespace.oid AND classoid = 'pg_catalog.pg_namespace'::regclass AND objsubid = 0) AS comment
FROM namespace
ORDER BY nspname
