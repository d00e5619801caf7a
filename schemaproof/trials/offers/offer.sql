-- Offers rows to one statement, each undone before the next, and tells what became of each.
CREATE FUNCTION pg_temp.schemaproof_offer(statement text, rows text[])
RETURNS TABLE (
    code text, by_constraint text, by_column text, by_schema text, by_table text, by_type text,
    told text, context text, stored text[]
)
LANGUAGE plpgsql
AS $$
DECLARE
    offered text[];
BEGIN
    FOREACH offered SLICE 1 IN ARRAY rows LOOP
        stored := NULL;
        BEGIN
            EXECUTE statement INTO stored USING offered;
            -- What was taken is undone as well, by a code that nothing else raises.
            RAISE EXCEPTION 'taken' USING ERRCODE = 'SP000';
        EXCEPTION WHEN OTHERS THEN
            GET STACKED DIAGNOSTICS
                code = RETURNED_SQLSTATE, by_constraint = CONSTRAINT_NAME, by_column = COLUMN_NAME,
                by_schema = SCHEMA_NAME, by_table = TABLE_NAME, by_type = PG_DATATYPE_NAME,
                told = MESSAGE_TEXT, context = PG_EXCEPTION_CONTEXT;
        END;
        RETURN NEXT;
    END LOOP;
END
$$
