"""
Revisions as they are deployed: on full tables, while others are at work.
"""

from schemaproof.trials.traffic.lock_wait import LockWait
from schemaproof.trials.traffic.lock_waits import LockWaits
from schemaproof.trials.traffic.stall import Stall, TableTraffic
from schemaproof.trials.traffic.stalls import Stalls

__all__ = ["LockWait", "LockWaits", "Stall", "Stalls", "TableTraffic"]
