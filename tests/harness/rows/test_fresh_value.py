"""Values that differ: for each number another one, which the column's type takes."""

import pytest

from schemaproof.catalog import snapshot
from schemaproof.rows.fresh_value import fresh_value

MANY = 1000
TYPES = ("uuid", "integer", "numeric", "text", "varchar(10)", "date", "timestamp", "timestamptz")


@pytest.fixture(scope="module")
def connection(schema_databases):
    """A connection to a database with a table that has a column of each type, and one of JSON."""
    listed = ", ".join(f"c{number} {each}" for number, each in enumerate([*TYPES, "jsonb"]))
    with schema_databases.clone() as database, database.connect() as connection:
        connection.execute(f"CREATE TABLE many ({listed})")
        yield connection


@pytest.fixture(scope="module")
def columns(connection):
    """Its columns, by their types."""
    return dict(zip([*TYPES, "jsonb"], snapshot(connection).columns, strict=True))


@pytest.mark.parametrize("kind", TYPES)
def test_a_thousand_numbers_give_a_thousand_values(columns, connection, kind):
    """
    The server takes each, and holds no two of them for one.
    """
    texts = [fresh_value(columns[kind], "a", number) for number in range(MANY)]

    query = f"SELECT count(DISTINCT given::{kind}) FROM unnest(%s::text[]) AS given"
    assert connection.execute(query, [texts]).fetchone() == (MANY,)


@pytest.mark.parametrize(
    ("kind", "many"), [("char(1)", 26), ("char(2)", 676), ("varchar(3)", 1000), ("code", 600)]
)
def test_a_short_code_is_another_one_for_each_number(connection, kind, many):
    """
    Codes of countries and currencies are as long as the column, and as many as there are.
    """
    with connection.transaction(force_rollback=True):
        connection.execute("CREATE DOMAIN code AS char(2) CHECK (VALUE ~ '^[A-Z]+$')")
        connection.execute(f"CREATE TABLE short (c {kind} PRIMARY KEY)")
        (column,) = (one for one in snapshot(connection).columns if one.table.name == "short")
        texts = [fresh_value(column, "AA", number) for number in range(100, 100 + many)]

        connection.execute("INSERT INTO short SELECT unnest(%s::text[])", [texts])


def test_a_type_of_which_nothing_is_known_keeps_the_value_it_has(columns):
    """
    What was taken once is taken again, if the column need not be unique.
    """
    assert fresh_value(columns["jsonb"], "{}", 7) == "{}"
