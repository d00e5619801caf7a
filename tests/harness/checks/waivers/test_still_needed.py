"""waivers/still-needed: debts that are due, and debts that are not."""

import pytest

from tests.harness.miniature import miniature

CHECK = "waivers/still-needed"

REDUNDANT = "indexes/redundant-index"
DDL = """
CREATE TABLE t (a int, b int);
CREATE INDEX "Order Items" ON t (a);
CREATE INDEX t_ab ON t (a, b)
"""


def prove(bench, tmp_path, *waivers):
    return bench(miniature(tmp_path, revisions=[DDL], waivers=waivers))


@pytest.mark.parametrize(
    ("waiver", "found"),
    [
        pytest.param((REDUNDANT, "t_ab"), "no violation is covered", id="proved object"),
        pytest.param((REDUNDANT, "order items"), "no violation is covered", id="other case"),
        pytest.param((REDUNDANT, "gone"), "no violation is covered", id="no such object"),
        pytest.param(("indexes/no-such", "t_a"), "no violation is covered", id="no such check"),
        pytest.param(
            ("indexes/duplicate-index", "Order Items"), "no violation is covered", id="other check"
        ),
        pytest.param((REDUNDANT, "Order Items", "2024-11-21"), "ended on 2024-11-21", id="expired"),
    ],
)
def test_a_waiver_that_is_not_needed_is_reported(tmp_path, bench, waiver, found):
    """
    A waiver that covers nothing, or is past its day, is itself a violation.
    """
    project = prove(bench, tmp_path, waiver)

    (told,) = project.violations(CHECK)

    assert told.where == f"{waiver[0]} {waiver[1]}"
    assert found in told.found


@pytest.mark.parametrize(
    "until",
    [
        pytest.param((), id="no end"),
        pytest.param(("2024-11-22",), id="last day"),
        pytest.param(("2030-01-01",), id="years to go"),
    ],
)
def test_a_waiver_that_is_needed_is_proved(tmp_path, bench, until):
    """
    While it covers a violation and its day has not passed, its reason is the evidence.
    """
    project = prove(bench, tmp_path, (REDUNDANT, "Order Items", *until))

    (proof,) = project.proofs(CHECK).values()

    assert (proof.status, proof.seen) == ("proved", ("for the test",))
    assert project.proof(REDUNDANT, "Order Items").status == "waived"


def test_no_waivers_no_claims(tmp_path, bench):
    """
    A project without waivers is not asked about them.
    """
    assert prove(bench, tmp_path).proofs(CHECK) == {}


def test_an_expired_waiver_lets_its_violation_through(tmp_path, bench):
    """
    The harm is contained: on the day after, the violation it covered counts again.
    """
    project = prove(bench, tmp_path, (REDUNDANT, "Order Items", "2024-11-21"))

    assert project.proof(REDUNDANT, "Order Items").status == "violated"


def test_a_left_over_waiver_would_silence_the_next_violation(tmp_path, bench):
    """
    The harm is real: a waiver for an object that is no more covers the next one of that name.
    """
    project = prove(bench, tmp_path, (REDUNDANT, "Order Items"))
    quiet = project.proof(REDUNDANT, "Order Items")

    assert quiet.violations
    assert quiet.status == "waived"
