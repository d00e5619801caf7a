"""alignment/update-round-trips: changes that are kept, and changes that are not."""

import re

import pytest

from tests.harness.checks.alignment.things import MODELS, SCHEMAS, TABLES, declared
from tests.harness.miniature import miniature

CHECK = "alignment/update-round-trips"

# Of each class: its body, the field to blame, the smallest change, and what becomes of it.
BAD = {
    "NullName": ("name: Name | None = None", "name", '{"name": null}', "23502"),
    "LongName": (
        "name: Annotated[str, Field(max_length=11), Storable] = ''",
        "name",
        '{"name": "aaaaaaaaaaa"}',
        "22001",
    ),
    "OddStatus": (
        'status: Literal["new", "odd"] = "new"',
        "status",
        '{"status": "odd"}',
        "23514",
    ),
    "Naive": (
        "at: Annotated[datetime, AfterValidator(within)] | None = None",
        "at",
        '{"at": "2024-01-01"}',
        'was "2024-01-01 00:00:00"',
    ),
    "Whole": (
        "name: Name\nn: int",
        "n",
        '{"name": "a", "n": -1}',
        "23514",
    ),
}
GOOD = {
    "Put": "name: Name\nn: Percent\nstatus: Status",
    "Key": "owner_id: Annotated[UUID | None, NotNull] = None",
    "Code": "code: Code | None = None",
    "Nothing": "",
}


@pytest.fixture(scope="module")
def things(tmp_path_factory, bench_for_module):
    """
    One project with every Update.
    """
    bodies = {name: body for name, (body, *_) in BAD.items()}
    bodies |= {name: body or "pass" for name, body in GOOD.items()}
    source = SCHEMAS + declared(bodies, "ThingUpdate", "update")
    folder = tmp_path_factory.mktemp("things")
    return bench_for_module(miniature(folder, models=MODELS, schemas=source, revisions=[TABLES]))


@pytest.mark.parametrize("name", BAD)
def test_a_change_that_is_taken_and_not_kept_is_a_violation(things, name):
    """
    An explicit null is a change too, and the smallest change that shows it is told.
    """
    _, field, payload, answer = BAD[name]

    violations = things.proof(CHECK, f"Thing/update {name}").violations

    assert {one.where for one in violations} == {f"{name}.{field}"}
    (found,) = [one.found for one in violations if answer in one.found]
    assert f"takes {payload};" in found


@pytest.mark.parametrize("name", ["ThingUpdate", *GOOD])
def test_changes_that_are_kept_are_proved(things, name):
    """
    Whether all fields must be sent, or none, or a key among them.
    """
    proof = things.proof(CHECK, f"Thing/update {name}")

    assert (proof.violations, proof.skipped) == ((), None)
    assert re.match(r"\d+ payloads come back equal", proof.seen[0])


def test_a_table_without_the_key_of_its_class_is_skipped(tmp_path, bench):
    """
    The models promise a primary key that no migration made: drift tells that, and nothing raises.
    """
    source = SCHEMAS + declared({"Code": GOOD["Code"]}, "ThingUpdate", "update")
    lost = "ALTER TABLE things DROP COLUMN id CASCADE"
    path = miniature(tmp_path, models=MODELS, schemas=source, revisions=[TABLES, lost])
    proofs = bench(path).proofs(CHECK)
    (proof,) = [one for target, one in proofs.items() if target.endswith(" Code")]

    assert proof.status == "skipped"
    assert "no column id of things" in proof.skipped
