"""
Step through an Alembic history without touching its ``env.py``.
"""

from schemaproof.history.history import History
from schemaproof.history.revision import MigrationFailed, Revision

__all__ = ["History", "MigrationFailed", "Revision"]
