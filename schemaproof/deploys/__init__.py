"""
Revisions as they are deployed: on full tables, while others are at work.
"""

from schemaproof.deploys.lock_waits import LockWait, LockWaits
from schemaproof.deploys.stalls import Stall, Stalls, TableTraffic

__all__ = ["LockWait", "LockWaits", "Stall", "Stalls", "TableTraffic"]
