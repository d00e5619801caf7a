"""
A follower that reads only what changed knows what a whole snapshot knows.
"""

import pytest
from sqlalchemy import create_engine

from schemaproof.catalog import Follower, snapshot, stamps

# One database's life: each statement on what those before it left.
LIFE = """
CREATE TABLE p (id int PRIMARY KEY, name text)
CREATE TABLE c (id int PRIMARY KEY, p_id int REFERENCES p, note text)
CREATE INDEX c_note ON c (note)
CREATE VIEW v AS SELECT id, name FROM p
ALTER TABLE p RENAME COLUMN name TO "full name"
ALTER TABLE p RENAME TO "Parents of c"
ALTER TABLE c ADD COLUMN more int, DROP COLUMN note
ALTER TABLE c RENAME CONSTRAINT c_p_id_fkey TO "to p"
COMMENT ON CONSTRAINT "to p" ON c IS 'one'
COMMENT ON CONSTRAINT "to p" ON c IS NULL
COMMENT ON COLUMN c.more IS 'x'
COMMENT ON COLUMN c.more IS NULL
ALTER TABLE c ALTER more SET DEFAULT 1
ALTER TABLE c ALTER more SET DEFAULT 2
ALTER TABLE c ALTER more DROP DEFAULT
ALTER TABLE c ADD UNIQUE (more)
ALTER TABLE c DROP CONSTRAINT c_more_key
CREATE UNIQUE INDEX c_u ON c (more)
ALTER TABLE c ADD CONSTRAINT c_u2 UNIQUE USING INDEX c_u
ALTER INDEX c_u2 RENAME TO c_u3
DROP INDEX IF EXISTS nothing
CREATE TYPE mood AS ENUM ('a')
ALTER TABLE c ADD COLUMN mood mood DEFAULT 'a'
ALTER TYPE mood RENAME VALUE 'a' TO 'b'
ALTER TYPE mood RENAME TO humour
ALTER TYPE humour ADD VALUE 'z'
CREATE TYPE pair AS (x int, y int)
ALTER TYPE pair ADD ATTRIBUTE z int
DROP TYPE pair
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'
CREATE TRIGGER t BEFORE INSERT ON c FOR EACH ROW EXECUTE FUNCTION f()
ALTER TABLE c DISABLE TRIGGER t
ALTER FUNCTION f RENAME TO g
DROP TRIGGER t ON c
CREATE SEQUENCE s OWNED BY c.more
ALTER SEQUENCE s OWNED BY NONE
ALTER SEQUENCE s INCREMENT 5
ALTER TABLE c ALTER more SET DEFAULT nextval('s')
ALTER SEQUENCE s RENAME TO s2
CREATE SCHEMA other
ALTER TABLE c SET SCHEMA other
ALTER SCHEMA other RENAME TO "Other One"
GRANT SELECT ON "Other One".c TO PUBLIC
REVOKE SELECT ON "Other One".c FROM PUBLIC
ALTER TABLE "Other One".c ENABLE ROW LEVEL SECURITY
CREATE POLICY y ON "Other One".c USING (more > 0)
ALTER POLICY y ON "Other One".c USING (more > 1)
DROP POLICY y ON "Other One".c
CREATE STATISTICS st ON id, more FROM "Other One".c
DROP STATISTICS st
CREATE TABLE parts (id int, at date) PARTITION BY RANGE (at)
CREATE TABLE part_1 PARTITION OF parts FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')
CREATE INDEX parts_at ON parts (at)
ALTER TABLE parts ADD COLUMN extra text NOT NULL DEFAULT ''
ALTER TABLE parts DETACH PARTITION part_1
ALTER TABLE parts ATTACH PARTITION part_1 FOR VALUES FROM ('2020-01-01') TO ('2022-01-01')
CREATE MATERIALIZED VIEW mv AS SELECT id FROM parts
CREATE INDEX mv_id ON mv (id)
DROP VIEW v
CREATE RULE r AS ON UPDATE TO parts DO INSTEAD NOTHING
DROP RULE r ON parts
CREATE DOMAIN positive AS int CHECK (VALUE > 0)
ALTER DOMAIN positive ADD CONSTRAINT small CHECK (VALUE < 9)
ALTER TABLE "Parents of c" ALTER id TYPE bigint
ALTER TABLE "Parents of c" REPLICA IDENTITY FULL
ALTER TABLE "Parents of c" SET (fillfactor = 50)
CREATE TEMP TABLE own (id int)
DROP TABLE "Other One".c
CREATE TABLE c (other int)
DROP TABLE parts CASCADE
DROP SCHEMA "Other One"
CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION pg_catalog.nothing()
DROP TYPE humour
CREATE COLLATION co (LC_COLLATE = 'C', LC_CTYPE = 'C')
CREATE TABLE texts (id int PRIMARY KEY, body text COLLATE co, c bigint REFERENCES "Parents of c")
ALTER COLLATION co RENAME TO "Plain C"
ALTER TABLE "Parents of c" DISABLE TRIGGER ALL
ALTER TABLE texts DISABLE TRIGGER ALL
ALTER TABLE "Parents of c" ENABLE TRIGGER ALL
CREATE CAST (texts AS text) WITH INOUT
CREATE OPERATOR @#@ (FUNCTION = int4abs, RIGHTARG = int)
COMMENT ON OPERATOR @#@ (NONE, int) IS 'x'
CREATE OPERATOR CLASS k FOR TYPE int USING btree AS OPERATOR 1 <, FUNCTION 1 btint4cmp(int4, int4)
ALTER OPERATOR FAMILY k USING btree ADD OPERATOR 2 <= (int4, int4)
CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = simple)
ALTER TEXT SEARCH DICTIONARY d (stopwords = english)
CREATE TEXT SEARCH CONFIGURATION f (PARSER = 'default')
ALTER TEXT SEARCH CONFIGURATION f ADD MAPPING FOR word WITH d
ALTER TEXT SEARCH CONFIGURATION f DROP MAPPING FOR word
CREATE FOREIGN DATA WRAPPER w
CREATE SERVER s FOREIGN DATA WRAPPER w
CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (a '1')
ALTER USER MAPPING FOR PUBLIC SERVER s OPTIONS (SET a '2')
ALTER FOREIGN DATA WRAPPER w OPTIONS (b '3')
DROP SERVER s CASCADE
CREATE PUBLICATION pu FOR TABLE texts
ALTER PUBLICATION pu DROP TABLE texts
CREATE VIEW v AS SELECT id, body FROM texts
ALTER VIEW v ALTER id SET DEFAULT 7
GRANT SELECT (id) ON v TO PUBLIC
COMMENT ON COLUMN v.id IS 'x'
CREATE INDEX texts_twice ON texts ((id + 1))
ALTER INDEX texts_twice ALTER COLUMN 1 SET STATISTICS 7
CREATE TABLE owner (id serial, other int)
ALTER SEQUENCE owner_id_seq OWNED BY owner.other
ALTER SEQUENCE owner_id_seq OWNED BY NONE
ALTER EXTENSION plpgsql ADD TABLE owner
ALTER EXTENSION plpgsql DROP TABLE owner
ALTER TABLE texts SET (toast.autovacuum_enabled = off)
DROP TABLE texts CASCADE
""".strip().splitlines()


def _statements():
    # An event trigger needs a function of its own kind.
    make = "CREATE FUNCTION ev() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'"
    for statement in LIFE:
        if "pg_catalog.nothing()" in statement:
            yield make
            yield statement.replace("pg_catalog.nothing()", "ev()")
        else:
            yield statement


@pytest.fixture(params=["few relations", "many relations", "more and more relations"])
def size(request, monkeypatch):
    """
    Whether the follower takes the schema for a large one, and first asks near what it changed.
    """
    if request.param == "many relations":
        monkeypatch.setattr(stamps, "FEW_LINES", 0)
    if request.param == "more and more relations":
        monkeypatch.setattr(stamps, "FEW_LINES", 40)


@pytest.mark.parametrize("how", ["committed", "in one transaction"])
def test_a_follower_misses_nothing(schema_databases, how, size):
    """
    After each statement of a database's life it says what reading everything says.
    """
    follower = Follower()
    with (
        schema_databases.clone() as database,
        database.connect(autocommit=how == "committed") as writer,
        database.connect(autocommit=True) as other,
    ):
        reader = other if how == "committed" else writer
        for statement in _statements():
            if how != "committed" and "ADD VALUE" in statement:
                continue
            writer.execute(statement)

            assert follower.snapshot(reader) == snapshot(reader), statement


def test_what_is_rolled_back_was_never_there(schema_databases, size):
    """
    A follower that has seen a change sees it undone.
    """
    follower = Follower()
    with schema_databases.clone() as database, database.connect() as connection:
        connection.execute("CREATE TABLE a (id int)")
        connection.commit()
        before = follower.snapshot(connection)
        connection.execute("ALTER TABLE a ADD COLUMN b int")
        assert follower.snapshot(connection) != before
        connection.rollback()

        assert follower.snapshot(connection) == before


def test_a_follower_may_look_through_several_connections(schema_databases, size):
    """
    Through psycopg and through SQLAlchemy it sees the same database.
    """
    follower = Follower()
    with schema_databases.clone() as database, database.connect(autocommit=True) as connection:
        engine = create_engine(database.url)
        follower.snapshot(connection)
        connection.execute("CREATE TABLE a (id int CHECK (id % 2 = 0))")
        with engine.connect() as other:
            assert follower.snapshot(other) == snapshot(connection)
        engine.dispose()


def test_nothing_is_read_again_if_nothing_changed(schema_databases, size):
    """
    The very same catalogue is returned, rows or no rows.
    """
    follower = Follower()
    with schema_databases.clone() as database, database.connect(autocommit=True) as connection:
        connection.execute("CREATE TABLE a (id int)")
        before = follower.snapshot(connection)
        connection.execute("INSERT INTO a VALUES (1)")

        assert follower.snapshot(connection) is before


def test_a_fork_goes_its_own_way(schema_databases, size):
    """
    It begins with what was seen, and what it sees is not seen by the follower it came from.
    """
    follower = Follower()
    with schema_databases.clone() as database, database.connect() as connection:
        connection.execute("CREATE TABLE a (id int); CREATE TABLE kept (id int)")
        connection.commit()
        before = follower.snapshot(connection)
        for change in ("DROP TABLE a", "CREATE TABLE c (id int)", "ALTER TABLE a ADD COLUMN b int"):
            fork = follower.forked()
            connection.execute(change)
            assert fork.snapshot(connection) == snapshot(connection)
            connection.rollback()

        assert follower.snapshot(connection) is before
        assert follower.forked().snapshot(connection) is before
