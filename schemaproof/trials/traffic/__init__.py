"""
Revisions as they are deployed: on full tables, while others are at work.
"""

from schemaproof.trials.traffic.lock_waits import LockWait, LockWaits
from schemaproof.trials.traffic.stalls import Stall, Stalls, TableTraffic

__all__ = ["LockWait", "LockWaits", "Stall", "Stalls", "TableTraffic"]
