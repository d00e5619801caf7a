"""
Read ``EXPLAIN (FORMAT JSON)`` into frozen records.

Source: https://www.postgresql.org/docs/current/sql-explain.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Executable, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler


@dataclass(frozen=True, kw_only=True)
class Plan:
    """
    One node of a plan, with what is below it.

    Attributes:
        node: PostgreSQL's name of the node, e.g. ``Index Scan``.
        relation: The table that it reads; None if it reads none.
        index: The index that it uses; None if it uses none.
        index_condition: What the index answers; None without an index.
        filter: What is tested on each row that was read; None if nothing is.
        rows: How many rows the planner expects.
        total_cost: The planner's cost, in units of ``seq_page_cost``.
        inputs: The nodes that it takes its rows from.
    """

    node: str
    relation: str | None
    index: str | None
    index_condition: str | None
    filter: str | None
    rows: int
    total_cost: float
    inputs: tuple[Plan, ...]

    def walk(self) -> Iterator[Plan]:
        """
        Yield this node and all below it.
        """
        yield self
        for plan in self.inputs:
            yield from plan.walk()

    @property
    def indexes(self) -> frozenset[str]:
        """
        All indexes that the plan uses.
        """
        return frozenset(plan.index for plan in self.walk() if plan.index is not None)


def explain(connection: Connection, statement: Executable | str) -> Plan:
    """
    Return the plan of a statement as SQLAlchemy would send it; the statement is not run.

    Args:
        connection: Where to plan; its settings and statistics decide.
        statement: SQL text, or a SQLAlchemy statement with its parameters bound.

    Raises:
        sqlalchemy.exc.DBAPIError: The server does not accept the statement.
    """
    wrapped = _Explained(text(statement) if isinstance(statement, str) else statement)
    return _plan(connection.execute(wrapped).scalar_one()[0]["Plan"])


class _Explained(Executable, ClauseElement):
    inherit_cache = False

    def __init__(self, statement: Executable) -> None:
        if not isinstance(statement, ClauseElement):
            raise TypeError(f"SQL text or a SQLAlchemy statement is needed, not {statement!r}")
        self.statement: ClauseElement = statement


@compiles(_Explained)
def _render(element: _Explained, compiler: SQLCompiler, **options: Any) -> str:
    return f"EXPLAIN (FORMAT JSON) {compiler.process(element.statement, **options)}"


def _plan(node: Mapping[str, Any]) -> Plan:
    return Plan(
        node=node["Node Type"],
        relation=node.get("Relation Name"),
        index=node.get("Index Name"),
        index_condition=node.get("Index Cond"),
        filter=node.get("Filter"),
        rows=node["Plan Rows"],
        total_cost=node["Total Cost"],
        inputs=tuple(_plan(child) for child in node.get("Plans", ())),
    )
