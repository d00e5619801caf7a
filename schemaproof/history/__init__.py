"""
Step through an Alembic history without touching its ``env.py``.
"""

from schemaproof.history.before import template_before
from schemaproof.history.bookkeeping import version_tables
from schemaproof.history.history import History
from schemaproof.history.locks import Lock, Scan
from schemaproof.history.revision import MigrationFailed, Revision, Statement
from schemaproof.history.round_trips import Leg, RoundTrip, RoundTrips
from schemaproof.history.walk import Itinerary, Step, Walker, Watch

__all__ = [
    "History",
    "Itinerary",
    "Leg",
    "Lock",
    "MigrationFailed",
    "Revision",
    "RoundTrip",
    "RoundTrips",
    "Scan",
    "Statement",
    "Step",
    "Walker",
    "Watch",
    "template_before",
    "version_tables",
]
