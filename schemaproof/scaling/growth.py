"""
Plan one query at several sizes, and find out between which of them its plan changes.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from schemaproof.catalog import QualifiedName, short_name
from schemaproof.plans import Statistics, shown
from schemaproof.rows import Volume
from schemaproof.scaling.asker import Asker, Terms, Told
from schemaproof.scaling.flips import AtSize, Flip, flips
from schemaproof.scaling.planning import Planning
from schemaproof.workload import Query, check_values


@dataclass(frozen=True, kw_only=True)
class Known:
    """
    What the planner of a real database knows.

    Attributes:
        source: Where it came from, for people.
        statistics: What it is.
    """

    source: str
    statistics: Statistics


@dataclass(frozen=True, kw_only=True)
class Growth:
    """
    How a query is planned as its tables grow.

    Attributes:
        name: What people call the query; its text, if it has no name.
        statement: The query as SQL with ``:names``.
        parameters: Their values as text.
        terms: On what terms it was planned.
        counted: The table whose rows a size counts; None if it is every table's.
        source: Where the statistics came from, if they are those of a real database.
        unknown: What the plan reads and nobody says the size of, so that it seems empty.
        settings: What the planner went by.
        server: Which server it was.
        sizes: What it said at each size, from the least.
        flips: Where between them the plan changes.
    """

    name: str
    statement: str
    parameters: Mapping[str, str]
    terms: Terms
    counted: str | None
    settings: Mapping[str, str]
    server: str
    sizes: tuple[AtSize, ...]
    flips: tuple[Flip, ...]
    source: str | None = None
    unknown: tuple[str, ...] = ()

    def groups(self) -> Iterator[tuple[AtSize, ...]]:
        """
        Yield the sizes that follow one another with the same plan.
        """
        for _, alike in itertools.groupby(self.sizes, lambda each: each.shape):
            yield tuple(alike)

    def is_compiled(self, each: AtSize) -> bool:
        """
        Tell whether a server that can compile expressions does so at a size.

        Source: https://www.postgresql.org/docs/current/jit-decision.html
        """
        above = float(self.settings["jit_above_cost"])
        is_on = self.settings["jit"] in ("on", "true", "yes", "1") and above >= 0
        return each.explanation.has_jit or (is_on and each.explanation.plan.total_cost > above)

    def volumes(self) -> Iterator[tuple[QualifiedName, tuple[Volume, ...]]]:
        """
        Yield what each table that a plan reads holds at each size.
        """
        plans = [each.explanation.plan for each in self.sizes]
        read = {node.table for plan in plans for node in plan.walk()}
        for table in self.sizes[0].volumes:
            if table in read:
                yield table, tuple(each.volumes[table] for each in self.sizes)


def grow(
    planning: Planning, query: Query, terms: Terms, *, server: str, told: Told | None = None
) -> Growth:
    """
    Plan a query at several sizes.

    Args:
        planning: Where it is planned.
        query: The query; its promises do not matter.
        terms: On what terms.
        server: Which server that is, for people.
        told: Told of each size before it is looked at.

    Raises:
        NoPlan: The server refuses the statement.
        BadParameter: A parameter has no value.
        NoSample: A table takes no row of which the harness could think.
        NotPosable: The server does not let a table seem larger than it is.
    """
    if not terms.is_generic:
        check_values(query)
    asker = Asker(planning, query, terms, told)
    sizes = [asker.at(rows) for rows in terms.sizes]
    held = sizes[0].volumes.keys()
    read = frozenset[QualifiedName]().union(*(each.explanation.plan.read for each in sizes))
    asker.only_for(sizes)
    found = growth_of(planning, query, terms, sizes, server)
    return replace(found, flips=tuple(_all_flips(asker, sizes)), unknown=_listed(read - held))


def as_known(
    planning: Planning, query: Query, terms: Terms, known: Known, *, server: str
) -> Growth:
    """
    Plan a query on tables that seem to be those of a real database, at their one size.

    Args:
        planning: Where it is planned.
        query: The query; its promises do not matter.
        terms: On what terms; its sizes do not matter.
        known: What the planner of that database knows.
        server: Which server it is planned on, for people.

    Raises:
        NoPlan: As `grow`.
        BadParameter: As `grow`.
        NotPosable: As `grow`.
    """
    if not terms.is_generic:
        check_values(query)
    size = Asker(planning, query, terms, None).known(known.statistics)
    plan = size.explanation.plan
    read = plan.used.union(node.table for node in plan.walk() if node.table)
    found = growth_of(planning, query, terms, [size], server)
    return replace(found, source=known.source, unknown=_listed(read - known.statistics.keys()))


def _listed(names: Iterable[QualifiedName]) -> tuple[str, ...]:
    return tuple(sorted(map(short_name, names)))


def growth_of(
    planning: Planning, query: Query, terms: Terms, sizes: Sequence[AtSize], server: str
) -> Growth:
    """
    Return what was said of a query at all sizes, without a look between them.
    """
    written = shown(query.statement, query.parameters)
    return Growth(
        name=query.name,
        statement=written.text,
        parameters={} if terms.is_generic else written.parameters,
        terms=terms,
        counted=planning.counted,
        settings=planning.settings,
        server=server,
        sizes=tuple(sizes),
        flips=(),
    )


def _all_flips(asker: Asker, sizes: Sequence[AtSize]) -> Iterator[Flip]:
    for below, above in itertools.pairwise(sizes):
        yield from flips(asker.at, below, above)
