"""
Step through an Alembic history without touching its ``env.py``.
"""

from schemaproof.history.before import template_before
from schemaproof.history.bookkeeping import version_tables
from schemaproof.history.deployers import Deployer, deploy_at_once
from schemaproof.history.history import History
from schemaproof.history.revision import MigrationFailed, Revision, Statement
from schemaproof.history.round_trips import Leg, RoundTrip, RoundTrips
from schemaproof.history.walk import Itinerary, Step, Walker, Watch

__all__ = [
    "Deployer",
    "History",
    "Itinerary",
    "Leg",
    "MigrationFailed",
    "Revision",
    "RoundTrip",
    "RoundTrips",
    "Statement",
    "Step",
    "Walker",
    "Watch",
    "deploy_at_once",
    "template_before",
    "version_tables",
]
