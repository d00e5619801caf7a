"""alignment/generated-payloads-round-trip: what no edge of a single field shows."""

import json
import re
import subprocess
import sys

import pytest

from schemaproof.checks import all_checks
from tests.harness.checks.alignment.things import MODELS, SCHEMAS, TABLES, declared
from tests.harness.miniature import miniature

CHECKS = {check.name: check for check in all_checks()}
CHECK = "alignment/generated-payloads-round-trip"

# Nobody who reads the constraint's definition sees which numbers matter.
LIMIT = """
CREATE FUNCTION is_outside(int, int) RETURNS boolean IMMUTABLE
    LANGUAGE sql AS 'SELECT $1 + $2 NOT BETWEEN 1000 AND 30000';
ALTER TABLE things ADD CONSTRAINT limited CHECK (is_outside(n, small));
"""
LONG = "name: Annotated[str, Field(max_length=11), Storable]\nsmall: None = None"
SUM = """
class Sum(ThingCreate):
    @model_validator(mode="after")
    def outside(self):
        if self.small is not None and 1000 <= self.n + self.small <= 30000:
            raise ValueError("not in the middle")
        return self


class SumUpdate(BaseModel):
    n: Percent = 0
    note: Note | None = None


"""


@pytest.fixture(scope="module")
def things(tmp_path_factory, bench_for_module):
    """
    One project whose table limits the sum of two columns.
    """
    source = SCHEMAS + SUM + declared({"Loose": "pass", "Long": LONG}, "ThingCreate", "create")
    source += 'ALIGNMENTS.append((models.Thing, Sum, "create"))\n'
    source += 'ALIGNMENTS.append((models.Thing, SumUpdate, "update"))\n'
    folder = tmp_path_factory.mktemp("things")
    return bench_for_module(
        miniature(folder, models=MODELS, schemas=source, revisions=[TABLES, LIMIT])
    )


def test_two_values_that_do_not_go_together_are_a_violation(things):
    """
    The smallest pair is told, and the field that may be left out is named.
    """
    (violation,) = things.proof(CHECK, "Thing/create Loose").violations

    assert violation.where == "Loose.small"
    assert "PostgreSQL refuses it with 23514" in violation.found
    payload = json.loads(re.search(r"takes (\{.*?\});", violation.found).group(1))
    assert {*payload} == {"owner_id", "name", "n", "small"}
    assert 1000 <= payload["n"] + payload["small"] <= 30000


def test_the_edges_alone_do_not_show_it(things):
    """
    That is what payloads are generated for.
    """
    proof = things.proof("alignment/create-round-trips", "Thing/create Loose")

    assert (proof.violations, proof.status) == ((), "proved")


def test_what_the_edges_show_is_left_to_them(things):
    """
    One defect is told once.
    """
    assert things.proof("alignment/create-round-trips", "Thing/create Long").violations

    proof = things.proof(CHECK, "Thing/create Long")

    assert (proof.violations, proof.status) == ((), "proved")


@pytest.mark.parametrize("target", ["Thing/create Sum", "Thing/update SumUpdate"])
def test_payloads_that_come_back_equal_are_proved(things, target):
    """
    A validator that looks at both fields keeps such pairs out.
    """
    proof = things.proof(CHECK, target)

    assert (proof.violations, proof.skipped) == ((), None)
    assert int(proof.seen[0].split()[0]) > 20


def test_nothing_is_left_in_the_folder(tmp_path):
    """
    Neither in the project's nor in the one in which the proof is run.
    """
    project, folder = tmp_path / "project", tmp_path / "elsewhere"
    project.mkdir()
    folder.mkdir()
    source = SCHEMAS + declared({}, "ThingCreate", "create")
    miniature(project, models=MODELS, schemas=source, revisions=[TABLES])

    ended = subprocess.run(
        [sys.executable, "-m", "schemaproof", "verify", project, "--only", CHECK],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )

    assert "PROVED" in ended.stdout, ended.stderr
    assert [*folder.iterdir()] == []
    assert not (project / ".hypothesis").exists()
