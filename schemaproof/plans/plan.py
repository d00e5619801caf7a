"""
Say what a plan is: a tree of nodes, each with what it reads, by which index, and what it expects.

Source: https://www.postgresql.org/docs/current/using-explain.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from schemaproof.catalog import QualifiedName, short_name

SCANS_ALL = frozenset({"Seq Scan", "Sample Scan"})
# By what a join finds the rows that belong together, and what it tests on each pair.
JOIN_CONDITIONS = ("Hash Cond", "Merge Cond", "Join Filter")
SORTS = frozenset({"Sort", "Incremental Sort"})


@dataclass(frozen=True, kw_only=True)
class Plan:
    """
    One node of a plan, with what is below it.

    Attributes:
        node: PostgreSQL's name of the node, e.g. ``Index Scan``.
        relation: The table that it reads; None if it reads none.
        schema: The schema of that table, and of an index of it; None if it reads none.
        alias: What the statement calls that table.
        index: The index that it uses; None if it uses none.
        index_condition: What the index answers; None without an index.
        filter: What is tested on each row that was read; None if nothing is.
        join_conditions: By what it joins its inputs, under the names of `JOIN_CONDITIONS`.
        sort_keys: What it sorts by, in order.
        rows: How many rows the planner expects.
        width: How many bytes each of them has.
        startup_cost: What the first row costs, in units of ``seq_page_cost``.
        total_cost: What all of them cost.
        workers: How many processes share the work beside the leader.
        actual_rows: How many rows came, each time; None if the statement was not run.
        loops: How many times the node ran; None if the statement was not run.
        buffers: How many blocks it and those below it touched; None if the statement was not run.
        role: What it is to the node above, e.g. ``Inner``, ``InitPlan``; None for the uppermost.
        inputs: The nodes that it takes its rows from.
    """

    node: str
    relation: str | None
    schema: str | None
    alias: str | None
    index: str | None
    index_condition: str | None
    filter: str | None
    join_conditions: Mapping[str, str]
    sort_keys: tuple[str, ...]
    rows: int
    width: int
    startup_cost: float
    total_cost: float
    workers: int
    actual_rows: float | None
    loops: int | None
    buffers: int | None
    role: str | None
    inputs: tuple[Plan, ...]

    def walk(self) -> Iterator[Plan]:
        """
        Yield this node and all below it.
        """
        yield self
        for plan in self.inputs:
            yield from plan.walk()

    @property
    def table(self) -> QualifiedName | None:
        """
        The table that it reads or writes; None if it does neither.
        """
        return _qualified(self.schema, self.relation)

    @property
    def index_name(self) -> QualifiedName | None:
        """
        The index that it uses, with its schema; None if it uses none.
        """
        return _qualified(self.schema, self.index)

    @property
    def used(self) -> frozenset[QualifiedName]:
        """
        All indexes that the plan uses, with their schemas.
        """
        found = (plan.index_name for plan in self.walk())
        return frozenset(name for name in found if name is not None)

    @property
    def indexes(self) -> frozenset[str]:
        """
        All indexes that the plan uses.
        """
        return frozenset(plan.index for plan in self.walk() if plan.index is not None)

    @property
    def read(self) -> frozenset[QualifiedName]:
        """
        All tables that the plan reads; one that it only writes is none of them.
        """
        return frozenset(
            plan.table
            for plan in self.walk()
            if plan.node != "ModifyTable" and plan.table is not None
        )

    @property
    def scanned(self) -> frozenset[QualifiedName]:
        """
        All tables that the plan reads from the first block to the last.
        """
        return frozenset(
            plan.table for plan in self.walk() if plan.node in SCANS_ALL and plan.table is not None
        )

    @property
    def sorts(self) -> tuple[Plan, ...]:
        """
        The nodes that put rows in order.
        """
        return tuple(plan for plan in self.walk() if plan.node in SORTS)

    @property
    def shape(self) -> str:
        """
        The nodes, tables and indexes without any figure: what is the same in two equal plans.
        """
        below = ", ".join(plan.shape for plan in self.inputs)
        words = [self.node]
        words += [f"on {short_name(self.table)}"] if self.table else []
        words += [f"by {self.index}"] if self.index else []
        return " ".join(words) + (f" ({below})" if below else "")


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """
    What the server says of one statement.

    Attributes:
        plan: How it runs it.
        settings: What the planner went by that is not PostgreSQL's default.
        has_jit: Whether it compiles expressions.
        text: The same as the server wrote it, in JSON.
        names: What ``$1`` and so on are called, if it was planned for any values.
    """

    plan: Plan
    settings: Mapping[str, str]
    has_jit: bool
    text: str
    names: tuple[str, ...] = ()


def _qualified(schema: str | None, name: str | None) -> QualifiedName | None:
    return None if schema is None or name is None else QualifiedName(schema, name)
