"""
Step through an Alembic history without touching its ``env.py``.
"""

from schemaproof.history._environment import Setting
from schemaproof.history.before import earlier_than, ground, template_before
from schemaproof.history.bookkeeping import application_tables, version_tables
from schemaproof.history.filters import Filters, Pair, left_out
from schemaproof.history.history import BootstrapFailed, History
from schemaproof.history.locks import Lock, Scan
from schemaproof.history.revision import MigrationFailed, Revision, Statement
from schemaproof.history.round_trips import Leg, RoundTrip, RoundTrips, takes_down
from schemaproof.history.settings import LeftSetting, timeouts
from schemaproof.history.walk import Itinerary, Step, Walker, Watch

__all__ = [
    "BootstrapFailed",
    "Filters",
    "History",
    "Itinerary",
    "LeftSetting",
    "Leg",
    "Lock",
    "MigrationFailed",
    "Pair",
    "Revision",
    "RoundTrip",
    "RoundTrips",
    "Scan",
    "Setting",
    "Statement",
    "Step",
    "Walker",
    "Watch",
    "application_tables",
    "earlier_than",
    "ground",
    "left_out",
    "takes_down",
    "template_before",
    "timeouts",
    "version_tables",
]
