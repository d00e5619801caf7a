-- The rows of the catalogue that describe relations: which one, where the row lies, who wrote it (a new pair after every
-- change). No joins: the planner knows nothing of a fresh catalogue's size, and would loop.
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
-- By what a sequence is owned needs no look: ALTER SEQUENCE writes pg_sequence too.
