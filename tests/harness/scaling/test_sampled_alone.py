"""
A table that is sampled alone has the statistics that it has among all others.
"""

from __future__ import annotations

import pytest

from schemaproof.catalog import QualifiedName
from tests.harness.acceptance.conftest import REPOSITORY

TABLES = [QualifiedName("public", name) for name in ("crawl_jobs", "images", "profiles")]


@pytest.fixture(scope="module")
def planning(bench_for_module):
    """
    Where this repository's queries are planned.
    """
    return bench_for_module(REPOSITORY).subject.planning


@pytest.mark.parametrize("rows", [2_000, 150_000])
@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_alone_or_among_others_it_is_the_same(planning, table, rows):
    alone = planning._sizes.statistics(planning.volumes(rows), only=[table])
    among = planning._sizes.statistics(planning.volumes(rows))

    assert [name for name in alone if not alone[name].is_index] == [table]
    assert len(alone) > 1
    assert alone == {name: among[name] for name in alone}
