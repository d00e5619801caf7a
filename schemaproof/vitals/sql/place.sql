-- As whom the session reads, and where.
SELECT
    current_user::text AS role,
    quote_ident(current_user) AS quoted_role,
    pg_is_in_recovery() AS is_standby
