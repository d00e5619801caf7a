-- Triggers that someone made; those that PostgreSQL keeps for foreign keys are left out.
SELECT
    json_build_array(relation.nspname, relation.relname) AS "table",
    tgname AS name,
    tgfoid::regprocedure::text AS function,
    CASE WHEN tgtype & 2 = 2 THEN 'BEFORE' WHEN tgtype & 64 = 64 THEN 'INSTEAD OF' ELSE 'AFTER' END AS timing,
    array_remove(ARRAY[
        CASE WHEN tgtype & 4 = 4 THEN 'INSERT' END,
        CASE WHEN tgtype & 8 = 8 THEN 'DELETE' END,
        CASE WHEN tgtype & 16 = 16 THEN 'UPDATE' END,
        CASE WHEN tgtype & 32 = 32 THEN 'TRUNCATE' END
    ], NULL) AS events,
    ARRAY(
        SELECT (SELECT attname FROM pg_catalog.pg_attribute WHERE attrelid = tgrelid AND attnum = key.attnum)
        FROM unnest(tgattr::smallint[]) AS key (attnum)
    ) AS columns,
    CASE WHEN tgtype & 1 = 1 THEN 'ROW' ELSE 'STATEMENT' END AS level,
    CASE tgenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' ELSE 'origin' END AS enabled,
    tgconstraint <> 0 AS is_constraint,
    tgdeferrable AS is_deferrable,
    tginitdeferred AS is_deferred,
    tgparentid <> 0 AS is_inherited,
    pg_get_triggerdef(trigger.oid) AS definition,
    (SELECT description FROM pg_catalog.pg_description
        WHERE objoid = trigger.oid AND classoid = 'pg_catalog.pg_trigger'::regclass AND objsubid = 0) AS comment
FROM relation
JOIN pg_catalog.pg_trigger AS trigger ON tgrelid = relation.oid
WHERE NOT tgisinternal
ORDER BY relation.nspname, relation.relname, tgname
