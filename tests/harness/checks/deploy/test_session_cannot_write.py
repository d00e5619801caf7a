"""deploy/session-cannot-write: the session was refused, and what its role could do is told."""

import psycopg
import pytest
from psycopg import sql

from schemaproof.staging import NotReadOnly, Session, access_of, read_only
from tests.harness.fix_bench import CHECKS

CHECK = "deploy/session-cannot-write"

TABLES = 'CREATE TABLE "t 1" (id int); CREATE TABLE t2 (id int)'
GIVEN = {
    "reader": ("GRANT pg_read_all_data TO {}", "may not write to any of 2 tables"),
    "writer": ('GRANT UPDATE ON "t 1" TO {}', "could otherwise write to 1 of 2 tables:"),
    "owner": ("ALTER TABLE t2 OWNER TO {}", "could otherwise write to 1 of 2 tables:"),
    "maker": ("CREATE SCHEMA own AUTHORIZATION {}", "to 0 of 2 tables and make new ones:"),
}


def url(database, **options):
    changed = database.url.update_query_dict({k: v for k, v in options.items() if v})
    return changed.render_as_string(hide_password=False)


def seen(address):
    """Return what the check says of a session."""
    with read_only(address) as session:
        return [one.seen for one in CHECKS[CHECK].run(access=access_of(session))]


@pytest.mark.parametrize(("given", "told"), GIVEN.values(), ids=GIVEN)
def test_what_the_role_could_do_is_told(own_databases, given, told):
    """
    It is evidence: the session was refused whatever its role may do.
    """
    # Nobody owns the schema public of a new database but its owner, who may make tables there.
    name = f"in'sp\"{own_databases.prefix}"
    role = sql.Identifier(name)
    with own_databases.clone() as database, database.connect(autocommit=True) as connection:
        connection.execute(TABLES)
        connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        connection.execute(sql.SQL("CREATE ROLE {}").format(role))
        connection.execute(sql.SQL(given).format(role))
        escaped = name.replace("\\", "\\\\")
        try:
            refused, what = seen(url(database, options=f"-c role={escaped}"))
        finally:
            connection.execute(sql.SQL("DROP OWNED BY {} CASCADE").format(role))
            connection.execute(sql.SQL("DROP ROLE {}").format(role))

    assert refused == "CREATE TABLE was refused with SQLSTATE 25006"
    assert what.startswith(f"role {name} ")
    assert told in what


def test_a_superuser_is_told_of_a_safer_role(own_databases):
    """
    The server refuses it all the same.
    """
    with own_databases.clone() as database:
        (_, what) = seen(url(database))

    assert "is a superuser: a role with no more than pg_read_all_data and pg_monitor" in what


def test_a_session_that_can_write_is_not_used(own_databases, monkeypatch):
    """
    Something between the two may drop READ ONLY: what was made is undone, and nothing is asked.
    """
    # What libpq sends is then a plain BEGIN.
    dropped = property(lambda _: None, lambda *_: None)
    monkeypatch.setattr(Session, "read_only", dropped)
    with own_databases.clone() as database:
        with pytest.raises(NotReadOnly, match="which was undone"), read_only(url(database)):
            pass
        with database.connect() as connection:
            made = connection.execute("SELECT to_regclass('schemaproof_write_attempt')").fetchone()

    assert made == (None,)


@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM t2", "CREATE TEMP TABLE x AS SELECT 1; TRUNCATE t2", "SELECT nextval('s')"],
)
def test_nothing_that_writes_goes_through(own_databases, statement):
    """
    In a transaction, outside of one, through a cursor, through the second connection.
    """
    with own_databases.clone() as database:
        with database.connect(autocommit=True) as connection:
            connection.execute(f"{TABLES}; CREATE SEQUENCE s".encode())
        with read_only(url(database)) as session, session.another() as another:
            ways = (session.execute, session.cursor().execute, another.execute)
            for way in ways:
                with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
                    way(statement.encode())
                session.rollback()
                another.rollback()
            with pytest.raises(psycopg.errors.ReadOnlySqlTransaction), session.transaction():
                session.execute(statement.encode())
