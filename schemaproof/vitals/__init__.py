"""
Examine a living database: what only its counters, sequences, sessions and files know.
"""

from schemaproof.vitals.reading import read_vitals
from schemaproof.vitals.sequences import BOUNDS, IntegerKey, Numbered, SequenceState
from schemaproof.vitals.server import DatabaseAge, ExtensionUpdate, Limits, ReplicationRole, Slot
from schemaproof.vitals.sessions import HeldLock, OpenTransaction, PreparedTransaction
from schemaproof.vitals.tables import Counting, IndexUse, TableState
from schemaproof.vitals.vitals import Vitals

__all__ = [
    "BOUNDS",
    "Counting",
    "DatabaseAge",
    "ExtensionUpdate",
    "HeldLock",
    "IndexUse",
    "IntegerKey",
    "Limits",
    "Numbered",
    "OpenTransaction",
    "PreparedTransaction",
    "ReplicationRole",
    "SequenceState",
    "Slot",
    "TableState",
    "Vitals",
    "read_vitals",
]
