"""
Ask how one query is planned at a size, or on the statistics of a real database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError

from schemaproof.catalog import QualifiedName
from schemaproof.errors import first_line
from schemaproof.plans import Explanation, NoPlan, Statistics
from schemaproof.rows import Volume
from schemaproof.scaling.flips import AtSize
from schemaproof.scaling.no_sample import NoSample
from schemaproof.scaling.planning import Planning
from schemaproof.workload import Query

# Told of each size before it is looked at.
Told = Callable[[float], object]


@dataclass(frozen=True, kw_only=True)
class Terms:
    """
    On what terms a query is planned.

    Attributes:
        sizes: At how many rows.
        is_generic: Whether for any values instead of those that it is sent with.
        without: Indexes that are not to be thought of; a name without a schema is of any.
    """

    sizes: tuple[float, ...]
    is_generic: bool = False
    without: tuple[str, ...] = ()


class Asker:
    """
    Asks for one query.

    Args:
        planning: Where it is planned.
        query: The query.
        terms: On what terms.
        told: Told of each size before it is looked at.
    """

    def __init__(self, planning: Planning, query: Query, terms: Terms, told: Told | None) -> None:
        self._planning, self._query = planning, query
        self._terms, self._told = terms, told
        self._read: frozenset[QualifiedName] | None = None

    def at(self, rows: float) -> AtSize:
        """
        Return what the server says at a size.

        Raises:
            NoPlan: It refuses the statement.
            NoSample: A table takes no row of which the harness could think.
            NotPosable: The server does not let a table seem larger than it is.
        """
        if self._told is not None:
            self._told(rows)
        try:
            explanation = self._explained(self._planning.statistics(rows, only=self._read))
        except NoSample as error:
            explanation = self._explained(error.statistics)
            error.check(explanation.plan)
        volumes = self._planning.volumes(rows)
        return AtSize(rows=rows, explanation=explanation, volumes=volumes)

    def known(self, statistics: Statistics) -> AtSize:
        """
        Return what the server says of tables that are as ``statistics`` have them.

        Raises:
            NoPlan: As `at`.
            NotPosable: As `at`.
        """
        volumes = {
            name: Volume(rows=max(0, round(each.rows)))
            for name, each in statistics.items()
            if not each.is_index
        }
        counted = self._planning.counted
        held = {name.name: volume.rows for name, volume in volumes.items()}
        rows = held.get(counted or "", max(held.values(), default=0))
        return AtSize(rows=rows, explanation=self._explained(statistics), volumes=volumes)

    def only_for(self, sizes: Iterable[AtSize]) -> None:
        """
        Leave out, from now on, the tables that no plan so far has read.
        """
        found = [*sizes]
        read = {node.table for each in found for node in each.explanation.plan.walk()}
        self._read = frozenset(table for each in found for table in each.volumes if table in read)

    def _explained(self, statistics: Statistics) -> Explanation:
        try:
            with self._planning.opened(statistics) as desk:
                desk.refuse_several(self._query.statement)
                return desk.explained(
                    self._query.statement,
                    self._query.parameters,
                    is_generic=self._terms.is_generic,
                    without=self._terms.without,
                )
        except DBAPIError as error:
            raise NoPlan(
                "needs a statement that the server can plan; it says: "
                f"{first_line(error.orig or error)}"
            ) from error
