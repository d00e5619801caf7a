-- Functions, procedures, aggregates and window functions.
SELECT
    nspname AS schema,
    proname AS name,
    oidvectortypes(proargtypes) AS argument_types,
    CASE prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' WHEN 'w' THEN 'window function' ELSE 'function' END
        AS form,
    pg_get_function_arguments(proc.oid) AS arguments,
    pg_get_function_result(proc.oid) AS result,
    (SELECT lanname FROM pg_catalog.pg_language WHERE pg_language.oid = prolang) AS language,
    CASE WHEN prokind <> 'a' THEN coalesce(pg_get_function_sqlbody(proc.oid), prosrc) END AS source,
    CASE provolatile WHEN 'i' THEN 'IMMUTABLE' WHEN 's' THEN 'STABLE' ELSE 'VOLATILE' END AS volatility,
    CASE proparallel WHEN 's' THEN 'SAFE' WHEN 'r' THEN 'RESTRICTED' ELSE 'UNSAFE' END AS parallel,
    proisstrict AS is_strict,
    prosecdef AS is_security_definer,
    proleakproof AS is_leakproof,
    procost AS cost,
    prorows AS rows,
    ARRAY(SELECT setting FROM unnest(proconfig) AS setting ORDER BY setting COLLATE "C") AS settings,
    CASE WHEN prokind <> 'a' THEN pg_get_functiondef(proc.oid) ELSE (
        SELECT format(
            'CREATE AGGREGATE %I.%I(%s) (%s)', nspname, proname,
            coalesce(nullif(pg_get_function_arguments(proc.oid), ''), '*'),
            array_to_string(ARRAY[
                'SFUNC = ' || aggtransfn::regproc,
                'STYPE = ' || aggtranstype::regtype,
                'SSPACE = ' || nullif(aggtransspace, 0),
                'FINALFUNC = ' || nullif(aggfinalfn, 0)::regproc,
                CASE WHEN aggfinalextra THEN 'FINALFUNC_EXTRA' END,
                CASE WHEN aggfinalfn <> 0 AND aggfinalmodify <> by_kind THEN 'FINALFUNC_MODIFY = ' || CASE aggfinalmodify
                    WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END
                END,
                'COMBINEFUNC = ' || nullif(aggcombinefn, 0)::regproc,
                'SERIALFUNC = ' || nullif(aggserialfn, 0)::regproc,
                'DESERIALFUNC = ' || nullif(aggdeserialfn, 0)::regproc,
                'MSFUNC = ' || nullif(aggmtransfn, 0)::regproc,
                'MINVFUNC = ' || nullif(aggminvtransfn, 0)::regproc,
                'MSTYPE = ' || nullif(aggmtranstype, 0)::regtype,
                'MSSPACE = ' || nullif(aggmtransspace, 0),
                'MFINALFUNC = ' || nullif(aggmfinalfn, 0)::regproc,
                CASE WHEN aggmfinalextra THEN 'MFINALFUNC_EXTRA' END,
                CASE WHEN aggmfinalfn <> 0 AND aggmfinalmodify <> by_kind THEN 'MFINALFUNC_MODIFY = ' || CASE aggmfinalmodify
                    WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END
                END,
                'SORTOP = ' || (
                    SELECT format('OPERATOR(%s.%s)', oprnamespace::regnamespace::text, oprname)
                    FROM pg_catalog.pg_operator
                    WHERE pg_operator.oid = aggsortop
                ),
                'INITCOND = ' || quote_literal(agginitval),
                'MINITCOND = ' || quote_literal(aggminitval),
                'PARALLEL = ' || CASE proparallel WHEN 's' THEN 'SAFE' WHEN 'r' THEN 'RESTRICTED' END,
                CASE WHEN aggkind = 'h' THEN 'HYPOTHETICAL' END
            ], ', ')
        )
        FROM pg_catalog.pg_aggregate
        -- What a final function may do to its state, if nobody says otherwise.
        CROSS JOIN LATERAL (SELECT CASE aggkind WHEN 'n' THEN 'r' ELSE 'w' END) AS ordinary (by_kind)
        WHERE aggfnoid = proc.oid
    ) END AS definition,
    pg_get_userbyid(proowner) AS owner,
    CASE WHEN NOT (proacl @> acldefault('f', proowner) AND proacl <@ acldefault('f', proowner))
        THEN ARRAY(SELECT item::text FROM unnest(proacl) AS item ORDER BY item::text COLLATE "C")
    END AS privileges,
    (SELECT description FROM pg_catalog.pg_description
        WHERE objoid = proc.oid AND classoid = 'pg_catalog.pg_proc'::regclass AND objsubid = 0) AS comment
FROM pg_catalog.pg_proc AS proc
JOIN namespace ON namespace.oid = pronamespace
WHERE proc.oid >= 16384
    AND proc.oid NOT IN (SELECT objid FROM member WHERE classid = 'pg_catalog.pg_proc'::regclass)
    -- The constructors of a range type are part of the type.
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend
        WHERE classid = 'pg_catalog.pg_proc'::regclass AND objid = proc.oid
            AND refclassid = 'pg_catalog.pg_type'::regclass AND deptype = 'i'
    )
ORDER BY nspname, proname, oidvectortypes(proargtypes) COLLATE "C"
