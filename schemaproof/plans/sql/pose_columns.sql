-- Tell the planner what values a column has: what ANALYZE would have written.
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
    c.kinds[1], c.operators[1], c.collations[1], c.numbers1,
    array_in(c.values[1]::cstring, c.elements[1], -1),
    c.kinds[2], c.operators[2], c.collations[2], c.numbers2,
    array_in(c.values[2]::cstring, c.elements[2], -1),
    c.kinds[3], c.operators[3], c.collations[3], c.numbers3,
    array_in(c.values[3]::cstring, c.elements[3], -1),
    c.kinds[4], c.operators[4], c.collations[4], c.numbers4,
    array_in(c.values[4]::cstring, c.elements[4], -1),
    c.kinds[5], c.operators[5], c.collations[5], c.numbers5,
    array_in(c.values[5]::cstring, c.elements[5], -1)
FROM (
    SELECT
        %(oid)s::oid AS oid,
        %(name)s::text AS name,
        %(inherited)s::bool AS inherited,
        %(null_fraction)s::float4 AS null_fraction,
        %(width)s::int AS width,
        %(distinct)s::float4 AS distinct_values,
        %(kinds)s::int[] AS kinds,
        %(operators)s::regoperator[] AS operators,
        %(collations)s::regcollation[] AS collations,
        %(values)s::text[] AS values,
        %(elements)s::regtype[] AS elements,
        %(numbers1)s::float4[] AS numbers1,
        %(numbers2)s::float4[] AS numbers2,
        %(numbers3)s::float4[] AS numbers3,
        %(numbers4)s::float4[] AS numbers4,
        %(numbers5)s::float4[] AS numbers5
) AS c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = c.name
