"""
Fixtures of the suite, one family a file; databases come from the schemaproof plugin.
"""

from collections.abc import Iterator

import pytest
from hypothesis import settings

# Before the others: what they import is then compiled once and not by each process.
from tests import bytecode
from tests.fix_alembic import alembic
from tests.fix_connections import raw, statements
from tests.fix_scene import scene

__all__ = ["alembic", "raw", "scene", "statements"]

# How long one example takes says how busy the machine is, not whether the schema is right.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")


@pytest.fixture(scope="session", autouse=True)
def _passing_bytecode(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What was compiled of this run's temporary files goes with the run."""
    yield
    bytecode.forget(tmp_path_factory.getbasetemp())
