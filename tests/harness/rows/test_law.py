"""remains(): PostgreSQL's referential actions on rows in memory, case by case."""

import pytest

from schemaproof.catalog import ForeignKey, QualifiedName
from schemaproof.rows import Refused, Row, remains

A, B, C = (QualifiedName("public", name) for name in "abc")


def key(child, parent, action, *, columns=("up",), target=("id",), only=()):
    return ForeignKey(
        table=child,
        name=f"{child.name}_{parent.name}_fk",
        form="foreign key",
        columns=columns,
        is_temporal=False,
        is_deferrable=False,
        is_deferred=False,
        is_validated=True,
        enabled="origin",
        is_enforced=True,
        is_inherited=False,
        definition="",
        comment=None,
        target=parent,
        target_columns=target,
        match="SIMPLE",
        on_update="NO ACTION",
        on_delete=action,
        delete_columns=only,
    )


def rows_of(*tables):
    """
    One row each: ids from 1, each pointing at the row before it.
    """
    return [
        Row(table, {"id": str(n), "up": str(n - 1) if n > 1 else None})
        for n, table in enumerate(tables, 1)
    ]


def left(result):
    return [(row.table.name, *row.values.values()) for row in result]


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        pytest.param("CASCADE", [], id="CASCADE"),
        pytest.param("SET NULL", [("b", "2", None)], id="SET NULL"),
        pytest.param("SET DEFAULT", [("b", "2", "9")], id="SET DEFAULT"),
    ],
)
def test_each_action_on_one_child(action, expected):
    """
    CASCADE takes the child along, the others let go of its reference.
    """
    parent, child = rows_of(A, B)

    result = remains([parent, child], [key(B, A, action)], parent, {("public.b", "up"): "9"})

    assert left(result) == expected


@pytest.mark.parametrize("action", ["RESTRICT", "NO ACTION"])
def test_a_child_that_stays_refuses(action):
    """
    RESTRICT and NO ACTION refuse, and the key that does is named.
    """
    parent, child = rows_of(A, B)

    assert remains([parent, child], [key(B, A, action)], parent) == Refused("b_a_fk")


def test_a_refusal_below_refuses_the_whole():
    """
    A grandchild that may not lose its parent keeps the grandparent.
    """
    a, b, c = rows_of(A, B, C)
    keys = [key(B, A, "CASCADE"), key(C, B, "RESTRICT")]

    assert remains([a, b, c], keys, a) == Refused("c_b_fk")


def test_no_action_looks_at_the_end():
    """
    A child that goes by another way refuses nothing under NO ACTION.
    """
    a, b = rows_of(A, B)
    c = Row(C, {"id": "3", "up": "2", "a_id": "1"})
    keys = [key(B, A, "CASCADE"), key(C, B, "CASCADE"), key(C, A, "NO ACTION", columns=("a_id",))]

    assert remains([a, b, c], keys, a) == []


def test_restrict_does_not_wait():
    """
    A child that would go by another way refuses under RESTRICT all the same.
    """
    a, b = rows_of(A, B)
    c = Row(C, {"id": "3", "up": "2", "a_id": "1"})
    keys = [key(B, A, "CASCADE"), key(C, B, "CASCADE"), key(C, A, "RESTRICT", columns=("a_id",))]

    assert remains([a, b, c], keys, a) == Refused("c_a_fk")


def test_bystanders_stay_as_they_are():
    """
    Rows that point elsewhere, or nowhere, are untouched.
    """
    a, b = rows_of(A, B)
    other = Row(A, {"id": "7", "up": None})
    orphan = Row(B, {"id": "8", "up": None})
    child_of_other = Row(B, {"id": "9", "up": "7"})

    result = remains([a, b, other, orphan, child_of_other], [key(B, A, "CASCADE")], a)

    assert left(result) == [("a", "7", None), ("b", "8", None), ("b", "9", "7")]


def test_a_table_that_points_at_itself_goes_down_the_tree():
    """
    A self-referencing cascade takes children and grandchildren, not parents.
    """
    top, middle, bottom = rows_of(A, A, A)

    assert left(remains([top, middle, bottom], [key(A, A, "CASCADE")], middle)) == [
        ("a", "1", None)
    ]


def test_a_circle_ends():
    """
    Rows that point at each other go together, and the law comes to an end.
    """
    a, b = Row(A, {"id": "1", "up": "2"}), Row(B, {"id": "2", "up": "1"})

    assert remains([a, b], [key(A, B, "CASCADE"), key(B, A, "CASCADE")], a) == []


def test_set_null_of_one_column_leaves_the_others():
    """
    ON DELETE SET NULL (column) touches that column alone.
    """
    a = Row(A, {"tenant": "1", "id": "5"})
    b = Row(B, {"tenant": "1", "up": "5"})
    composite = key(
        B, A, "SET NULL", columns=("tenant", "up"), target=("tenant", "id"), only=("up",)
    )

    assert left(remains([a, b], [composite], a)) == [("b", "1", None)]


def test_half_a_composite_reference_is_none():
    """
    MATCH SIMPLE: a reference with a NULL in it points nowhere.
    """
    a = Row(A, {"tenant": "1", "id": "5"})
    b = Row(B, {"tenant": "1", "up": None})
    composite = key(B, A, "CASCADE", columns=("tenant", "up"), target=("tenant", "id"))

    assert left(remains([a, b], [composite], a)) == [("b", "1", None)]
