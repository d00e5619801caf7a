-- What changed since the last time: one text with a line for each relation's stamp, name and owner, equal if nothing did.
-- Where a row lies (ctid) and who wrote it (xmin) are a new pair after every change of it. No joins: the planner knows
-- nothing of a fresh catalogue's size, and would loop.
SELECT pg_catalog.concat_ws(E'\n',
    (
        SELECT string_agg(concat_ws(' ', 'stamp', described, stamp), E'\n')
        FROM (
            -- A sum: rows of two catalogues may lie in the same place and be of one writer, and would cancel out if xored.
            SELECT described, sum(hashtidextended(place, writer::text::bigint)) AS stamp
            FROM (
                SELECT oid, ctid, xmin FROM pg_catalog.pg_class WHERE oid >= 16384
                UNION ALL SELECT attrelid, ctid, xmin FROM pg_catalog.pg_attribute WHERE attrelid >= 16384 AND attnum > 0
                UNION ALL SELECT adrelid, ctid, xmin FROM pg_catalog.pg_attrdef
                UNION ALL SELECT conrelid, ctid, xmin FROM pg_catalog.pg_constraint WHERE conrelid >= 16384
                UNION ALL SELECT indexrelid, ctid, xmin FROM pg_catalog.pg_index WHERE indexrelid >= 16384
                UNION ALL SELECT tgrelid, ctid, xmin FROM pg_catalog.pg_trigger
                -- The trigger on one table of a foreign key is told with the other.
                UNION ALL SELECT tgconstrrelid, ctid, xmin FROM pg_catalog.pg_trigger WHERE tgconstrrelid <> 0
                UNION ALL SELECT polrelid, ctid, xmin FROM pg_catalog.pg_policy
                UNION ALL SELECT ev_class, ctid, xmin FROM pg_catalog.pg_rewrite WHERE ev_class >= 16384
                UNION ALL SELECT inhrelid, ctid, xmin FROM pg_catalog.pg_inherits
                UNION ALL SELECT partrelid, ctid, xmin FROM pg_catalog.pg_partitioned_table
                UNION ALL SELECT ftrelid, ctid, xmin FROM pg_catalog.pg_foreign_table
                UNION ALL SELECT seqrelid, ctid, xmin FROM pg_catalog.pg_sequence
                UNION ALL SELECT stxrelid, ctid, xmin FROM pg_catalog.pg_statistic_ext
                UNION ALL SELECT objoid, ctid, xmin FROM pg_catalog.pg_description
                    WHERE objoid >= 16384 AND classoid = 'pg_catalog.pg_class'::regclass
                -- By what a sequence is owned.
                UNION ALL SELECT objid, ctid, xmin FROM pg_catalog.pg_depend
                    WHERE classid = 'pg_catalog.pg_class'::regclass AND objid >= 16384
                        AND deptype IN ('a', 'i') AND refobjsubid > 0
                -- What is named in the definitions of others, or belongs to no relation, is told under 0.
                UNION ALL SELECT 0, ctid, xmin FROM pg_catalog.pg_namespace
                UNION ALL SELECT 0, ctid, xmin FROM pg_catalog.pg_proc WHERE oid >= 16384
                UNION ALL SELECT 0, ctid, xmin FROM pg_catalog.pg_type
                    WHERE oid >= 16384 AND typrelid = 0 AND typcategory <> 'A'
                UNION ALL SELECT 0, ctid, xmin FROM pg_catalog.pg_enum
                UNION ALL SELECT 0, ctid, xmin FROM pg_catalog.pg_range WHERE rngtypid >= 16384
                UNION ALL SELECT 0, ctid, xmin FROM pg_catalog.pg_constraint WHERE conrelid = 0
                UNION ALL SELECT 0, ctid, xmin FROM pg_catalog.pg_description
                    WHERE objoid >= 16384 AND classoid <> 'pg_catalog.pg_class'::regclass
                -- Those of public and its like have low OIDs; by themselves they are found by the index.
                UNION ALL SELECT 0, ctid, xmin FROM pg_catalog.pg_description
                    WHERE objoid = ANY (ARRAY(SELECT oid FROM pg_catalog.pg_namespace WHERE oid < 16384))
                        AND classoid = 'pg_catalog.pg_namespace'::regclass
                UNION ALL SELECT 0, ctid, xmin FROM pg_catalog.pg_extension
                UNION ALL SELECT 0, ctid, xmin FROM pg_catalog.pg_event_trigger
                UNION ALL SELECT 0, ctid, xmin FROM pg_catalog.pg_default_acl
                UNION ALL SELECT 0, ctid, xmin FROM pg_catalog.pg_operator WHERE oid >= 16384
                UNION ALL SELECT 0, ctid, xmin FROM pg_catalog.pg_opclass WHERE oid >= 16384
                UNION ALL SELECT 0, ctid, xmin FROM pg_catalog.pg_collation WHERE oid >= 16384
                UNION ALL SELECT 0, ctid, xmin FROM pg_catalog.pg_foreign_server
                UNION ALL SELECT 0, ctid, xmin FROM pg_catalog.pg_foreign_data_wrapper
                UNION ALL SELECT 0, ctid, xmin FROM pg_catalog.pg_cast WHERE oid >= 16384
                UNION ALL SELECT 0, ctid, xmin FROM pg_catalog.pg_amop WHERE oid >= 16384
                UNION ALL SELECT 0, ctid, xmin FROM pg_catalog.pg_amproc WHERE oid >= 16384
                UNION ALL SELECT 0, ctid, xmin FROM pg_catalog.pg_opfamily WHERE oid >= 16384
                UNION ALL SELECT 0, ctid, xmin FROM pg_catalog.pg_ts_dict WHERE oid >= 16384
                UNION ALL SELECT 0, ctid, xmin FROM pg_catalog.pg_ts_config WHERE oid >= 16384
                UNION ALL SELECT 0, ctid, xmin FROM pg_catalog.pg_ts_config_map WHERE mapcfg >= 16384
                UNION ALL SELECT 0, ctid, xmin FROM pg_catalog.pg_publication
                UNION ALL SELECT 0, ctid, xmin FROM pg_catalog.pg_publication_rel
                -- The schemas of a publication: pg_publication_namespace is new in 15.
                UNION ALL SELECT 0, ctid, xmin FROM pg_catalog.pg_depend
                    WHERE classid = to_regclass('pg_catalog.pg_publication_namespace')
            ) AS version (described, place, writer)
            GROUP BY described
        ) AS stamped
    ),
    (
        SELECT string_agg(concat_ws(' ', 'name', oid, relkind, relnamespace, to_json(relname::text)), E'\n')
        FROM pg_catalog.pg_class
        WHERE oid >= 16384 AND relkind IN ('r', 'p', 'f', 'v', 'm', 'S', 'i', 'I', 'c')
    ),
    -- Whose row lies where in pg_user_mapping is for superusers to know; everybody may use the view.
    (SELECT concat_ws(' ', 'stamp 0', sum(hashtextextended(it::text, 0))) FROM pg_catalog.pg_user_mappings AS it),
    (SELECT string_agg(concat_ws(' ', 'schema', oid, to_json(nspname::text)), E'\n') FROM pg_catalog.pg_namespace),
    (
        -- An index is read with its table.
        SELECT string_agg(concat_ws(' ', 'index', indexrelid, indrelid), E'\n')
        FROM pg_catalog.pg_index
        WHERE indexrelid >= 16384
    )
)
