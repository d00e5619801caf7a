-- What tables demand of their rows, by OIDs: they stay when a name changes. One text, a JSON array a line, the kind first.
WITH session AS MATERIALIZED (
    -- They change how expressions are spelt; so spelt, an expression means the same whatever the path.
    SELECT pin.name, pin.value, pg_catalog.current_setting(pin.name) AS before
    FROM (VALUES
        ('search_path', 'pg_catalog, pg_temp'), ('DateStyle', 'ISO, MDY'), ('IntervalStyle', 'postgres'),
        ('TimeZone', 'UTC'), ('bytea_output', 'hex'), ('extra_float_digits', '1'), ('quote_all_identifiers', 'off')
    ) AS pin (name, value)
),
pinned AS MATERIALIZED (
    SELECT pg_catalog.count(pg_catalog.set_config(name, value, true)) FROM session
),
relation AS MATERIALIZED (
    SELECT class.oid, nspname, relname, relkind, relispartition
    FROM pg_catalog.pg_class AS class
    JOIN pg_catalog.pg_namespace AS space ON space.oid = relnamespace
    WHERE class.oid >= 16384 AND relkind IN ('r', 'p')
        AND nspname <> 'information_schema' AND NOT starts_with(nspname::text, 'pg_')
),
line AS (
    SELECT json_build_array('table', oid::bigint, nspname, relname, relkind = 'p', relispartition, ARRAY(
        SELECT key.attnum
        FROM pg_catalog.pg_index CROSS JOIN LATERAL unnest(indkey) WITH ORDINALITY AS key (attnum, place)
        WHERE indrelid = relation.oid AND indisprimary AND indisvalid AND place <= indnkeyatts
        ORDER BY place
    )) AS told
    FROM relation
    UNION ALL
    SELECT json_build_array(
        'column', attrelid::bigint, attnum, attname, format_type(atttypid, atttypmod), atttypid::bigint, typtype, attnotnull,
        attnotnull AND NOT EXISTS (
            SELECT FROM pg_catalog.pg_constraint
            WHERE conrelid = attrelid AND contype = 'n' AND NOT convalidated AND conkey[1] = attnum
        ),
        atthasdef OR attidentity <> '' OR attgenerated <> '',
        CASE WHEN atthasmissing THEN attmissingval::text END
    )
    FROM pg_catalog.pg_attribute
    JOIN relation ON relation.oid = attrelid
    JOIN pg_catalog.pg_type ON pg_type.oid = atttypid
    WHERE attnum > 0 AND NOT attisdropped
    UNION ALL
    SELECT json_build_array(
        'constraint', con.oid::bigint, con.conrelid::bigint, con.conname, con.contype, con.conkey, con.convalidated, con.conenforced,
        -- The triggers by which a key, or a deferred constraint, is kept.
        EXISTS (SELECT FROM pg_catalog.pg_trigger WHERE tgconstraint = con.oid AND tgenabled IN ('D', 'R')),
        con.expression, nullif(con.confrelid, 0)::bigint, con.confkey, con.confmatchtype = 'f', con.conperiod, con.conindid::bigint,
        ARRAY(
            SELECT 'OPERATOR(' || quote_ident(nspname) || '.' || oprname || ')'
            FROM unnest(con.conexclop) WITH ORDINALITY AS used (operator, place)
            JOIN pg_catalog.pg_operator ON pg_operator.oid = used.operator
            JOIN pg_catalog.pg_namespace ON pg_namespace.oid = oprnamespace
            ORDER BY place
        )
    )
    -- A server too old for one of these columns has no inner column of the name, so the outer constant is taken.
    FROM (SELECT true AS conenforced, false AS conperiod) AS older
    CROSS JOIN LATERAL (
        SELECT
            it.oid, conrelid, conname, contype, conkey, convalidated, conenforced, confrelid, confkey, confmatchtype, conperiod,
            conindid, conexclop, CASE contype WHEN 'c' THEN pg_get_expr(conbin, conrelid) END AS expression
        FROM pg_catalog.pg_constraint AS it
        JOIN relation ON relation.oid = conrelid
        -- What partitions have from their table is asked of the table.
        WHERE contype IN ('c', 'f', 'x') AND conparentid = 0 AND NOT (contype = 'c' AND relispartition AND NOT conislocal)
        OFFSET 0
    ) AS con
    UNION ALL
    SELECT json_build_array(
        'index', index.indexrelid::bigint, index.indrelid::bigint, relname, index.indisvalid AND index.indisready, index.indisunique,
        -- Of others it is never asked what they are ordered by.
        CASE WHEN index.indisunique OR index.indisexclusion THEN ARRAY(
            SELECT pg_get_indexdef(index.indexrelid, place::int, true)
            FROM generate_series(1, index.indnkeyatts) AS place
        ) END,
        index.indkey::smallint[], pg_get_expr(index.indpred, index.indrelid), index.indnullsnotdistinct,
        -- By the table, since there is no index on conindid.
        (SELECT conname FROM pg_catalog.pg_constraint
            WHERE conrelid = index.indrelid AND conindid = index.indexrelid AND contype IN ('p', 'u', 'x') LIMIT 1)
    )
    FROM (SELECT false AS indnullsnotdistinct) AS older
    CROSS JOIN LATERAL (
        SELECT
            indexrelid, indrelid, indisvalid, indisready, indisunique, indisexclusion, indnkeyatts, indkey, indpred, indnullsnotdistinct,
            class.relname, class.relispartition
        FROM pg_catalog.pg_index
        JOIN relation ON relation.oid = indrelid
        JOIN pg_catalog.pg_class AS class ON class.oid = indexrelid
        WHERE NOT class.relispartition
        OFFSET 0
    ) AS index
    UNION ALL
    SELECT json_build_array(
        'domain', con.oid::bigint, typ.oid::bigint, nspname, typname, conname, pg_get_expr(conbin, 0), convalidated
    )
    FROM pg_catalog.pg_constraint AS con
    JOIN pg_catalog.pg_type AS typ ON typ.oid = contypid
    JOIN pg_catalog.pg_namespace ON pg_namespace.oid = typnamespace
    WHERE contype = 'c' AND typ.oid >= 16384 AND nspname <> 'information_schema'
    UNION ALL
    SELECT json_build_array('required domain', typ.oid::bigint, nspname, typname)
    FROM pg_catalog.pg_type AS typ
    JOIN pg_catalog.pg_namespace ON pg_namespace.oid = typnamespace
    WHERE typtype = 'd' AND typnotnull AND typ.oid >= 16384 AND nspname <> 'information_schema'
    UNION ALL
    SELECT json_build_array('labels', enumtypid::bigint, json_agg(enumlabel ORDER BY enumsortorder))
    FROM pg_catalog.pg_enum
    GROUP BY enumtypid
),
reading AS MATERIALIZED (
    SELECT string_agg(line.told::text, E'\n') AS body FROM pinned CROSS JOIN line
),
restored AS MATERIALIZED (
    -- The join comes first, so the settings go back only after the reading is done.
    SELECT pg_catalog.count(pg_catalog.set_config(session.name, session.before, true)), min(reading.body) AS body
    FROM reading
    CROSS JOIN session
)
SELECT coalesce(body, '') FROM restored
