"""columns_in: which columns the server's own words about a condition are about."""

import pytest
from sqlalchemy import Connection, create_engine, text

from schemaproof.plans import columns_in, explained
from schemaproof.postgres import Databases, new_prefix

SCHEMA = '''
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE SCHEMA odd;
CREATE DOMAIN odd."A Kind" AS int;
CREATE TABLE t (
    a int, b int, name text, code varchar(9), at timestamptz, day date, "select" int, "A ""b""" int,
    mood mood, tags text[], body jsonb, flag bool, uuid uuid, timestamp timestamp, "text" text,
    kind odd."A Kind", col1 int, Ä int, share double precision, span interval
);
CREATE TABLE u (a int, b int, c int);
CREATE INDEX u_b ON u (b);
'''

CASES = {
    "a = 1 AND b > 2": {"a", "b"},
    "a = ANY ('{1,2}')": {"a"},
    "a IN (1, 2) OR b IS NULL": {"a", "b"},
    "(a, b) > (1, 2)": {"a", "b"},
    "name = 'a AND b = 1'": {"name"},
    "name = 'it''s b' OR name = E'\\\\ b'": {"name"},
    "code = 'x'": {"code"},
    "lower(code) = 'x' AND upper(name) LIKE 'B%'": {"code", "name"},
    "at > '2025-01-01' AND day < '2025-01-02'": {"at", "day"},
    "timestamp > '2025-01-01'::timestamptz": {"timestamp"},
    "timestamp(3) '2025-01-01' < timestamp": {"timestamp"},
    '"select" = 3 AND "A ""b""" = 4': {"select", 'A "b"'},
    "mood = 'sad'": {"mood"},
    "tags @> ARRAY['b'] AND body ? 'a'": {"tags", "body"},
    "(body ->> 'b')::int = 3": {"body"},
    "flag AND NOT flag": {"flag"},
    "uuid = '5c4e3a5c-4e3a-4c4e-8a5c-4e3a5c4e3a5c'": {"uuid"},
    '"text" = \'b\' COLLATE "C" AND name < text COLLATE "POSIX"': {"text", "name"},
    'kind = 3::odd."A Kind"': {"kind"},
    "Ä = 1": {"Ä"},
    "share = 1.5e3": {"share"},
    "span > interval '1' day": {"span"},
    "a::numeric(9, 2) = 1.5": {"a"},
    "name ~ 'b' AND code SIMILAR TO 'b'": {"name", "code"},
    "a BETWEEN SYMMETRIC b AND 9": {"a", "b"},
    "CASE WHEN a = 1 THEN b ELSE 2 END = 2": {"a", "b"},
    "coalesce(a, b) = 1 AND a IS DISTINCT FROM 3": {"a", "b"},
    "a OPERATOR(pg_catalog.=) 3": {"a"},
    "extract(year FROM day) = 2025": {"day"},
    "a = (SELECT max(c) FROM u)": {"a"},
    "a IN (SELECT c FROM u WHERE u.b = 1 OFFSET 0) OR name = 'x'": {"a", "name"},
}
NEW_IN_17 = "OFFSET 0"


@pytest.fixture(scope="module")
def connection(schema_server):
    """A connection to a database with two tables."""
    databases = Databases(schema_server, prefix=new_prefix())
    with databases.clone() as database:
        with database.connect(autocommit=True) as connection:
            connection.execute(SCHEMA)
        engine = create_engine(database.url)
        with engine.connect() as connection:
            yield connection
        engine.dispose()
    databases.close()


def server_major(connection: Connection) -> int:
    (major, *_) = connection.dialect.server_version_info or (0,)
    return int(major)


@pytest.mark.parametrize(("condition", "columns"), CASES.items(), ids=CASES)
def test_the_columns_of_one_table_are_found(connection, condition, columns):
    """
    No type, function, collation, value or word of the language is taken for one of them.
    """
    if NEW_IN_17 in condition and server_major(connection) < 17:
        pytest.skip("what a hashed SubPlan is looked up by is new in PostgreSQL 17")
    plan = explained(
        connection, text(f"SELECT * FROM t WHERE {condition}".replace(":", r"\:"))
    ).plan
    (filtered,) = [node for node in plan.walk() if node.relation == "t"]

    assert columns_in(filtered.filter, "t") == columns


@pytest.mark.parametrize(
    ("alias", "columns"), [("y", {"b"}), ("A t", {"a", "b"}), (None, {"a", "b"})]
)
def test_columns_of_another_table_are_left_out(connection, alias, columns):
    """
    What an index is asked for is written without its table, what it is compared with is not.
    """
    statement = 'SELECT * FROM t AS "A t" JOIN u AS y ON "A t".a = y.b'
    for kind in ("hashjoin", "mergejoin", "seqscan"):
        connection.exec_driver_sql(f"SET LOCAL enable_{kind} = off")
    plan = explained(connection, statement).plan
    (condition,) = [node.index_condition for node in plan.walk() if node.index_condition]

    assert condition == '(b = "A t".a)'
    assert columns_in(condition, alias) == columns
