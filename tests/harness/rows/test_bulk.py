"""multiply: tables grow to a size by copies of a row, and every constraint holds."""

import pytest

from schemaproof.catalog import QualifiedName, snapshot
from schemaproof.rows import RowMaker, multiply

ROWS = 2500

SCHEMA = """
CREATE SCHEMA shop;
CREATE TABLE parents (
    id uuid PRIMARY KEY,
    email varchar(60) NOT NULL UNIQUE CHECK (email LIKE '%@%'),
    url text UNIQUE CHECK (url LIKE 'https://%'),
    seen timestamptz UNIQUE,
    day date UNIQUE,
    code numeric(9, 2) UNIQUE,
    n bigint GENERATED ALWAYS AS IDENTITY,
    doubled int GENERATED ALWAYS AS (2 * 3) STORED
);
CREATE UNIQUE INDEX ON parents (lower(email));
CREATE TABLE children (
    id serial PRIMARY KEY,
    parent_id uuid NOT NULL REFERENCES parents,
    child_id int REFERENCES children
);
CREATE TABLE links (
    a uuid REFERENCES parents, b int REFERENCES children, PRIMARY KEY (a, b)
);
CREATE TABLE vessels (flag char(2), number int, PRIMARY KEY (flag, number));
CREATE TABLE only_once (parent_id uuid PRIMARY KEY REFERENCES parents);
CREATE TABLE tenants (id int PRIMARY KEY);
CREATE TABLE accounts (tenant_id int REFERENCES tenants, id int, PRIMARY KEY (tenant_id, id));
CREATE TABLE bills (
    id serial PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenants, account_id int NOT NULL,
    FOREIGN KEY (tenant_id, account_id) REFERENCES accounts
);
CREATE TABLE shop."Order Items" ("100%" int PRIMARY KEY, "select" text UNIQUE, "o'clock" time);
CREATE TABLE bare (v text);
CREATE TABLE logged (id serial PRIMARY KEY);
CREATE TABLE log (id serial PRIMARY KEY, logged_id int NOT NULL);
CREATE FUNCTION log() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN INSERT INTO log (logged_id) VALUES (NEW.id); RETURN NEW; END';
CREATE TRIGGER log AFTER INSERT ON logged FOR EACH ROW EXECUTE FUNCTION log();
CREATE TABLE later (
    id serial PRIMARY KEY, name text NOT NULL, UNIQUE (name) DEFERRABLE INITIALLY DEFERRED
);
"""
SMALL = """
CREATE TABLE flags (f bool PRIMARY KEY);
CREATE TABLE letters (c char(1) PRIMARY KEY);
CREATE TABLE tiny (n smallint PRIMARY KEY CHECK (n < 21000));
CREATE TABLE never (n int NOT NULL CHECK (n > 0 AND n < 0));
"""


def grow(connection, schema):
    connection.execute(schema)
    catalog = snapshot(connection)
    maker = RowMaker(catalog=catalog, connection=connection)
    tables = [table.qualified_name for table in catalog.tables]
    return catalog, multiply(maker, tables, rows=ROWS, foreseen=catalog)


@pytest.fixture(scope="module")
def grown(schema_databases):
    """The catalogue of a database, what has become of its tables, and a connection to it."""
    with schema_databases.clone() as database, database.connect(autocommit=True) as connection:
        yield *grow(connection, SCHEMA), connection


def test_every_table_holds_as_many_rows_as_were_wanted(grown):
    """
    Unique columns, one-to-one keys and pairs of keys included.
    """
    _, tables, connection = grown

    counts = {
        str(table): connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        for table in tables
    }
    assert [one.obstacle for one in tables.values() if one.obstacle] == []
    assert {name: many for name, many in counts.items() if many < ROWS} == {}
    assert [one.obstacle for one in tables.values() if one.obstacle] == []
    assert counts["public.log"] >= ROWS


def test_every_constraint_holds(grown):
    """
    The server finds nothing when it looks at each constraint and each unique index anew.
    """
    catalog, _, connection = grown
    checked = 0

    for each in catalog.constraints:
        if each.kind in ("foreign key", "check constraint"):
            connection.execute(
                f'ALTER TABLE {each.table} DROP CONSTRAINT "{each.name}",'
                f' ADD CONSTRAINT "{each.name}" {each.definition}'
            )
            checked += 1
    for table in catalog.tables:
        connection.execute(f"REINDEX TABLE {table.qualified_name}")
    assert checked >= 10


def test_keys_are_spread_over_the_parents(grown):
    """
    Children of one parent alone would make every index on a key look useless.
    """
    _, _, connection = grown

    many = "SELECT count(DISTINCT {}) FROM {}"
    for column, table in (("parent_id", "children"), ("a", "links"), ("account_id", "bills")):
        assert connection.execute(many.format(column, table)).fetchone()[0] > 20


def test_optional_columns_are_filled(grown):
    """
    A row without NULLs survives a NOT NULL to come.
    """
    _, _, connection = grown

    query = 'SELECT count(*) FROM shop."Order Items" WHERE "select" IS NULL OR "o\'clock" IS NULL'
    assert connection.execute(query).fetchone() == (0,)


def test_one_more_can_be_inserted(grown):
    """
    The statement that is kept inserts one row that nobody has.
    """
    _, tables, connection = grown

    for table, one in tables.items():
        with connection.transaction(force_rollback=True):
            assert (table, connection.execute(one.insert).rowcount) == (table, 1)


def test_what_cannot_grow_says_why(schema_databases):
    """
    A table whose values are few stays as large as they allow, and its obstacle is told.
    """
    with schema_databases.clone() as database, database.connect(autocommit=True) as connection:
        _, tables = grow(connection, SMALL)

    told = {table.name: (one.rows, one.obstacle) for table, one in tables.items()}
    assert told["flags"][0] == 1
    assert told["letters"][0] == 1
    assert ROWS // 10 <= told["tiny"][0] < ROWS
    assert told["never"][0] == 0
    for _, obstacle in told.values():
        assert obstacle
    assert told["tiny"][1] == "smallint out of range"
    assert tables[QualifiedName("public", "never")].insert is None
