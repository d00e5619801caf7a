"""deploy/revision-fits-data: rows of the live database that the next deploy stops at."""

import re

import pytest

from tests.harness.checks.deploy.cases import CONSTRAINTS
from tests.harness.checks.deploy.keyed import KEYS
from tests.harness.checks.deploy.odd import ODD_WAYS
from tests.harness.checks.deploy.retyped import TYPES
from tests.harness.checks.live import live
from tests.harness.miniature import Step, miniature

CHECK = "deploy/revision-fits-data"

CASES = {case.name: case for case in (*CONSTRAINTS, *KEYS, *TYPES, *ODD_WAYS)}
PLACE = {name: number for number, name in enumerate(CASES, 1)}


def filled(text, name):
    """A text with the names of a case's table and revision."""
    return text.replace("{t}", f"t{PLACE[name]}").replace("{r}", f"c{PLACE[name]}")


def each(*statements):
    """A body that sends each statement as it is, from the file's twelfth line on."""
    return "python:" + "\n".join(f"op.get_bind().exec_driver_sql({one!r})" for one in statements)


@pytest.fixture(scope="module")
def shop(tmp_path_factory, bench_for_module):
    """A live database with the tables of all cases, each of which has a revision of its own."""

    def all_of(part):
        return [filled(one, name) for name, case in CASES.items() for one in getattr(case, part)]

    branches = [
        Step(
            id=filled("{r}", name),
            parents=("r1",),
            up=each(*(filled(one, name).replace("%", "%%") for one in case.up)),
        )
        for name, case in CASES.items()
    ]
    first = Step(up=each(*(one.replace("%", "%%") for one in all_of("table"))))
    path = miniature(tmp_path_factory.mktemp("shop"), revisions=[first, *branches])
    with live(bench_for_module(path), "r1", *all_of("rows")) as there:
        yield there


@pytest.mark.parametrize("name", CASES)
def test_what_is_said_of_the_rows_is_what_the_upgrade_does(shop, name):
    """
    The real upgrade of a copy with the same rows fails where some are said to break a demand.

    They are counted and named by their keys. Where nothing is said it goes through, and what cannot
    be told is said to be so.
    """
    case, pending = CASES[name], shop.pending[f"c{PLACE[name]}"]

    said = shop.said(CHECK, pending=pending)
    error = shop.upgrade(pending.revision.id)

    fails = bool(case.found) if case.fails is None else case.fails
    assert (error is not None) == fails, error
    if case.found:
        assert any(re.search(filled(case.found, name), one) for one in said.found), said.found
        assert said.violations[0].location.file == pending.revision.path
    if case.untold:
        assert re.search(filled(case.untold, name), said.skipped[0]), said.skipped
    assert bool(said.violations) == bool(case.found), said.found
    assert bool(said.skipped) == bool(case.untold), said.skipped
