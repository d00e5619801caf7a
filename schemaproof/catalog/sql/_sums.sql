-- Whether anything changed, and near what: a line for each stretch of 256 OIDs with the sum of its relations' stamps.
SELECT pg_catalog.concat_ws(E'\n',
    (
        SELECT string_agg(concat_ws(' ', stretch, stamp), E'\n')
        FROM (
            SELECT described::bigint >> 8 AS stretch, sum(hashtidextended(place, writer::text::bigint)) AS stamp
            FROM (
{versions}
                UNION ALL
{versions_of_others}
            ) AS version (described, place, writer)
            GROUP BY stretch
        ) AS stamped
    ),
    (SELECT concat_ws(' ', '0', coalesce(sum(hashtextextended(it::text, 0)), 0)) FROM pg_catalog.pg_user_mappings AS it)
)
