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
    thread = threading.get_ident()
    watching = False
    made_from: MetaData | None = None

    def enter(table: Table, *_arguments: object, **_options: object) -> None:
        nonlocal made_from
        if threading.get_ident() == thread:
            made_from = table.metadata

    def leave(*_arguments: object, **_options: object) -> None:
        nonlocal made_from
        if threading.get_ident() == thread:
            made_from = None

    def note(
        connection: SqlalchemyConnection,
        _cursor: Any,
        sql: str,
        parameters: Any,
        _context: Any,
        _many: bool,
    ) -> None:
        nonlocal watching
        if watching or threading.get_ident() != thread:
            return
        isolation = connection.get_execution_options().get("isolation_level")
        statement = Statement(
            sql=sql,
            parameters=parameters,
            line=None if walker.step is None else line_of(walker.step.revision.path),
            is_autocommit=isolation == "AUTOCOMMIT",
            made_from=made_from,
        )
        walker.statements.append(statement)
        if watch is not None and walker.has_arrived:
            watching = True
            try:
                watch(connection, statement)
            finally:
                watching = False

    with ExitStack() as heard:
        for target, name, listener in (
            (Engine, "after_cursor_execute", note),
            (Table, "before_create", enter),
            (Table, "after_create", leave),
            (Table, "before_drop", enter),
            (Table, "after_drop", leave),
        ):
            event.listen(target, name, listener)
            heard.callback(event.remove, target, name, listener)
        yield


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
