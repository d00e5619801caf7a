-- What ANALYZE found of columns together: pg_statistic_ext_data, as bytes.
SELECT
    tn.nspname AS table_schema,
    c.relname AS table_name,
    sn.nspname AS schema,
    e.stxname AS name,
    e.stxkeys::int2[] AS keys,
    ARRAY(
        SELECT a.attname
        FROM unnest(e.stxkeys::int2[]) WITH ORDINALITY AS key (number, place)
        JOIN pg_attribute a ON a.attrelid = e.stxrelid AND a.attnum = key.number
        ORDER BY place
    ) AS columns,
    encode(d.stxdndistinct::bytea, 'hex') AS distinct_values,
    encode(d.stxddependencies::bytea, 'hex') AS dependencies,
    -- It contains the numbers of types and enum labels, which another database need not have.
    CASE
        WHEN NOT EXISTS (
            SELECT FROM pg_attribute a
            WHERE a.attrelid = e.stxrelid AND a.attnum = ANY (e.stxkeys::int2[])
                AND a.atttypid >= 16384
        ) THEN encode(d.stxdmcv::bytea, 'hex')
    END AS most_common
FROM pg_statistic_ext e
JOIN pg_statistic_ext_data d ON d.stxoid = e.oid
JOIN pg_class c ON c.oid = e.stxrelid
JOIN pg_namespace tn ON tn.oid = c.relnamespace
JOIN pg_namespace sn ON sn.oid = e.stxnamespace
-- Expressions have a row of pg_statistic inside, which no one can write; since PostgreSQL 15 there
-- is a second row for the rows of descendants.
WHERE e.stxexprs IS NULL
    AND to_jsonb(d) ->> 'stxdinherit' IS DISTINCT FROM 'true'
ORDER BY c.oid, e.oid
