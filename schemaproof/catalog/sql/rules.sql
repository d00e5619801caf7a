-- Rewrite rules, the ones that are views apart.
SELECT
    json_build_array(nspname, relname) AS "table",
    rulename AS name,
    CASE ev_enabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' ELSE 'origin' END AS enabled,
    pg_get_ruledef(rule.oid) AS definition,
    (SELECT description FROM pg_catalog.pg_description
        WHERE objoid = rule.oid AND classoid = 'pg_catalog.pg_rewrite'::regclass AND objsubid = 0) AS comment
FROM relation
JOIN pg_catalog.pg_rewrite AS rule ON ev_class = relation.oid
WHERE rulename <> '_RETURN' AND relhasrules
ORDER BY nspname, relname, rulename
