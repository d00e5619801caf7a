"""
What a project asks of its tables: the queries that matter, and how large the tables will be.
"""

from schemaproof.workload.asked import BadParameter, UnknownQuery, asked_query, check_values
from schemaproof.workload.query import Query
from schemaproof.workload.workload import Workload, read_workload

__all__ = [
    "BadParameter",
    "Query",
    "UnknownQuery",
    "Workload",
    "asked_query",
    "check_values",
    "read_workload",
]
