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


def test_a_type_of_which_nothing_is_known_keeps_the_value_it_has(columns):
    """
    What was taken once is taken again, if the column need not be unique.
    """
    assert fresh_value(columns["jsonb"], "{}", 7) == "{}"
