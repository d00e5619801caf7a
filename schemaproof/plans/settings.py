"""
Pin what the planner goes by beside statistics, so that a plan is the same on every machine.

They are PostgreSQL's defaults; a project that runs with others says so beside its queries.

Source: https://www.postgresql.org/docs/current/runtime-config-query.html
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import Connection, text

PINNED: Mapping[str, str] = MappingProxyType(
    {
        "cpu_index_tuple_cost": "0.005",
        "cpu_operator_cost": "0.0025",
        "cpu_tuple_cost": "0.01",
        "effective_cache_size": "4GB",
        "hash_mem_multiplier": "2",
        "jit": "on",
        "jit_above_cost": "100000",
        "max_parallel_workers_per_gather": "2",
        "min_parallel_index_scan_size": "512kB",
        "min_parallel_table_scan_size": "8MB",
        "parallel_setup_cost": "1000",
        "parallel_tuple_cost": "0.1",
        "plan_cache_mode": "auto",
        "random_page_cost": "4",
        "seq_page_cost": "1",
        "work_mem": "4MB",
    }
)

SET = text(
    "SELECT set_config(name, value, true)"
    " FROM unnest(CAST(:names AS text[]), CAST(:values AS text[])) AS pinned (name, value)"
)


def pin(connection: Connection, settings: Mapping[str, str]) -> None:
    """
    Pin the settings for one transaction.

    Args:
        connection: Where the transaction is open.
        settings: What is otherwise than in `PINNED`, or is added to it.

    Raises:
        sqlalchemy.exc.DBAPIError: There is no such setting, or it does not take the value.
    """
    pinned = {**PINNED, **settings}
    connection.execute(SET, {"names": [*pinned], "values": [*pinned.values()]})
