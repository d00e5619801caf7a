"""
Say before a deploy what its revisions and its rules ask of the rows that are there.

`run_pending` runs what a live database has not run on a throwaway one; `Data` asks the live rows.
What a schema cannot read is found in `schemaproof.preflight.outside`, which imports Pydantic.
"""

from schemaproof.preflight.answers import Answer, obstacle_of
from schemaproof.preflight.data import CatalogUnread, Data
from schemaproof.preflight.demand import Demand
from schemaproof.preflight.estimates import Estimate, about, estimated, in_bytes
from schemaproof.preflight.pending import PendingRevision, pending_after, run_pending
from schemaproof.preflight.standing import Reference, missing_keys
from schemaproof.preflight.work import Held, Work

__all__ = [
    "Answer",
    "CatalogUnread",
    "Data",
    "Demand",
    "Estimate",
    "Held",
    "PendingRevision",
    "Reference",
    "Work",
    "about",
    "estimated",
    "in_bytes",
    "missing_keys",
    "obstacle_of",
    "pending_after",
    "run_pending",
]
