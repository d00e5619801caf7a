"""
Schemas that fit are proved whatever the mapping is made of: hierarchies, dataclasses, odd types.
"""

from __future__ import annotations

import pytest

from tests.harness.alignment.mappings import MODELS, SCHEMAS, TABLES
from tests.harness.miniature import miniature

WRITES = ("alignment/fields-match", "alignment/takes-what-fits")
CHECKS = {
    "create": (*WRITES, "alignment/create-round-trips"),
    "update": (*WRITES, "alignment/update-round-trips"),
    "response": ("alignment/fields-match", "alignment/response-reads-rows"),
}

TARGETS = [
    ("Employee", "create EmployeeCreate"),
    ("Employee", "update EmployeeCreate"),
    ("Employee", "response EmployeeResponse"),
    ("Manager", "create EmployeeCreate"),
    ("Manager", "update EmployeeCreate"),
    ("Manager", "response EmployeeResponse"),
    ("Leaf", "create LeafCreate"),
    ("Leaf", "update LeafCreate"),
    ("Leaf", "response LeafResponse"),
    ("Record", "create Labelled"),
    ("Record", "update Labelled"),
    ("Record", "response Labelled"),
    ("Line", "create LineCreate"),
    ("Line", "update LineUpdate"),
    ("Line", "response LineCreate"),
    ("Part", "create Labelled"),
    ("Part", "update Labelled"),
    ("Part", "response Labelled"),
    ("Passport", "create PassportCreate"),
    ("Passport", "update PassportCreate"),
    ("Sundry", "create SundryCreate"),
    ("Sundry", "update SundryCreate"),
    ("Sundry", "response SundryResponse"),
    ("Filled", "create Labelled"),
    ("Filled", "response FilledResponse"),
]


@pytest.fixture(scope="module")
def project(tmp_path_factory, bench_for_module):
    """
    One project with all of them.
    """
    folder = tmp_path_factory.mktemp("mappings")
    return bench_for_module(miniature(folder, models=MODELS, schemas=SCHEMAS, revisions=[TABLES]))


@pytest.mark.parametrize(("model", "schema"), TARGETS)
def test_schemas_that_fit_are_proved(project, model, schema):
    """
    Every check of the family has something to say, and nothing to blame.
    """
    role = schema.partition(" ")[0]
    proofs = [project.proof(check, f"{model}/{schema}") for check in CHECKS[role]]

    assert [(proof.violations, proof.skipped) for proof in proofs] == [((), None)] * len(proofs)
    assert all(proof.seen for proof in proofs)
