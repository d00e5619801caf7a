"""
Take one step of a history, as a deploy or a rollback of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from schemaproof.history import History, Step, Walker, Watch
from schemaproof.postgres import Database, Databases


def take_step(
    history: History,
    database: Database,
    step: Step,
    *,
    begin: Callable[[Walker], None] = lambda _walker: None,
    watch: Watch | None = None,
) -> None:
    """
    Take one step and no other, as a deploy, or a rollback, of its own.

    Args:
        history: The history.
        database: It is where the step begins.
        step: The step.
        begin: Called when ``env.py`` has connected and the step comes next.
        watch: As for `History.walk`.

    Raises:
        MigrationFailed: It raised, or ``env.py`` did.
    """

    def itinerary(walker: Walker) -> Iterator[Step]:
        begin(walker)
        yield step

    history.walk(database, itinerary, watch)


@contextmanager
def copied(databases: Databases, database: Database) -> Iterator[Database]:
    """
    Lend a copy, which is dropped afterwards.
    """
    copy = databases.copy(database)
    try:
        yield copy
    finally:
        databases.drop(copy)
