"""
The right claims are made, each is judged once, and what is broken is told once.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from schemaproof.project import Project
from schemaproof.report import Report
from schemaproof.runner import Order, verify
from schemaproof.selection import Selection, UnknownCheck
from tests.harness.miniature import Step, miniature

NO_INDEX = """
    CREATE TABLE parents (id int PRIMARY KEY);
    CREATE TABLE children (id int PRIMARY KEY, parent_id int REFERENCES parents)
"""
UNINDEXED = "references/fk-without-index"


def told(root: Path, *only: str, jobs: int = 2) -> Report:
    return verify(Project.load(root), Order(selection=Selection(only=only), jobs=jobs))


def _violations(report):
    return [
        (proof.claim.check.name, violation.where)
        for proof in report.proofs
        for violation in proof.violations
    ]


class TestSelection:
    @pytest.mark.parametrize(
        ("name", "nearest"),
        [
            ("references/fk-without-indx", "references/fk-without-index"),
            ("indexs", "indexes"),
            ("on-delete-behaves", "references/on-delete-behaves"),
        ],
    )
    def test_an_unknown_name_is_told_with_the_nearest(self, name, nearest):
        with pytest.raises(UnknownCheck, match=f"found '{name}' .*meant: .*{nearest}.*checks' for"):
            Selection(skip=(name,)).choose()

    def test_nothing_near_is_not_guessed_at(self):
        with pytest.raises(UnknownCheck, match="found 'zzz': run 'schemaproof checks'"):
            Selection(only=("zzz",)).choose()

    def test_a_family_is_all_its_checks_but_those_that_are_skipped(self):
        chosen = Selection(only=("indexes",), skip=("indexes/duplicate-index",)).choose()

        assert {check.family for check in chosen} == {"indexes"}
        assert "indexes/duplicate-index" not in {check.name for check in chosen}

    def test_nothing_left_is_refused(self):
        with pytest.raises(UnknownCheck, match="needs at least one check"):
            Selection(only=("drift",), skip=("drift",)).choose()

    @pytest.mark.parametrize(
        ("place", "elsewhere", "command"),
        [
            ("throwaway", "deploy", "schemaproof staging URL"),
            ("throwaway", "data/orphans", "schemaproof staging URL"),
            ("staging", "history/single-head", "schemaproof verify"),
        ],
    )
    def test_what_runs_elsewhere_is_refused_beside_what_runs_here(self, place, elsewhere, command):
        """
        Nobody takes its silence for a proof; it may be left out, and explained, anywhere.
        """
        only = ("references/fk-without-index", elsewhere)
        with pytest.raises(UnknownCheck, match=f"found '{elsewhere}'.*'{command}' runs"):
            Selection(only=only, place=place).choose()

        assert Selection(skip=(elsewhere,), place=place).choose()
        assert Selection(only=only, place=None, thorough=True).choose()


def test_a_violation_is_a_verdict(tmp_path):
    report = told(miniature(tmp_path, revisions=[NO_INDEX]), UNINDEXED)

    assert _violations(report) == [(UNINDEXED, "children.parent_id")]
    assert not report.is_proved
    assert report.counts["violated"] == 1


def test_nothing_proved_is_not_proved(tmp_path):
    report = told(miniature(tmp_path, revisions=["CREATE TABLE t (id int)"]), UNINDEXED)

    assert report.counts == {
        **dict.fromkeys(("proved", "violated", "waived", "skipped"), 0),
        "not_covered": report.counts["not_covered"],
    }
    assert not report.is_proved


def test_what_is_left_out_is_counted_as_not_covered(tmp_path):
    report = told(
        miniature(
            tmp_path, revisions=["CREATE TABLE t (n int CONSTRAINT positive CHECK (n > 0) UNIQUE)"]
        ),
        "history/single-head",
    )

    where = {one.where for one in report.not_covered}
    assert {"references/on-delete-behaves", "constraints/check-refuses"} <= where
    assert "history/single-head" not in where
    assert report.is_proved


def test_a_migration_that_raises_is_told_once_and_blocks_the_rest(tmp_path):
    root = miniature(tmp_path, revisions=[Step(up="CREATE TABLE t (id nonsense)")])

    report = told(root, "indexes", "references/fk-without-index")

    assert _violations(report) == [("history/upgrade-from-empty", "r1")]
    others = [p for p in report.proofs if p.claim.check.name != "history/upgrade-from-empty"]
    assert len(others) == 4
    assert {proof.status for proof in others} == {"skipped"}
    assert {proof.blocked_by for proof in others} == {"history/upgrade-from-empty"}


def test_models_that_raise_are_told_once_and_block_what_needs_them(tmp_path):
    root = miniature(
        tmp_path, models="raise RuntimeError('no')\n", revisions=["CREATE TABLE t (id int)"]
    )

    report = told(root, "drift", "references/unpaired-relationship", "history/single-head")

    assert [check for check, _ in _violations(report)] == ["drift/models-configure"]
    fates = {proof.claim.check.name: proof.status for proof in report.proofs}
    assert fates == {
        "drift/models-configure": "violated",
        "drift/models-match-migrations": "skipped",
        "references/unpaired-relationship": "skipped",
        "history/single-head": "proved",
    }


WAIVER = (UNINDEXED, "children.parent_id")


@pytest.mark.parametrize(
    ("waiver", "violated", "waived"),
    [
        pytest.param(WAIVER, [], 1, id="covers"),
        pytest.param((*WAIVER, "2999-12-31"), [], 1, id="covers until then"),
        pytest.param((*WAIVER, "2020-01-31"), [UNINDEXED, "waivers/still-needed"], 0, id="expired"),
        pytest.param(
            (UNINDEXED, "children.other"), [UNINDEXED, "waivers/still-needed"], 0, id="other object"
        ),
        pytest.param(
            ("references/no-such-check", "children.parent_id"),
            [UNINDEXED, "waivers/still-needed"],
            0,
            id="unknown check",
        ),
    ],
)
def test_a_waiver_covers_what_it_names_or_is_itself_a_violation(waiver, violated, waived, tmp_path):
    root = miniature(tmp_path, revisions=[NO_INDEX], waivers=[waiver])

    report = told(root, UNINDEXED, "waivers")

    assert [p.claim.check.name for p in report.proofs if p.status == "violated"] == violated
    assert report.counts["waived"] == waived
    assert report.is_proved == (not violated)


def test_a_waiver_of_a_check_that_was_left_out_is_not_judged(tmp_path):
    root = miniature(tmp_path, revisions=[NO_INDEX], waivers=[("indexes/redundant-index", "x")])

    report = told(root, "waivers", "history/single-head")

    assert [str(proof.claim) for proof in report.proofs] == ["history/single-head"]


def test_the_order_and_the_verdict_do_not_depend_on_how_many_at_once(tmp_path):
    root = miniature(tmp_path, revisions=[Step(up=NO_INDEX, down="DROP TABLE children, parents")])

    one, four = (
        [(str(p.claim), p.status, p.violations, p.seen) for p in told(root, jobs=jobs).proofs]
        for jobs in (1, 4)
    )

    assert one == four
    assert [claim for claim, *_ in one] == sorted(claim for claim, *_ in one)
