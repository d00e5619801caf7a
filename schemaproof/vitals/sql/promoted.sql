-- How long ago this server last became one that others follow; each time leaves a file of its own.
SELECT extract(epoch FROM clock_timestamp() - max(modification))::float8 AS age_s
FROM pg_ls_waldir()
WHERE name LIKE '%.history'
