"""
Add the delete guard and keep updated_at.

What: a trigger refuses to delete a profile that owns an active project (SQLSTATE 23001,
restrict_violation); triggers on the five tables that have updated_at set it on every update.
Why: the cascade from profiles took running projects with it, and raw SQL forgot updated_at.
Lock: CREATE TRIGGER takes SHARE ROW EXCLUSIVE on five tables, one after the other, until the
revision commits: reads go on; writes to that table wait for a moment (the catalogue changes, no row
is read). The downgrade takes ACCESS EXCLUSIVE on the same tables, each in a transaction of its own,
which blocks its reads and writes for a moment; in one for all it could meet a delete in a deadlock.
Previous release: runs, and what it sets updated_at to is replaced. Where it deletes a profile with
an active project it now gets an error instead of a cascade; that is the purpose.

Revision ID: 0005
Revises: 0004
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TOUCHED = ("profiles", "projects", "crawl_jobs", "validation_jobs", "export_jobs")

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


def upgrade() -> None:
    """Create the functions, then the triggers that call them."""
    op.execute(DELETE_GUARD_FUNCTION)
    op.execute(DELETE_GUARD_FUNCTION_PRIVILEGES)
    op.execute(DELETE_GUARD_FUNCTION_COMMENT)
    op.execute(DELETE_GUARD_TRIGGER)
    op.execute(DELETE_GUARD_TRIGGER_COMMENT)
    op.execute(TOUCH_FUNCTION)
    op.execute(TOUCH_FUNCTION_COMMENT)
    for table in TOUCHED:
        op.execute(TOUCH_TRIGGER.format(table=table))
        op.execute(TOUCH_TRIGGER_COMMENT.format(table=table))


def downgrade() -> None:
    """Drop the triggers, then the functions."""
    with op.get_context().autocommit_block():
        # A run that gave up has done some tables, and nothing of it is in alembic_version.
        for table in reversed(TOUCHED):
            op.execute(f"DROP TRIGGER IF EXISTS tr_{table}_touch_updated_at ON {table}")
        op.execute("DROP FUNCTION IF EXISTS touch_updated_at()")
        op.execute("DROP TRIGGER IF EXISTS tr_profiles_delete_guard ON profiles")
        op.execute("DROP FUNCTION IF EXISTS profiles_delete_guard()")
