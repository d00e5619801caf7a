"""
A key is drawn by what was seen of it: on a real catalogue, for every action.
"""

from __future__ import annotations

import re

import pytest

from schemaproof.report import Report
from schemaproof.report.html.diagram import MOST_TABLES, drawn, shortened
from schemaproof.report.html.evidence import Evidence
from tests.harness.report.html.reports import hostile_catalog, tree_catalog, tree_report


@pytest.fixture(scope="module")
def tree(own_databases):
    """
    A few tables with keys of every kind.
    """
    return tree_catalog(own_databases)


def _drawn(catalog, report):
    return drawn(catalog, [table.qualified_name for table in catalog.tables], Evidence(report))


def test_every_key_says_what_is_known_of_it(tree):
    diagram = _drawn(tree, tree_report(tree))

    told = {line.told.partition(":")[0]: line.evidence for line in diagram.lines}
    assert told == {
        "people (boss) → people (id)": "untested",
        "orders (person_id) → people (id)": "cascade",
        "lines (order_id) → orders (id)": "violated",
        "lines (editor_id) → people (id)": "set-null",
        "lines (keeper_id) → people (id)": "refused",
        "lines (tester_id) → people (id)": "set-default",
    }
    assert [evidence for evidence, _ in diagram.legend] == [
        "cascade", "set-null", "set-default", "refused", "violated", "untested",
    ]  # fmt: skip


def test_without_a_claim_every_key_is_untested(tree):
    diagram = _drawn(tree, Report(proofs=()))

    assert {line.evidence for line in diagram.lines} == {"untested"}


def test_boxes_hold_their_keys_and_lie_within_the_picture(tree):
    diagram = _drawn(tree, tree_report(tree))

    boxes = {box.name: box for box in diagram.boxes}
    assert [cell.name for cell in boxes["orders"].cells] == ["id", "person_id"]
    assert [cell.is_foreign for cell in boxes["orders"].cells] == [False, True]
    assert boxes["people"].x < boxes["orders"].x < boxes["lines"].x
    for box in diagram.boxes:
        assert 0 < box.x < box.x + diagram.box_width < diagram.width
        assert 0 < box.y < box.y + box.height < diagram.height


def test_a_line_ends_at_its_column(tree):
    diagram = _drawn(tree, tree_report(tree))

    (orders,) = (box for box in diagram.boxes if box.name == "orders")
    (line,) = (line for line in diagram.lines if line.told.startswith("orders"))
    x, y = re.findall(r"L(\S+) (\S+)$", line.path)[0]
    assert (float(x), float(y)) == pytest.approx((orders.x, orders.cells[1].y), abs=0.1)


def test_names_of_every_kind_fit_into_their_boxes(own_databases):
    catalog = hostile_catalog(own_databases)

    diagram = _drawn(catalog, Report(proofs=()))

    assert len(diagram.boxes) == len(catalog.tables)
    assert len({box.anchor for box in diagram.boxes}) == len(diagram.boxes)
    assert all(re.fullmatch(r"[\w.-]+", box.anchor) for box in diagram.boxes)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("orders", "orders"),
        ("x" * 26, "x" * 26),
        ("x" * 63, "x" * 25 + "…"),
        ("包" * 20, "包" * 12 + "…"),
    ],
)
def test_a_long_name_is_cut(name, short):
    assert shortened(name) == short


def test_more_tables_than_one_can_read_are_no_picture(tree):
    tables = [table.qualified_name for table in tree.tables]

    assert drawn(tree, tables * MOST_TABLES, Evidence(Report(proofs=()))) is None
    assert drawn(tree, [], Evidence(Report(proofs=()))) is None
