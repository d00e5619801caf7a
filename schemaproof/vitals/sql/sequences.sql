-- Sequences, what they number, and whether their state may be read; the state itself is in each of them.
WITH fed AS MATERIALIZED (
    -- By a default, as an identity, or by ownership alone, where the application asks for the number.
    SELECT refobjid AS sequence, adrelid AS relid, adnum AS number
    FROM pg_depend
    JOIN pg_attrdef ON pg_attrdef.oid = objid
    WHERE classid = 'pg_attrdef'::regclass AND refclassid = 'pg_class'::regclass
    UNION
    SELECT objid, refobjid, refobjsubid
    FROM pg_depend
    WHERE classid = 'pg_class'::regclass AND refclassid = 'pg_class'::regclass AND deptype IN ('a', 'i')
),
numbered AS MATERIALIZED (
    SELECT sequence, jsonb_agg(jsonb_build_array(
        home.nspname, owner.relname, attname,
        CASE WHEN typtype = 'd' THEN typbasetype ELSE type.oid END::regtype::text
    ) ORDER BY home.nspname, owner.relname, attnum) AS columns
    FROM fed
    JOIN pg_sequence ON seqrelid = sequence
    JOIN pg_class AS owner ON owner.oid = relid AND NOT owner.relispartition
    JOIN pg_namespace AS home ON home.oid = owner.relnamespace
    JOIN pg_attribute ON attrelid = relid AND attnum = number
    JOIN pg_type AS type ON type.oid = atttypid
    GROUP BY sequence
),
locked AS MATERIALIZED (
    SELECT relation FROM pg_locks
    WHERE mode = 'AccessExclusiveLock' AND relation IS NOT NULL
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
)
SELECT
    class.oid::bigint AS oid,
    ARRAY[nspname, relname]::text[] AS name,
    seqtypid::regtype::text AS type,
    seqstart AS start,
    seqincrement AS increment,
    seqmin AS minimum,
    seqmax AS maximum,
    seqcycle AS is_cyclic,
    coalesce(columns, '[]') AS numbers,
    has_table_privilege(class.oid, 'SELECT') AND has_schema_privilege(relnamespace, 'USAGE') AS may_be_read,
    -- Only what a standby can read: it has no contents of what is unlogged.
    NOT (relpersistence = 'u' AND pg_is_in_recovery()) AND class.oid NOT IN (SELECT relation FROM locked) AS can_be_read
FROM pg_class AS class
JOIN pg_namespace AS space ON space.oid = relnamespace
JOIN pg_sequence ON seqrelid = class.oid
LEFT JOIN numbered ON sequence = class.oid
WHERE relkind = 'S'
    AND relpersistence <> 't'
    AND nspname <> 'information_schema'
    AND NOT starts_with(nspname, 'pg_')
    AND NOT EXISTS (
        SELECT FROM pg_depend
        WHERE classid = 'pg_class'::regclass AND objid = class.oid AND deptype = 'e'
    )
ORDER BY nspname, relname
