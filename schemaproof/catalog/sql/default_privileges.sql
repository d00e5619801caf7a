-- What ALTER DEFAULT PRIVILEGES has promised to objects not yet made.
SELECT
    pg_get_userbyid(defaclrole) AS role,
    (SELECT nspname FROM pg_catalog.pg_namespace WHERE pg_namespace.oid = defaclnamespace) AS schema,
    CASE defaclobjtype
        WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types'
        WHEN 'n' THEN 'schemas' ELSE 'large objects'
    END AS objects,
    ARRAY(SELECT item::text FROM unnest(defaclacl) AS item ORDER BY item::text COLLATE "C") AS privileges
FROM pg_catalog.pg_default_acl
ORDER BY 1, 2, 3
