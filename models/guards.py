"""
Keep what no constraint can say: the delete guard of ``profiles``, and every ``updated_at``.

A foreign key can cascade or refuse, not "refuse while active, else cascade"; a default does not
fire on UPDATE. Both are functions and triggers, attached here as DDL events, so that ``create_all``
makes what the migrations make and ``drop_all`` leaves nothing.

The guard is safe under concurrency because of the locks, not because of luck. When it runs, the
DELETE holds the profile's row lock, which the foreign key check of a new or transferred project
waits for. Then the guard locks the profile's projects before it looks at them, so that one that is
being made active is waited for and seen, and one that comes later finds no row.

Source: https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-ROWS
"""

from collections.abc import Sequence

from sqlalchemy import DDL, Connection, MetaData, Table, event

from models.base import Base
from models.profile import Profile
from models.timestamps import Timestamped

# SECURITY DEFINER: the guard counts every project, as a foreign key would, also those that row
# security or missing privileges hide from whoever deletes. Hence the fixed search_path, and the
# table's own schema named in the query.
DELETE_GUARD_FUNCTION = """\
CREATE OR REPLACE FUNCTION profiles_delete_guard() RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    active_projects bigint;
BEGIN
    EXECUTE format(
        'SELECT count(*) FILTER (WHERE status = ''active'') FROM ('
        'SELECT status FROM %I.projects WHERE user_id = $1 ORDER BY id FOR UPDATE) AS owned',
        TG_TABLE_SCHEMA
    ) INTO active_projects USING OLD.id;
    IF active_projects > 0 THEN
        RAISE EXCEPTION 'profile % (%) owns % active project(s) and cannot be deleted',
                OLD.id, OLD.email, active_projects
            USING ERRCODE = 'restrict_violation',
                HINT = 'Archive or delete its active projects first.',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
    END IF;
    RETURN OLD;
END
$function$"""

# A trigger fires without it. Whoever may make triggers of a SECURITY DEFINER function can make it
# read a table of their own choosing, with the owner's rights.
DELETE_GUARD_FUNCTION_PRIVILEGES = """\
REVOKE EXECUTE ON FUNCTION profiles_delete_guard() FROM PUBLIC"""

DELETE_GUARD_FUNCTION_COMMENT = """\
COMMENT ON FUNCTION profiles_delete_guard() IS
'Refuses to delete a profile that owns an active project (SQLSTATE 23001)'"""

DELETE_GUARD_TRIGGER = """\
CREATE TRIGGER tr_profiles_delete_guard BEFORE DELETE ON profiles
FOR EACH ROW EXECUTE FUNCTION profiles_delete_guard()"""

DELETE_GUARD_TRIGGER_COMMENT = """\
COMMENT ON TRIGGER tr_profiles_delete_guard ON profiles IS
'A profile with an active project stays; without one, its delete cascades'"""

# clock_timestamp() and not now(): two updates in one transaction are two moments.
TOUCH_FUNCTION = """\
CREATE OR REPLACE FUNCTION touch_updated_at() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    NEW.updated_at := clock_timestamp();
    RETURN NEW;
END
$function$"""

TOUCH_FUNCTION_COMMENT = """\
COMMENT ON FUNCTION touch_updated_at() IS
'Sets updated_at to the time of the update, whatever the statement says'"""

TOUCH_TRIGGER = """\
CREATE TRIGGER tr_{table}_touch_updated_at BEFORE UPDATE ON {table}
FOR EACH ROW EXECUTE FUNCTION touch_updated_at()"""

TOUCH_TRIGGER_COMMENT = """\
COMMENT ON TRIGGER tr_{table}_touch_updated_at ON {table} IS
'Keeps updated_at, for raw SQL too'"""


def _ddl(statement: str) -> DDL:
    # DDL() fills in % itself.
    return DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call] # SQLAlchemy's own


def _drop_functions(
    target: MetaData, connection: Connection, *, tables: Sequence[Table], **_: object
) -> None:
    # The tables share the functions: they go with the last trigger that calls them, and no sooner.
    if len(tables) == len(target.tables):
        connection.execute(_ddl("DROP FUNCTION IF EXISTS profiles_delete_guard()"))
        connection.execute(_ddl("DROP FUNCTION IF EXISTS touch_updated_at()"))


def _attach() -> None:
    for statement in (
        DELETE_GUARD_FUNCTION,
        DELETE_GUARD_FUNCTION_PRIVILEGES,
        DELETE_GUARD_FUNCTION_COMMENT,
        TOUCH_FUNCTION,
        TOUCH_FUNCTION_COMMENT,
    ):
        event.listen(Base.metadata, "before_create", _ddl(statement))
    for statement in (DELETE_GUARD_TRIGGER, DELETE_GUARD_TRIGGER_COMMENT):
        event.listen(Profile.__table__, "after_create", _ddl(statement))
    for mapper in Base.registry.mappers:
        if issubclass(mapper.class_, Timestamped):
            for statement in (TOUCH_TRIGGER, TOUCH_TRIGGER_COMMENT):
                ddl = _ddl(statement.format(table=mapper.local_table))
                event.listen(mapper.local_table, "after_create", ddl)
    event.listen(Base.metadata, "after_drop", _drop_functions)


_attach()
