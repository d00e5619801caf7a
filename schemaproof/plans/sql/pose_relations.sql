-- Tell the planner how many rows and blocks there are, which it multiplies with the files' length.
UPDATE pg_class AS c
SET relpages = posed.pages, reltuples = posed.rows, relallvisible = posed.all_visible
FROM unnest(%(oids)s::oid[], %(pages)s::int[], %(rows)s::float4[], %(all_visible)s::int[])
    AS posed (oid, pages, rows, all_visible)
WHERE c.oid = posed.oid
