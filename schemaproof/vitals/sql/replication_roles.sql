-- Roles and databases whose sessions begin with triggers and foreign keys switched off.
SELECT
    CASE WHEN setrole <> 0 THEN pg_get_userbyid(setrole) END AS role,
    setdatabase <> 0 AS is_here_alone
FROM pg_db_role_setting, unnest(setconfig) AS setting
WHERE setting = 'session_replication_role=replica'
    AND setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
ORDER BY role, is_here_alone
