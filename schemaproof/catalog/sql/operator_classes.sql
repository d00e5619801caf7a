-- Operator classes, with the operators and functions that they bring to their family.
SELECT
    nspname AS schema,
    opcname AS name,
    amname AS method,
    format(
        'CREATE OPERATOR CLASS %I.%I%s FOR TYPE %s USING %I%s AS %s', nspname, opcname,
        CASE WHEN opcdefault THEN ' DEFAULT' END, format_type(opcintype, NULL), amname,
        (
            SELECT ' FAMILY ' || opfnamespace::regnamespace || '.' || quote_ident(opfname)
            FROM pg_catalog.pg_opfamily
            WHERE pg_opfamily.oid = opcfamily AND (opfname, opfnamespace) <> (opcname, opcnamespace)
        ),
        array_to_string(
            ARRAY(
                SELECT concat(
                    'OPERATOR ', amopstrategy, ' ', amopopr::regoperator,
                    (SELECT ' FOR ORDER BY ' || opfnamespace::regnamespace || '.' || quote_ident(opfname)
                        FROM pg_catalog.pg_opfamily WHERE pg_opfamily.oid = amopsortfamily)
                )
                FROM pg_catalog.pg_amop
                WHERE amopfamily = opcfamily AND amoplefttype = opcintype AND amoprighttype = opcintype
                ORDER BY amopstrategy
            ) || ARRAY(
                SELECT concat('FUNCTION ', amprocnum, ' ', amproc::regprocedure)
                FROM pg_catalog.pg_amproc
                WHERE amprocfamily = opcfamily AND amproclefttype = opcintype AND amprocrighttype = opcintype
                ORDER BY amprocnum
            ) || CASE WHEN opckeytype <> 0 THEN ARRAY['STORAGE ' || format_type(opckeytype, NULL)] END,
            ', '
        )
    ) AS definition,
    pg_get_userbyid(opcowner) AS owner,
    (SELECT description FROM pg_catalog.pg_description
        WHERE objoid = it.oid AND classoid = 'pg_catalog.pg_opclass'::regclass AND objsubid = 0) AS comment
FROM pg_catalog.pg_opclass AS it
JOIN namespace ON namespace.oid = opcnamespace
JOIN pg_catalog.pg_am ON pg_am.oid = opcmethod
WHERE it.oid >= 16384
    AND it.oid NOT IN (SELECT objid FROM member WHERE classid = 'pg_catalog.pg_opclass'::regclass)
ORDER BY nspname, opcname, amname
