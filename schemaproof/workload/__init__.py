"""
What a project asks of its tables: the queries that matter, and how large the tables will be.
"""

from schemaproof.workload.query import Query
from schemaproof.workload.workload import Workload, read_workload

__all__ = ["Query", "Workload", "read_workload"]
