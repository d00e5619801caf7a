"""
Keep a template of the database as it was before a revision, and before the first.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from schemaproof.history.history import History
from schemaproof.history.revision import Revision
from schemaproof.history.walk import Step, Walker
from schemaproof.postgres import Database, Databases


def template_before(revision: Revision, history: History, databases: Databases) -> Database:
    """
    Return the template that the revisions before this one make, without rows; made only once.

    Raises:
        MigrationFailed: One of them raised.
    """

    def itinerary(_walker: Walker) -> Iterator[Step]:
        yield from (Step(revision=one, is_upgrade=True) for one in earlier_than(revision, history))

    return databases.template(
        f"before {revision.id}",
        lambda database: history.walk(database, itinerary),
        source=ground(history, databases),
    )


def earlier_than(revision: Revision, history: History) -> Iterator[Revision]:
    """
    Return the revisions that are run before this one, in their order.
    """
    return takewhile(lambda one: one.id != revision.id, history.revisions)


def ground(history: History, databases: Databases) -> Database | None:
    """
    Return the template on which the first revision runs; None if that is an empty database.

    Raises:
        BootstrapFailed: What makes the tables before the first revision raised.
    """
    if history.setting.bootstrap is None:
        return None
    return databases.template("bootstrapped", history.bootstrap)
