-- One snapshot of the catalogue: pins the settings that change how PostgreSQL spells things, reads, puts them back.
WITH chosen AS MATERIALIZED (
    -- Nothing, if all is read.
    SELECT oid FROM unnest({chosen}) AS oid
),
session AS MATERIALIZED (
    -- Each changes the text of a definition: the path decides which names are qualified, the others how constants print.
    SELECT pin.name, pin.value, pg_catalog.current_setting(pin.name) AS before
    FROM (VALUES
        ('search_path', 'pg_catalog, pg_temp'),
        ('DateStyle', 'ISO, MDY'),
        ('IntervalStyle', 'postgres'),
        ('TimeZone', 'UTC'),
        ('bytea_output', 'hex'),
        ('extra_float_digits', '1'),
        ('quote_all_identifiers', 'off')
    ) AS pin (name, value)
),
pinned AS MATERIALIZED (
    SELECT pg_catalog.count(pg_catalog.set_config(name, value, true)) FROM session
),
member AS MATERIALIZED (
    -- What an extension brought is the extension's business.
    SELECT classid, objid
    FROM pg_catalog.pg_depend
    WHERE refclassid = 'pg_catalog.pg_extension'::regclass AND deptype = 'e'
),
namespace AS MATERIALIZED (
    SELECT *
    FROM pg_catalog.pg_namespace
    WHERE NOT starts_with(nspname::text, 'pg_')
        AND nspname <> 'information_schema'
        AND oid NOT IN (SELECT objid FROM member WHERE classid = 'pg_catalog.pg_namespace'::regclass)
),
relation AS MATERIALIZED (
    -- 16384 = FirstNormalObjectId: nothing below it was made by a user, and the range is an index scan.
    -- No more columns and rows than are used, so that those of 2,000 tables stay in memory.
    SELECT
        nspname, class.oid, relname, relkind, relpersistence, relowner, relacl, relrowsecurity, relforcerowsecurity, reloptions,
        reltoastrelid, relreplident, reloftype, relispartition, relpartbound, relam, relhasrules, relhasindex, relispopulated
    FROM pg_catalog.pg_class AS class
    JOIN namespace ON namespace.oid = class.relnamespace
    WHERE class.oid >= 16384
        AND relkind IN ('r', 'p', 'f', 'v', 'm', 'S')
        AND class.oid NOT IN (SELECT objid FROM member WHERE classid = 'pg_catalog.pg_class'::regclass)
        {class.oid is chosen}
    -- What is read of one relation after the other then comes in order.
    ORDER BY nspname, relname
),
nullness AS MATERIALIZED (
    -- Since 18 NOT NULL is a constraint with a name. One that ends in _not_null, or that and a
    -- number, is what PostgreSQL makes up (and keeps when the table is renamed): nobody chose it.
    -- Only the columns of the remarkable ones are kept; pg_attribute tells the rest.
    SELECT conrelid, conkey[1] AS place
    FROM pg_catalog.pg_constraint
    WHERE contype = 'n'
        AND conrelid >= 16384
        {conrelid is chosen}
        AND (rtrim(conname, '0123456789') NOT LIKE '%\_not\_null' OR NOT convalidated OR connoinherit)
),
type AS MATERIALIZED (
    SELECT
        nspname,
        it.*,
        pg_get_userbyid(typowner) AS owner,
        CASE WHEN NOT (typacl @> acldefault('T', typowner) AND typacl <@ acldefault('T', typowner))
            THEN ARRAY(SELECT item::text FROM unnest(typacl) AS item ORDER BY item::text COLLATE "C")
        END AS privileges,
        (SELECT description FROM pg_catalog.pg_description
            WHERE objoid = it.oid AND classoid = 'pg_catalog.pg_type'::regclass AND objsubid = 0) AS comment
    FROM pg_catalog.pg_type AS it
    JOIN namespace ON namespace.oid = typnamespace
    WHERE it.oid >= 16384
        AND (
            typtype IN ('e', 'd', 'r')
            -- Every table has a composite type of its own; only those that stand alone count.
            OR typtype = 'c'
            AND (SELECT relkind FROM pg_catalog.pg_class WHERE pg_class.oid = typrelid) = 'c'
        )
        AND it.oid NOT IN (SELECT objid FROM member WHERE classid = 'pg_catalog.pg_type'::regclass)
),
reading AS MATERIALIZED (
    -- One line for each object, after a line that names the kind: JSON text has no raw line break.
    SELECT pg_catalog.concat_ws(E'\n',
        pg_catalog.current_setting('server_version_num'),
        {fragments}
    ) AS body
    FROM pinned
),
restored AS MATERIALIZED (
    -- The join comes first, so the settings go back only after the reading is done.
    SELECT pg_catalog.count(pg_catalog.set_config(session.name, session.before, true)), min(reading.body) AS body
    FROM reading
    CROSS JOIN session
)
SELECT body FROM restored
