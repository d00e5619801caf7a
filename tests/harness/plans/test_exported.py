"""exported: statistics are the same after they were written and read."""

import dataclasses
import json

import pytest

from schemaproof.catalog import QualifiedName
from schemaproof.plans import (
    BadStatistics,
    ColumnStatistics,
    RelationStatistics,
    Slot,
    from_text,
    to_text,
)

SLOT = Slot(
    kind=1, operator="=(text,text)", collation="C", numbers=(0.5, 0.25), values='{"a \\"b\\"",é}',
    element="text",
)  # fmt: skip
CORRELATION = dataclasses.replace(SLOT, kind=3, collation=None, numbers=(0.1,), values=None)
COLUMN = ColumnStatistics(
    name="100% \"q'", number=2, is_inherited=False, null_fraction=0.5, width=8, distinct=-0.5,
    slots=(SLOT, CORRELATION),
)  # fmt: skip
TABLE = RelationStatistics(
    relation=QualifiedName("Odd Schema", "Order Items"), is_index=False, rows=1e9, pages=10**7,
    all_visible=5, columns=(COLUMN,),
)  # fmt: skip
INDEX = RelationStatistics(
    relation=QualifiedName("Odd Schema", "i"), is_index=True, rows=1e9, pages=10**6,
    all_visible=0, height=3,
)  # fmt: skip
STATISTICS = {each.relation: each for each in (TABLE, INDEX)}


def test_what_is_written_is_read_again():
    """
    Names that must be quoted, values with quotes and heights included.
    """
    assert from_text(to_text(STATISTICS), "a file") == STATISTICS


def test_the_same_statistics_give_the_same_text():
    """
    Whatever the order in which they were read.
    """
    turned = dict(reversed([*STATISTICS.items()]))

    assert to_text(turned) == to_text(STATISTICS)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("[]", id="no object"),
        pytest.param("{}", id="no version"),
        pytest.param('{"version": 2, "relations": []}', id="of a later version"),
        pytest.param('{"version": 1, "relations": [{"rows": 1}]}', id="half a relation"),
        pytest.param('{"version": 1, "relations": 7}', id="no list"),
    ],
)
def test_something_else_is_refused_with_its_source(text):
    """
    One sentence says what was needed, and where something else was found.
    """
    with pytest.raises(BadStatistics, match=r"needs .*some file"):
        from_text(text, "some file")


def test_a_field_that_nobody_knows_is_refused():
    """
    It would be lost otherwise.
    """
    found = json.loads(to_text(STATISTICS))
    found["relations"][0]["colour"] = "red"

    with pytest.raises(BadStatistics, match="colour"):
        from_text(json.dumps(found), "a file")
