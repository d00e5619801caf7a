"""
Fixtures of the suite, one family a file; databases come from the schemaproof plugin.
"""

from hypothesis import settings

from tests.fix_alembic import alembic
from tests.fix_connections import raw, statements
from tests.fix_scene import scene

__all__ = ["alembic", "raw", "scene", "statements"]

# How long one example takes says how busy the machine is, not whether the schema is right.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")
