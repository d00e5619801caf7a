-- Primary key, unique, check and exclusion constraints of tables.
SELECT
    json_build_array(nspname, relname) AS "table",
    conname AS name,
    CASE contype
        WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique constraint'
        WHEN 'c' THEN 'check constraint' ELSE 'exclusion constraint'
    END AS form,
    CASE WHEN conkey[1] <> 0 AND cardinality(conkey) = 1
        THEN ARRAY[(SELECT attname FROM pg_catalog.pg_attribute WHERE attrelid = conrelid AND attnum = conkey[1])]
        ELSE array_remove(ARRAY(
            SELECT (SELECT attname FROM pg_catalog.pg_attribute WHERE attrelid = conrelid AND attnum = key.attnum)
            FROM unnest(conkey) AS key (attnum)
        ), NULL)
    END AS columns,
    CASE WHEN indnatts > indnkeyatts THEN ARRAY(
        SELECT attname
        FROM pg_catalog.pg_attribute
        WHERE attrelid = conindid AND attnum > indnkeyatts
        ORDER BY attnum
    ) END AS include,
    expression,
    CASE WHEN contype = 'x'
        THEN ARRAY(SELECT operator::regoperator::text FROM unnest(conexclop) AS operator)
    END AS operators,
    coalesce(backing.indnullsnotdistinct, false) AS nulls_not_distinct,
    con.conperiod AS is_temporal,
    condeferrable AS is_deferrable,
    condeferred AS is_deferred,
    convalidated AS is_validated,
    con.conenforced AS is_enforced,
    contype = 'c' AND connoinherit AS is_no_inherit,
    coalesce(CASE WHEN condeferrable THEN (
        -- What is put off to the end of the transaction is looked at by a trigger.
        SELECT string_agg(DISTINCT CASE tgenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' ELSE 'origin' END, ', ')
        FROM pg_catalog.pg_trigger
        WHERE tgconstraint = con.oid
    ) END, 'origin') AS enabled,
    coninhcount > 0 AND NOT conislocal AS is_inherited,
    CASE
        -- Word for word what pg_get_constraintdef says, without a second walk through the expression.
        WHEN contype = 'c' THEN concat(
            'CHECK (', expression, ')',
            CASE WHEN connoinherit THEN ' NO INHERIT' END,
            CASE WHEN NOT con.conenforced THEN ' NOT ENFORCED' WHEN NOT convalidated THEN ' NOT VALID' END
        )
        ELSE pg_get_constraintdef(con.oid)
    END AS definition,
    (SELECT description FROM pg_catalog.pg_description
        WHERE objoid = con.oid AND classoid = 'pg_catalog.pg_constraint'::regclass AND objsubid = 0) AS comment
-- A server too old for one of these columns has no inner column of the name, so the outer constant is taken.
FROM (SELECT true AS conenforced, false AS conperiod, false AS indnullsnotdistinct) AS older
CROSS JOIN relation
CROSS JOIN LATERAL (
    SELECT
        it.oid, conname, contype, conrelid, conindid, conkey, conexclop, condeferrable, condeferred, convalidated,
        connoinherit, coninhcount, conislocal, conenforced, conperiod,
        CASE contype WHEN 'c' THEN pg_get_expr(conbin, conrelid) END AS expression
    FROM pg_catalog.pg_constraint AS it
    WHERE conrelid = relation.oid AND contype IN ('p', 'u', 'c', 'x')
    OFFSET 0
) AS con
LEFT JOIN LATERAL (
    SELECT indnatts, indnkeyatts, indnullsnotdistinct FROM pg_catalog.pg_index WHERE indexrelid = conindid
) AS backing ON true
WHERE relkind IN ('r', 'p', 'f')
ORDER BY nspname, relname, conname
