"""
``docs/CHECKLIST.md`` keeps its word: every line has a proof, and every proof exists.
"""

import hashlib
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

import pytest

from tests.fix_alembic import ROOT

PAGE = ROOT / "docs" / "CHECKLIST.md"
TEST = re.compile(r"`(tests/test_\w+\.py::test_\w+(?:\[[^`]+\])?)`")
DECISION = re.compile(r"\((decisions/[^)]+\.md)\)")
# How many lines each part of the original has, so that none is lost unnoticed.
LINES = {
    "The whole": 1,
    "Foreign Key Constraints": 8,
    "SQLAlchemy Relationships": 14,
    "Database Indexes": 14,
    "New Tables": 13,
    "Alembic Migrations": 11,
    "Pydantic Schemas": 12,
    "Documentation": 42,
    "Code Quality": 16,
    "Data Integrity": 11,
    "Performance Optimization": 11,
    "Files Created/Modified": 16,
    "Testing Readiness": 11,
    "Deployment Readiness": 11,
    "Definition of Done": 33,
    "Next Steps": 17,
    "Summary Statistics": 10,
    "Sign-Off": 8,
}


# Of all headings and claims, so that a promise is not softened unnoticed. The original is closed.
CLAIMS_SHA256 = "40363bcf5d84d79fa62839d0554f1f708a3b1d0a726af22c4a078cd9f603e1d1"


@dataclass(frozen=True, kw_only=True)
class Line:
    """
    One line of the checklist.

    Attributes:
        part: The heading it stands under.
        claim: Its words.
        proof: What the page gives as its proof.
    """

    part: str
    claim: str
    proof: str

    @property
    def tests(self) -> list[str]:
        """
        The node ids that it names.
        """
        return TEST.findall(self.proof)

    @property
    def decisions(self) -> list[str]:
        """
        The files of the decisions that it names.
        """
        return DECISION.findall(self.proof)


def read() -> Iterator[Line]:
    part = ""
    for text in PAGE.read_text().splitlines():
        if text.startswith("## "):
            part = text.removeprefix("## ")
        elif text.startswith("| ") and text != "| claim | proof |":
            claim, proof = text.strip("| ").split(" | ")
            yield Line(part=part, claim=claim, proof=proof)


LISTED = list(read())


NAMED = sorted({test for line in LISTED for test in line.tests})


def known(nodes: Iterable[str]) -> set[str]:
    """Return the node ids, and their functions without the parameters."""
    return {name for node in nodes for name in (node, node.partition("[")[0])}


def collect(files: Collection[str]) -> list[str]:
    """Return every node id that pytest collects from these files."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")
    }
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *files],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return [line for line in done.stdout.splitlines() if "::" in line]


def test_no_line_is_lost():
    """Each part of the page has as many lines as the checklist it answers."""
    assert Counter(line.part for line in LISTED) == LINES


def test_no_claim_is_reworded():
    """The claims are those of the checklist, word for word."""
    words = "\n".join(f"{line.part}: {line.claim}" for line in LISTED)

    assert hashlib.sha256(words.encode()).hexdigest() == CLAIMS_SHA256


def test_every_line_has_a_proof():
    """Every line names a test or a decision."""
    assert [line.claim for line in LISTED if not line.tests and not line.decisions] == []


def test_what_is_not_provable_says_why():
    """A line that no test proves names the decision that says so."""
    assert [
        line.claim for line in LISTED if "Not provable" in line.proof and not line.decisions
    ] == []


def test_named_tests_exist(request: pytest.FixtureRequest):
    """Every test that is named is one that pytest runs, with those parameters."""
    here = known(item.nodeid for item in request.session.items)
    missing = [test for test in NAMED if test not in here]
    # A run of a part of the suite has not collected the rest.
    if missing:
        elsewhere = known(collect(sorted({test.partition("::")[0] for test in missing})))
        missing = [test for test in missing if test not in elsewhere]

    assert missing == []


def test_nothing_that_looks_like_a_test_is_overlooked():
    """Whatever the page writes as a test is read as one."""
    written = PAGE.read_text().count("`tests/test_") - PAGE.read_text().count(
        "`tests/test_checklist.py`"
    )

    assert written == sum(len(line.tests) for line in LISTED)


def test_named_decisions_exist():
    """Every decision that is named is a page with a context, a decision and its consequences."""
    for name in sorted({name for line in LISTED for name in line.decisions}):
        page = (PAGE.parent / name).read_text()

        for heading in ("## Context", "## Decision", "## Consequences", "## Rejected"):
            assert heading in page, name
