-- What _stamps.sql says of the relations whose OIDs lie in some stretches of 256.
SELECT coalesce(string_agg(line, E'\n'), '')
FROM unnest(:oids::bigint[]) AS stretch
CROSS JOIN LATERAL (
    SELECT concat_ws(' ', 'stamp', described, sum(hashtidextended(place, writer::text::bigint))) AS line
    FROM (
{versions}
    ) AS version (described, place, writer)
    WHERE described >= (stretch << 8)::oid AND described < ((stretch + 1) << 8)::oid
    GROUP BY described
    UNION ALL
    SELECT concat_ws(' ', 'name', oid, relkind, relnamespace, to_json(relname::text))
    FROM pg_catalog.pg_class
    WHERE oid >= (stretch << 8)::oid AND oid < ((stretch + 1) << 8)::oid
        AND relkind IN ('r', 'p', 'f', 'v', 'm', 'S', 'i', 'I', 'c')
    UNION ALL
    SELECT concat_ws(' ', 'index', indexrelid, indrelid)
    FROM pg_catalog.pg_index
    WHERE indexrelid >= (stretch << 8)::oid AND indexrelid < ((stretch + 1) << 8)::oid
) AS told
