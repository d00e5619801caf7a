-- Whether there are sessions in this database of which the role is shown nothing.
SELECT EXISTS (
    SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type IS NULL AND pid <> pg_backend_pid()
) AND NOT pg_has_role(current_user, 'pg_read_all_stats', 'USAGE') AS is_blind
