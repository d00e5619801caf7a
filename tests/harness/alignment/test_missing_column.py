"""A column that the models map and no migration made: drift tells it, and no alignment raises."""

import pytest

from tests.harness.checks.alignment.things import MODELS, SCHEMAS, TABLES, declared
from tests.harness.miniature import miniature

FORGOTTEN = "ALTER TABLE things DROP COLUMN note"


@pytest.fixture(scope="module")
def project(tmp_path_factory, bench_for_module):
    """A project whose migrations have forgotten a column, or a table."""
    folder = tmp_path_factory.mktemp("forgotten")
    source = SCHEMAS + declared({}, "ThingCreate", "create")
    revisions = [TABLES, FORGOTTEN, 'DROP TABLE "Order Items"']
    return bench_for_module(miniature(folder, models=MODELS, schemas=source, revisions=revisions))


@pytest.mark.parametrize(
    ("check", "target", "missing"),
    [
        ("alignment/create-round-trips", "Thing/create ThingCreate", "column note of things"),
        ("alignment/update-round-trips", "Thing/update ThingUpdate", "column note of things"),
        ("alignment/response-reads-rows", "Thing/response ThingResponse", "column note of things"),
        ("alignment/create-round-trips", "OrderItem/create OrderItemCreate", "table Order Items"),
        (
            "alignment/response-reads-rows",
            "OrderItem/response OrderItemResponse",
            "table Order Items",
        ),
    ],
)
def test_what_cannot_be_tried_is_skipped(project, check, target, missing):
    """
    The skip says what is not there, and nothing is told twice.
    """
    proof = project.proof(check, target)

    assert proof.status == "skipped"
    assert f"the database has no {missing}, which the class is mapped to" in proof.skipped


def test_drift_names_the_column(project):
    """
    What is wrong is told once, by the check whose business it is.
    """
    proof = project.proof("drift/models-match-migrations", "")

    assert "things.note" in {violation.where for violation in proof.violations}
