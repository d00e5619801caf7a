-- User mappings: read through the view, which everybody may; what a secret is worth is nobody's business.
SELECT
    srvname AS server,
    CASE umuser WHEN 0 THEN 'PUBLIC' ELSE usename END AS role,
    ARRAY(
        SELECT quote_ident(option_name) || ' ' || CASE
            WHEN option_name ~* 'pass|secret|token|key|credential' THEN '''***''' ELSE quote_literal(option_value)
        END
        FROM pg_options_to_table(umoptions)
        ORDER BY option_name
    ) AS options
FROM pg_catalog.pg_user_mappings
WHERE umid NOT IN (SELECT objid FROM member WHERE classid = 'pg_catalog.pg_user_mapping'::regclass)
ORDER BY 1, 2
