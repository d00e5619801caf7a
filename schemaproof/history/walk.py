"""
Take one database along many steps of a history while the project's ``env.py`` runs once.

Alembic asks a function which steps to take, after ``env.py`` has connected. Here that function is
an itinerary: a generator that yields steps and looks at the database between them. Every step is
carried out as Alembic carries it out, in the transactions that ``env.py`` asked for; only what
Alembic repeats for each of its commands (reading the files, running ``env.py``, connecting) is done
once.

Source: https://alembic.sqlalchemy.org/en/latest/api/runtime.html
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import FrameType
from typing import Any

from alembic.migration import MigrationContext
from alembic.runtime.migration import MigrationStep
from alembic.script import ScriptDirectory
from sqlalchemy import Connection as SqlalchemyConnection
from sqlalchemy import MetaData, Table, event
from sqlalchemy.engine import Engine

from schemaproof.catalog import Catalog, Follower
from schemaproof.history.revision import Revision, Statement
from schemaproof.history.settings import settings
from schemaproof.postgres import Connection


@dataclass(frozen=True, kw_only=True)
class Step:
    """
    One revision in one direction.

    Attributes:
        revision: The revision.
        is_upgrade: Up; else down.
    """

    revision: Revision
    is_upgrade: bool

    def __str__(self) -> str:
        return f"{'upgrade' if self.is_upgrade else 'downgrade'} of {self.revision.id}"


class Walker:
    """
    The walk as its itinerary sees it.

    Attributes:
        step: The step that is under way or was the last one; None before the first.
        statements: What that step has sent.
    """

    def __init__(self, reader: Connection) -> None:
        self.step: Step | None = None
        self.statements: list[Statement] = []
        self._reader = reader
        self._follower = Follower()
        self._is_settled = False
        self._context: MigrationContext | None = None

    def __str__(self) -> str:
        return "env.py" if self.step is None else str(self.step)

    @property
    def has_arrived(self) -> bool:
        """
        Whether ``env.py`` has connected.
        """
        return self._context is not None

    def arrive(self, context: MigrationContext) -> None:
        """
        Take note that ``env.py`` has connected.
        """
        self._context = context

    def set_out(self, step: Step) -> None:
        """
        Take note of what is done next.
        """
        self.step = step
        self.statements = []
        self._is_settled = False

    @property
    def context(self) -> MigrationContext:
        """
        What ``env.py`` configured.
        """
        if self._context is None:
            raise RuntimeError("env.py has not connected")
        return self._context

    @property
    def connection(self) -> SqlalchemyConnection:
        """
        What ``env.py`` opened.
        """
        if self.context.connection is None:
            raise RuntimeError("env.py has not connected")
        return self.context.connection

    def heads(self) -> set[str]:
        """
        Read the revisions that the database is at.
        """
        return {*self.context.get_current_heads()}

    def settle(self) -> bool:
        """
        End the transaction that ``env.py`` put around all revisions, and begin another.

        In production revisions are deployed on different days. Returns False if the transaction is
        not Alembic's to end; what was done is then seen by nobody else until the end.
        """
        if self._context is not None and self.connection.in_transaction():
            try:
                with self._context.autocommit_block():
                    pass
            except AssertionError:
                # Not Alembic's. What was begun by asking where the database is may end.
                if self._context._in_external_transaction:
                    return False
                self.connection.commit()
        self._is_settled = True
        return True

    def settings(self) -> dict[str, str] | None:
        """
        Read the settings of the session between two steps; None where no transaction can end.
        """
        # SET LOCAL is over by then, and what is asked is in no revision's transaction.
        found = settings(self.connection) if self.settle() else None
        self.settle()
        return found

    def snapshot(self) -> Catalog:
        """
        Read what the database contains now.
        """
        # One transaction around all steps is seen by nobody else until its end.
        if self.connection.in_transaction() and not self._is_settled:
            return self._follower.snapshot(self.connection)
        return self._follower.snapshot(self._reader)


Itinerary = Callable[[Walker], Iterator[Step]]
Watch = Callable[[SqlalchemyConnection, Statement], None]


class ItineraryFailed(Exception):
    """
    The itinerary raised, not the migrations: what it raised is the cause of this.
    """


def alembic_steps(
    itinerary: Iterator[Step], walker: Walker, scripts: ScriptDirectory
) -> Iterator[MigrationStep]:
    """
    Translate an itinerary into what Alembic's ``run_migrations`` asks for.

    Raises:
        ItineraryFailed: It raised.
    """
    while True:
        try:
            step = next(itinerary, None)
        except Exception as error:
            raise ItineraryFailed from error
        if step is None:
            return
        walker.set_out(step)
        script = scripts.get_revision(step.revision.id)
        make = (
            MigrationStep.upgrade_from_script
            if step.is_upgrade
            else (MigrationStep.downgrade_from_script)
        )
        yield make(scripts.revision_map, script)


@contextmanager
def statements_noted(walker: Walker, watch: Watch | None) -> Iterator[None]:
    """
    Note every statement that this thread sends through SQLAlchemy, once the server has done it.

    What is sent before ``env.py`` hands over its connection is noted, but not shown to ``watch``.
    """
    notes = _Notes(walker, watch)
    with ExitStack() as heard:
        for target, name, listener in (
            (Engine, "after_cursor_execute", notes.note),
            (Table, "before_create", notes.enter),
            (Table, "after_create", notes.leave),
            (Table, "before_drop", notes.enter),
            (Table, "after_drop", notes.leave),
        ):
            event.listen(target, name, listener)
            heard.callback(event.remove, target, name, listener)
        yield


class _Notes:
    """What is heard while a walk is under way, of all that happens in the process."""

    def __init__(self, walker: Walker, watch: Watch | None) -> None:
        self._walker, self._watch = walker, watch
        self._thread = threading.get_ident()
        self._is_watching = False
        self._made_from: MetaData | None = None

    def enter(self, table: Table, *_arguments: object, **_options: object) -> None:
        if self._is_ours():
            self._made_from = table.metadata

    def leave(self, *_arguments: object, **_options: object) -> None:
        if self._is_ours():
            self._made_from = None

    def note(
        self, connection: SqlalchemyConnection, _cursor: object, sql: str, given: Any, *_more: Any
    ) -> None:
        # What the watch itself asks is no statement of the walk.
        if self._is_watching or not self._is_ours():
            return
        step = self._walker.step
        isolation = connection.get_execution_options().get("isolation_level")
        statement = Statement(
            sql=sql,
            parameters=given,
            line=None if step is None else line_of(step.revision.path),
            is_autocommit=isolation == "AUTOCOMMIT",
            made_from=self._made_from,
        )
        self._walker.statements.append(statement)
        if self._watch is not None and self._walker.has_arrived:
            self._is_watching = True
            try:
                self._watch(connection, statement)
            finally:
                self._is_watching = False

    def _is_ours(self) -> bool:
        return threading.get_ident() == self._thread


def line_of(path: Path) -> int | None:
    """
    Return the line of a file that is being executed, however deep below it we are; None if none is.
    """
    # Not traceback.extract_stack: it reads the source of every frame.
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if _absolute(frame.f_code.co_filename) == path:
            return frame.f_lineno
        frame = frame.f_back
    return None


@lru_cache(maxsize=4096)
def _absolute(file: str) -> Path:
    return Path(file).absolute()
