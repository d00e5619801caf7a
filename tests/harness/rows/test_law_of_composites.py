"""The law on keys of several columns, case by case, the server beside it."""

import pytest

from schemaproof.rows import Refused
from tests.harness.rows.fix_field import delete, rows, say, update

PAIRS = (
    "CREATE TABLE a (x int, y int, PRIMARY KEY (x, y));"
    "CREATE TABLE b (x int {null}, y int, CONSTRAINT up FOREIGN KEY (x, y) REFERENCES a {rest});"
)
PAIR = {"a": [{"x": "1", "y": "5"}], "b": [{"x": "1", "y": "5"}]}


@pytest.mark.parametrize(
    ("rest", "left"),
    [
        pytest.param("ON DELETE SET NULL", rows(("b", None, None)), id="all columns"),
        pytest.param("ON DELETE SET NULL (y)", rows(("b", "1", None)), id="one of them"),
        pytest.param("MATCH FULL ON DELETE SET NULL", rows(("b", None, None)), id="FULL"),
        pytest.param("MATCH FULL ON DELETE SET NULL (y)", Refused("up"), id="FULL, but half"),
    ],
)
def test_set_null_of_composite_keys(lay, rest, left):
    """
    SET NULL (column) touches that column alone, which MATCH FULL then refuses.
    """
    assert say(lay, PAIRS.format(null="", rest=rest), PAIR, delete("a")) == left


def test_set_null_needs_only_its_own_columns_to_be_nullable(lay):
    """
    A column list spares the tenant's column, which is NOT NULL.
    """
    whole = PAIRS.format(null="NOT NULL", rest="ON DELETE SET NULL")
    listed = PAIRS.format(null="NOT NULL", rest="ON DELETE SET NULL (y)")

    assert say(lay, whole, PAIR, delete("a")) == Refused("x", "23502")
    assert say(lay, listed, PAIR, delete("a")) == rows(("b", "1", None))


def test_half_a_composite_reference_points_nowhere(lay):
    """
    MATCH SIMPLE: a reference with a NULL in it is left alone.
    """
    tables = {**PAIR, "b": [{"x": "1", "y": None}]}

    left = say(lay, PAIRS.format(null="", rest="ON DELETE CASCADE"), tables, delete("a"))

    assert left == rows(("b", "1", None))


def test_an_update_cascades_into_what_others_point_at(lay):
    """
    A tenant's new number goes through composite keys down to the last table.
    """
    ddl = (
        "CREATE TABLE a (id int PRIMARY KEY);"
        "CREATE TABLE b (a int REFERENCES a ON UPDATE CASCADE, id int, PRIMARY KEY (a, id));"
        "CREATE TABLE c (a int, b int, FOREIGN KEY (a, b) REFERENCES b ON UPDATE CASCADE)"
    )
    tables = {"a": [{"id": "1"}], "b": [{"a": "1", "id": "5"}], "c": [{"a": "1", "b": "5"}]}

    left = say(lay, ddl, tables, update("a", {"id": "9"}))

    assert left == rows(("a", "9"), ("b", "9", "5"), ("c", "9", "5"))
