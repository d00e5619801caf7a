"""
Read the queries that a project registers, with the population that they will meet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from schemaproof.configuration import BadConfiguration
from schemaproof.rows import Population
from schemaproof.workload.mistakes import of_population, of_queries, of_settings
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
        *of_queries(found.queries),
        *of_population(found.population),
        *of_settings(found.settings),
    ]
    if mistakes:
        raise BadConfiguration(f"{setting}: {'; '.join(mistakes)}")
    return found
