-- The same of all that is named in the definitions of relations, or belongs to none: told under 0. The types are those of
-- _versions.sql, or the planner would not see through the UNION.
SELECT 0::oid, ctid, xmin FROM pg_catalog.pg_namespace
UNION ALL SELECT 0::oid, ctid, xmin FROM pg_catalog.pg_proc WHERE oid >= 16384
UNION ALL SELECT 0::oid, ctid, xmin FROM pg_catalog.pg_type
    WHERE oid >= 16384 AND typrelid = 0 AND typcategory <> 'A'
UNION ALL SELECT 0::oid, ctid, xmin FROM pg_catalog.pg_enum
UNION ALL SELECT 0::oid, ctid, xmin FROM pg_catalog.pg_range WHERE rngtypid >= 16384
UNION ALL SELECT 0::oid, ctid, xmin FROM pg_catalog.pg_constraint WHERE conrelid = 0
UNION ALL SELECT 0::oid, ctid, xmin FROM pg_catalog.pg_description
    WHERE objoid >= 16384 AND classoid <> 'pg_catalog.pg_class'::regclass
-- Those of public and its like have low OIDs; by themselves they are found by the index.
UNION ALL SELECT 0::oid, ctid, xmin FROM pg_catalog.pg_description
    WHERE objoid = ANY (ARRAY(SELECT oid FROM pg_catalog.pg_namespace WHERE oid < 16384))
        AND classoid = 'pg_catalog.pg_namespace'::regclass
UNION ALL SELECT 0::oid, ctid, xmin FROM pg_catalog.pg_extension
-- What belongs to an extension is left out.
UNION ALL SELECT 0::oid, ctid, xmin FROM pg_catalog.pg_depend WHERE refclassid = 'pg_catalog.pg_extension'::regclass
UNION ALL SELECT 0::oid, ctid, xmin FROM pg_catalog.pg_event_trigger
UNION ALL SELECT 0::oid, ctid, xmin FROM pg_catalog.pg_default_acl
UNION ALL SELECT 0::oid, ctid, xmin FROM pg_catalog.pg_operator WHERE oid >= 16384
UNION ALL SELECT 0::oid, ctid, xmin FROM pg_catalog.pg_opclass WHERE oid >= 16384
UNION ALL SELECT 0::oid, ctid, xmin FROM pg_catalog.pg_collation WHERE oid >= 16384
UNION ALL SELECT 0::oid, ctid, xmin FROM pg_catalog.pg_foreign_server
UNION ALL SELECT 0::oid, ctid, xmin FROM pg_catalog.pg_foreign_data_wrapper
UNION ALL SELECT 0::oid, ctid, xmin FROM pg_catalog.pg_cast WHERE oid >= 16384
UNION ALL SELECT 0::oid, ctid, xmin FROM pg_catalog.pg_amop WHERE oid >= 16384
UNION ALL SELECT 0::oid, ctid, xmin FROM pg_catalog.pg_amproc WHERE oid >= 16384
UNION ALL SELECT 0::oid, ctid, xmin FROM pg_catalog.pg_opfamily WHERE oid >= 16384
UNION ALL SELECT 0::oid, ctid, xmin FROM pg_catalog.pg_ts_dict WHERE oid >= 16384
UNION ALL SELECT 0::oid, ctid, xmin FROM pg_catalog.pg_ts_config WHERE oid >= 16384
UNION ALL SELECT 0::oid, ctid, xmin FROM pg_catalog.pg_ts_config_map WHERE mapcfg >= 16384
UNION ALL SELECT 0::oid, ctid, xmin FROM pg_catalog.pg_publication
UNION ALL SELECT 0::oid, ctid, xmin FROM pg_catalog.pg_publication_rel
-- The schemas of a publication: pg_publication_namespace is new in 15.
UNION ALL SELECT 0::oid, ctid, xmin FROM pg_catalog.pg_depend
    WHERE classid = to_regclass('pg_catalog.pg_publication_namespace')
