-- Extensions for which the server has another version ready, and a way to it.
SELECT
    extname AS name,
    extversion AS version,
    default_version AS available
FROM pg_extension
JOIN pg_available_extensions AS ready ON ready.name = extname
WHERE default_version <> extversion
    AND EXISTS (
        SELECT FROM pg_extension_update_paths(extname)
        WHERE source = extversion AND target = default_version AND path IS NOT NULL
    )
ORDER BY extname
