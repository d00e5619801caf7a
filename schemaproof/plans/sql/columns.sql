-- What the planner is told of columns and of the expressions of indexes: pg_statistic, by name.
SELECT
    s.starelid::bigint AS oid,
    s.staattnum AS number,
    a.attname AS name,
    s.stainherit AS is_inherited,
    s.stanullfrac AS null_fraction,
    s.stawidth AS width,
    s.stadistinct AS distinct_values,
    slot.kind,
    slot.operator::regoperator::text AS operator,
    CASE WHEN slot.ordering <> 0 THEN slot.ordering::regcollation::text END AS ordering,
    slot.numbers,
    slot.content,
    -- Elements of an array, the words of a tsvector and the lengths of ranges have statistics of
    -- their own.
    CASE
        WHEN slot.kind = 6 THEN 'double precision'
        WHEN slot.kind = 4 AND a.atttypid = 'tsvector'::regtype THEN 'text'
        WHEN slot.kind = 4 THEN format_type(t.typelem, NULL)
        ELSE format_type(CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END, NULL)
    END AS element
FROM pg_statistic s
JOIN pg_class c ON c.oid = s.starelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = s.starelid AND a.attnum = s.staattnum
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN LATERAL (
    VALUES
        (1, s.stakind1, s.staop1, s.stacoll1, s.stanumbers1, s.stavalues1::text),
        (2, s.stakind2, s.staop2, s.stacoll2, s.stanumbers2, s.stavalues2::text),
        (3, s.stakind3, s.staop3, s.stacoll3, s.stanumbers3, s.stavalues3::text),
        (4, s.stakind4, s.staop4, s.stacoll4, s.stanumbers4, s.stavalues4::text),
        (5, s.stakind5, s.staop5, s.stacoll5, s.stanumbers5, s.stavalues5::text)
) AS slot (place, kind, operator, ordering, numbers, content) ON slot.kind <> 0
WHERE n.nspname <> 'information_schema'
    AND n.nspname NOT LIKE 'pg\_%'
ORDER BY s.starelid, s.staattnum, s.stainherit, slot.place
