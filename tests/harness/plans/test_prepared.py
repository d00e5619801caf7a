"""Prepared statements: the plan for any values, and what the server chooses the sixth time."""

import datetime as dt
import uuid

import pytest
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Text,
    bindparam,
    column,
    create_engine,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from schemaproof.plans import clause, explained, explained_generic, explained_repeated, send
from schemaproof.plans.prepared import _prepared_generic
from schemaproof.postgres import Databases, new_prefix

SCHEMA = """
CREATE TABLE t (
    id bigint PRIMARY KEY, state text, key uuid, at timestamptz, tags text[], body jsonb,
    "100%" text, name text
);
INSERT INTO t SELECT n, CASE WHEN n % 100 = 0 THEN 'rare' WHEN n % 2 = 0 THEN 'a' ELSE 'b' END,
    gen_random_uuid(), now() + n * interval '1 min', ARRAY['x' || n], jsonb_build_object('n', n),
    n, n
FROM generate_series(1, 20000) n;
CREATE INDEX t_state ON t (state);
CREATE INDEX t_at ON t (at);
ANALYZE t;
"""
T = table(
    "t",
    column("id", BigInteger),
    column("state", Text),
    column("tags", ARRAY(Text)),
    column("body", JSONB),
)
ID = uuid.UUID("5c4e3a5c-4e3a-4c4e-8a5c-4e3a5c4e3a5c")

CASES = {
    "a key": ("SELECT * FROM t WHERE id = :id", {"id": 7}),
    "a rare value, at once": ("SELECT * FROM t WHERE state = :s LIMIT 9", {"s": "rare"}),
    "all of a rare value": ("SELECT * FROM t WHERE state = :s", {"s": "rare"}),
    "none": ("SELECT * FROM t", {}),
    "a quote and a sign": (
        "SELECT * FROM t WHERE name LIKE '100%' AND state = :s",
        {"s": "it's %"},
    ),
    "twice": ("SELECT * FROM t WHERE state = :s OR name = :s", {"s": "rare"}),
    "a moment": ("SELECT * FROM t WHERE at > :at", {"at": dt.datetime(2099, 1, 1, tzinfo=dt.UTC)}),
    "a uuid": ("SELECT * FROM t WHERE key = :key", {"key": ID}),
    "nothing": ("SELECT * FROM t WHERE state = :s", {"s": None}),
    "a list": (select(T).where(T.c.id.in_([1, 2, 3])), {}),
    "an array": (select(T).where(T.c.tags == bindparam("tags", ["x7", None])), {}),
    "a document": (select(T).where(T.c.body.contains({"n": 7})), {}),
    "a change": ("DELETE FROM t WHERE state = :s", {"s": "rare"}),
}


@pytest.fixture(scope="module")
def connection(schema_server):
    """A connection to a database with one full table."""
    databases = Databases(schema_server, prefix=new_prefix())
    with databases.clone() as database:
        with database.connect(autocommit=True) as connection:
            connection.execute(SCHEMA)
        engine = create_engine(database.url)
        with engine.connect() as connection:
            yield connection
            connection.rollback()
        engine.dispose()
    databases.close()


@pytest.mark.parametrize(("statement", "parameters"), CASES.values(), ids=CASES)
def test_every_kind_of_value_can_be_repeated(connection, statement, parameters):
    """
    What comes out is the plan for these values, or the one for any.
    """
    either = {
        explained(connection, statement, parameters).plan.shape,
        explained_generic(connection, statement, parameters).plan.shape,
    }

    assert explained_repeated(connection, statement, parameters).plan.shape in either


@pytest.mark.parametrize(("statement", "parameters"), CASES.values(), ids=CASES)
def test_servers_that_cannot_explain_it_at_once_say_the_same(connection, statement, parameters):
    """
    Before PostgreSQL 16 a statement must be prepared to see its plan for any values.
    """
    values = parameters or clause(statement).compile(dialect=connection.dialect).params

    prepared = _prepared_generic(connection, statement, values)

    assert explained_generic(connection, statement, parameters).plan == prepared.plan


@pytest.mark.parametrize(
    ("case", "is_generic"),
    [
        pytest.param("a key", True, id="as cheap, and planned once"),
        pytest.param("a rare value, at once", True, id="seems cheaper"),
        pytest.param("all of a rare value", False, id="dearer"),
    ],
)
def test_the_choice_is_the_servers_own(connection, case, is_generic):
    """
    The server's own counters, after six runs, say which of both plans it took.
    """
    statement, parameters = CASES[case]
    (value,) = parameters.values()
    written = statement.replace(":id", "$1").replace(":s", "$1")

    repeated = explained_repeated(connection, statement, parameters)
    send(connection, f"PREPARE mine AS {written}")
    for _ in range(6):
        send(connection, f"EXECUTE mine ({value!r})")
    counted = "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE name = 'mine'"
    counts = tuple(connection.execute(text(counted)).one())
    send(connection, "DEALLOCATE mine")

    assert counts == ((1, 5) if is_generic else (0, 6))
    assert ("$1" in repeated.text) is is_generic


def test_nothing_stays_prepared(connection):
    """
    Neither after a plan, nor after a statement that the server refuses.
    """
    explained_repeated(connection, *CASES["a key"])
    with pytest.raises(Exception, match="colour"), connection.begin_nested():
        explained_repeated(connection, "SELECT colour FROM t")

    left = connection.execute(text("SELECT count(*) FROM pg_prepared_statements")).scalar_one()

    assert left == 0
