-- Range types.
SELECT
    nspname AS schema,
    typname AS name,
    rngsubtype::regtype::text AS subtype,
    rngmultitypid::regtype::text AS multirange,
    (SELECT opcname FROM pg_catalog.pg_opclass WHERE pg_opclass.oid = rngsubopc) AS opclass,
    CASE WHEN rngcollation <> 0 THEN rngcollation::regcollation::text END AS collation,
    CASE WHEN rngcanonical <> 0 THEN rngcanonical::regprocedure::text END AS canonical,
    CASE WHEN rngsubdiff <> 0 THEN rngsubdiff::regprocedure::text END AS subtype_diff,
    owner, privileges, comment
FROM type
JOIN pg_catalog.pg_range ON rngtypid = type.oid
ORDER BY nspname, typname
