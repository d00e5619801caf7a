-- Extended statistics objects.
SELECT
    namespace.nspname AS schema,
    stxname AS name,
    json_build_array(relation.nspname, relation.relname) AS "table",
    CASE WHEN stxstattarget >= 0 THEN stxstattarget END AS statistics_target,
    pg_get_statisticsobjdef(stx.oid) AS definition,
    pg_get_userbyid(stxowner) AS owner,
    (SELECT description FROM pg_catalog.pg_description
        WHERE objoid = stx.oid AND classoid = 'pg_catalog.pg_statistic_ext'::regclass AND objsubid = 0) AS comment
FROM pg_catalog.pg_statistic_ext AS stx
JOIN namespace ON namespace.oid = stxnamespace
JOIN relation ON relation.oid = stxrelid
ORDER BY namespace.nspname, stxname
