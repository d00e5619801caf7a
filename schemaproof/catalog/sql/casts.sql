-- Casts that someone made.
SELECT
    format_type(castsource, NULL) AS source,
    format_type(casttarget, NULL) AS target,
    format(
        'CREATE CAST (%s AS %s) %s%s', format_type(castsource, NULL), format_type(casttarget, NULL),
        CASE castmethod
            WHEN 'f' THEN 'WITH FUNCTION ' || castfunc::regprocedure WHEN 'i' THEN 'WITH INOUT' ELSE 'WITHOUT FUNCTION'
        END,
        CASE castcontext WHEN 'a' THEN ' AS ASSIGNMENT' WHEN 'i' THEN ' AS IMPLICIT' END
    ) AS definition,
    (SELECT description FROM pg_catalog.pg_description
        WHERE objoid = it.oid AND classoid = 'pg_catalog.pg_cast'::regclass AND objsubid = 0) AS comment
FROM pg_catalog.pg_cast AS it
WHERE it.oid >= 16384
    AND it.oid NOT IN (SELECT objid FROM member WHERE classid = 'pg_catalog.pg_cast'::regclass)
    -- Those from a range type to its multirange are part of the type.
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend
        WHERE classid = 'pg_catalog.pg_cast'::regclass AND objid = it.oid AND deptype = 'i'
    )
ORDER BY 1, 2
