-- What every relation looks like: one text with a line for each one's stamp, name and owner, equal if nothing changed.
SELECT pg_catalog.concat_ws(E'\n',
    (
        SELECT string_agg(concat_ws(' ', 'stamp', described, stamp), E'\n')
        FROM (
            -- A sum: rows of two catalogues may lie in the same place and be of one writer, and would cancel out if xored.
            SELECT described, sum(hashtidextended(place, writer::text::bigint)) AS stamp
            FROM (
{versions}
                UNION ALL
{versions_of_others}
            ) AS version (described, place, writer)
            GROUP BY described
        ) AS stamped
    ),
    (
        SELECT string_agg(concat_ws(' ', 'name', oid, relkind, relnamespace, to_json(relname::text)), E'\n')
        FROM pg_catalog.pg_class
        WHERE oid >= 16384 AND relkind IN ('r', 'p', 'f', 'v', 'm', 'S', 'i', 'I', 'c')
    ),
    -- Whose row lies where in pg_user_mapping is for superusers to know; everybody may use the view.
    (SELECT concat_ws(' ', 'stamp 0', coalesce(sum(hashtextextended(it::text, 0)), 0)) FROM pg_catalog.pg_user_mappings AS it),
    (SELECT string_agg(concat_ws(' ', 'schema', oid, to_json(nspname::text)), E'\n') FROM pg_catalog.pg_namespace),
    (
        -- An index is read with its table.
        SELECT string_agg(concat_ws(' ', 'index', indexrelid, indrelid), E'\n')
        FROM pg_catalog.pg_index
        WHERE indexrelid >= 16384
    )
)
