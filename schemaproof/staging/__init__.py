"""
Look at a database that others use, and change nothing in it.
"""

from schemaproof.staging.belonging import Others, others_part, own_part
from schemaproof.staging.export import exported
from schemaproof.staging.limits import Bounds, Clock, DeadlineOver
from schemaproof.staging.plans import LivePlans
from schemaproof.staging.session import (
    Access,
    NotReadOnly,
    ServerLost,
    Session,
    access_of,
    read_only,
)
from schemaproof.staging.stamp import Stamp, read_stamp
from schemaproof.staging.states import States

__all__ = [
    "Access",
    "Bounds",
    "Clock",
    "DeadlineOver",
    "LivePlans",
    "NotReadOnly",
    "Others",
    "ServerLost",
    "Session",
    "Stamp",
    "States",
    "access_of",
    "exported",
    "others_part",
    "own_part",
    "read_only",
    "read_stamp",
]
