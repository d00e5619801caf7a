"""
Know what the project's migrations are about: what its ``env.py`` does not leave to others.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from schemaproof.catalog import Catalog, QualifiedName
from schemaproof.errors import SchemaproofError
from schemaproof.history import Filters, History, Pair, Step, Walker, left_out
from schemaproof.postgres import Database, Databases
from schemaproof.project import Project

Answer = TypeVar("Answer")


class BadFilter(SchemaproofError):
    """The project's own filter raised."""


class Scope:
    """
    What ``include_object`` and ``include_name`` of a project's ``env.py`` let pass.

    Args:
        project: The project.
        databases: Where a database for asking them comes from.
        migrated: Returns the template that the migrations make; any on which ``env.py`` runs does.
    """

    def __init__(
        self, project: Project, databases: Databases, migrated: Callable[[], Database | None]
    ) -> None:
        self._project, self._databases, self._migrated = project, databases, migrated
        self._is_everything: bool | None = None
        self._tables: dict[tuple[QualifiedName, ...], set[QualifiedName]] = {}
        self._lock = threading.Lock()

    def leaves_out(self, pairs: Sequence[Pair], catalog: Catalog) -> list[bool]:
        """
        Tell of each object of models and migrations whether it is left out.

        Args:
            pairs: The objects, as the models and as the migrations make them.
            catalog: What the migrations make.
        """
        return self._asked(
            [False] * len(pairs), lambda filters: [*left_out(filters, pairs, catalog)]
        )

    def tables_left_out(self, names: Sequence[QualifiedName]) -> set[QualifiedName]:
        """
        Return those tables that are left out.
        """
        if (*names,) not in self._tables:
            self._tables[*names,] = self._asked(
                set(), lambda filters: {name for name in names if filters.leaves_out_table(name)}
            )
        return self._tables[*names,]

    def _asked(self, nothing: Answer, ask: Callable[[Filters], Answer]) -> Answer:
        with self._lock:
            if self._is_everything:
                return nothing
            answers: list[Answer] = []

            def itinerary(walker: Walker) -> Iterator[Step]:
                filters = Filters(walker.context, self._project.metadata)
                self._is_everything = filters.is_empty
                if not filters.is_empty:
                    answers.append(_answer(filters, ask))
                yield from ()

            history: History = self._project.history
            with self._databases.clone(self._migrated()) as database:
                history.walk(database, itinerary)
            return answers[0] if answers else nothing


def _answer(filters: Filters, ask: Callable[[Filters], Answer]) -> Answer:
    try:
        return ask(filters)
    except Exception as error:
        raise BadFilter(
            "needs an include_object and an include_name that answer for every object; that of "
            f"env.py raised {type(error).__name__}: {error}"
        ) from error
