-- How far each database of the server is from the end of its transaction numbers.
SELECT
    datname AS name,
    datname = current_database() AS is_this,
    age(datfrozenxid) AS frozen_age,
    mxid_age(datminmxid) AS multixact_age
FROM pg_database
ORDER BY datname
