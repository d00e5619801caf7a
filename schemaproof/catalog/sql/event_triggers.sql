-- Event triggers.
SELECT
    evtname AS name,
    evtevent AS event,
    ARRAY(SELECT tag FROM unnest(evttags) AS tag ORDER BY tag COLLATE "C") AS tags,
    evtfoid::regprocedure::text AS function,
    CASE evtenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' ELSE 'origin' END AS enabled,
    pg_get_userbyid(evtowner) AS owner,
    (SELECT description FROM pg_catalog.pg_description
        WHERE objoid = evt.oid AND classoid = 'pg_catalog.pg_event_trigger'::regclass AND objsubid = 0) AS comment
FROM pg_catalog.pg_event_trigger AS evt
WHERE evt.oid NOT IN (SELECT objid FROM member WHERE classid = 'pg_catalog.pg_event_trigger'::regclass)
ORDER BY evtname
