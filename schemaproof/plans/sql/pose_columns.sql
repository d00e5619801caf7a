-- Tell the planner what values columns have: what ANALYZE would have written, one row for each.
INSERT INTO pg_statistic (
    starelid, staattnum, stainherit, stanullfrac, stawidth, stadistinct,
    stakind1, staop1, stacoll1, stanumbers1, stavalues1,
    stakind2, staop2, stacoll2, stanumbers2, stavalues2,
    stakind3, staop3, stacoll3, stanumbers3, stavalues3,
    stakind4, staop4, stacoll4, stanumbers4, stavalues4,
    stakind5, staop5, stacoll5, stanumbers5, stavalues5
)
SELECT
    c.oid, a.attnum, c.inherited, c.null_fraction, c.width, c.distinct_values,
    c.kinds[1], c.operators[1], c.collations[1], c.numbers[1]::float4[],
    array_in(c.contents[1]::cstring, c.elements[1], -1),
    c.kinds[2], c.operators[2], c.collations[2], c.numbers[2]::float4[],
    array_in(c.contents[2]::cstring, c.elements[2], -1),
    c.kinds[3], c.operators[3], c.collations[3], c.numbers[3]::float4[],
    array_in(c.contents[3]::cstring, c.elements[3], -1),
    c.kinds[4], c.operators[4], c.collations[4], c.numbers[4]::float4[],
    array_in(c.contents[4]::cstring, c.elements[4], -1),
    c.kinds[5], c.operators[5], c.collations[5], c.numbers[5]::float4[],
    array_in(c.contents[5]::cstring, c.elements[5], -1)
FROM jsonb_to_recordset(%s) AS c (
    oid oid,
    name text,
    inherited bool,
    null_fraction float4,
    width int,
    distinct_values float4,
    kinds int[],
    operators regoperator[],
    collations regcollation[],
    numbers text[],
    contents text[],
    elements regtype[]
)
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = c.name
