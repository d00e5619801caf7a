"""
Read the queries that a project registers, with the population that they will meet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Executable

from schemaproof.configuration import BadConfiguration
from schemaproof.rows import Population
from schemaproof.workload.query import Query


@dataclass(frozen=True, kw_only=True)
class Workload:
    """
    What a project asks of its tables.

    Attributes:
        queries: Each of them under a name of its own.
        population: How the tables grow; None if that was not declared.
        settings: What the planner goes by in production that is not PostgreSQL's default.
    """

    queries: tuple[Query, ...] = ()
    population: Population | None = None
    settings: Mapping[str, str] = field(default_factory=dict)

    def named(self, name: str) -> Query | None:
        """
        Return the query of that name; None if there is none.
        """
        return next((query for query in self.queries if query.name == name), None)


def read_workload(found: object, setting: str) -> Workload:
    """
    Return the workload that a project declares.

    Args:
        found: What its configuration names: a `Workload`, or queries alone.
        setting: The line of the configuration, to begin a message with.

    Raises:
        BadConfiguration: It is something else; the message tells of every entry that is wrong.
    """
    if isinstance(found, Iterable) and not isinstance(found, str | bytes | Mapping):
        found = Workload(queries=tuple(found))
    if not isinstance(found, Workload):
        raise BadConfiguration(
            f"{setting} must name a schemaproof.workload.Workload, or an iterable of Query; "
            f"found {type(found).__name__}"
        )
    mistakes = [
        f"entry {number}: {mistake}"
        for number, query in enumerate(found.queries, 1)
        for mistake in _mistakes(query)
    ]
    names = Counter(query.name for query in found.queries if isinstance(query, Query))
    mistakes += [f"{name!r} is there {many} times" for name, many in names.items() if many > 1]
    mistakes += _mistakes_of(found.population)
    if mistakes:
        raise BadConfiguration(f"{setting}: {'; '.join(mistakes)}")
    return found


def _mistakes(query: object) -> Iterator[str]:
    if not isinstance(query, Query):
        yield f"needs a Query; found {type(query).__name__}"
        return
    if not isinstance(query.statement, str | Executable):
        yield (
            f"{query.name!r} needs SQL text or a SQLAlchemy statement; found "
            f"{type(query.statement).__name__}"
        )
    if query.index is None and (query.condition or query.is_ordered):
        yield f"{query.name!r} declares what its index must do, but no index"
    if query.index is not None and query.reads_all_because is not None:
        yield f"{query.name!r} is to read the whole table and to use {query.index}"
    if not query.sizes or any(size < 1 for size in query.sizes):
        yield f"{query.name!r} needs sizes of at least one row; found {query.sizes}"


def _mistakes_of(population: Population | None) -> Iterator[str]:
    if population is not None and population.counted not in population.volumes:
        yield (
            f"the population counts the rows of {population.counted!r}, and declares none; "
            f"it declares {', '.join(population.volumes) or 'no table'}"
        )
