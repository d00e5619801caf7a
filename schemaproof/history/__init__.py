"""
Step through an Alembic history without touching its ``env.py``.
"""

from schemaproof.history.history import History
from schemaproof.history.journey import Journey, Leg, Passage
from schemaproof.history.revision import MigrationFailed, Revision, Statement
from schemaproof.history.walk import Itinerary, Step, Walker, Watch

__all__ = [
    "History",
    "Itinerary",
    "Journey",
    "Leg",
    "MigrationFailed",
    "Passage",
    "Revision",
    "Statement",
    "Step",
    "Walker",
    "Watch",
]
