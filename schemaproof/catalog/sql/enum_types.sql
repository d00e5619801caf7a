-- Enum types, labels in their order.
SELECT
    nspname AS schema,
    typname AS name,
    ARRAY(SELECT enumlabel FROM pg_catalog.pg_enum WHERE enumtypid = type.oid ORDER BY enumsortorder) AS labels,
    owner, privileges, comment
FROM type
WHERE typtype = 'e'
ORDER BY nspname, typname
