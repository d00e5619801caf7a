-- Extended statistics objects.
SELECT
    namespace.nspname AS schema,
    stxname AS name,
    json_build_array(relation.nspname, relation.relname) AS "table",
    CASE WHEN stxstattarget >= 0 THEN stxstattarget END AS statistics_target,
    stxexprs IS NOT NULL AS has_expressions,
    -- PostgreSQL lists the columns by their place in the table, which is nobody's business.
    replace(pg_get_statisticsobjdef(stx.oid), ' ON ' || placed, ' ON ' || sorted) AS definition,
    pg_get_userbyid(stxowner) AS owner,
    (SELECT description FROM pg_catalog.pg_description
        WHERE objoid = stx.oid AND classoid = 'pg_catalog.pg_statistic_ext'::regclass AND objsubid = 0) AS comment
FROM pg_catalog.pg_statistic_ext AS stx
JOIN namespace ON namespace.oid = stxnamespace
JOIN relation ON relation.oid = stxrelid
CROSS JOIN LATERAL (
    SELECT
        string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS placed,
        string_agg(quote_ident(attname), ', ' ORDER BY attname) AS sorted
    FROM pg_catalog.pg_attribute
    WHERE attrelid = stxrelid AND attnum = ANY (stxkeys::smallint[])
) AS columns
ORDER BY namespace.nspname, stxname
