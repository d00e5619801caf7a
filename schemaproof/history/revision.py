"""
Name a revision, what it sends, and the way in which it failed.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData

from schemaproof.history._obstacle import obstacle


@dataclass(frozen=True, kw_only=True)
class Revision:
    """
    One migration file.

    Attributes:
        id: Its revision identifier.
        parents: The revisions that come immediately before it; none for the first.
        dependencies: The revisions of other branches that it needs as well (``depends_on``).
        path: The file.
        summary: The first line of its docstring.
        has_downgrade: Whether its file has a function of that name.
        accepted_losses: What its file declares to be lost on purpose: names, and why.
    """

    id: str
    parents: tuple[str, ...]
    path: Path
    summary: str
    dependencies: tuple[str, ...] = ()
    has_downgrade: bool = True
    accepted_losses: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, kw_only=True)
class Statement:
    """
    One statement that a step sent to the server.

    Attributes:
        sql: Its text, with the driver's placeholders.
        parameters: What goes in their places, as the driver was given it.
        line: The line of the revision's file that sent it; None if Alembic or ``env.py`` did.
        is_autocommit: Whether it was a transaction of its own.
        made_from: The MetaData of the table that it makes or drops, if it comes from one; for
            ``op.create_table`` that is one of Alembic's own.
    """

    sql: str
    parameters: Any = field(repr=False)
    line: int | None
    is_autocommit: bool
    made_from: MetaData | None = field(default=None, repr=False)


class MigrationFailed(Exception):
    """
    A migration raised: the subject is wrong, not the request.

    Attributes:
        step: What was being done, e.g. ``upgrade to 0003_checks``.
        path: The migration file or ``env.py`` in which it happened; None if Alembic itself raised.
        line: The line of that file.
        revision: The revision in which it happened; None if in none.
        statement: The SQL that the server refused; None if Python raised.
        told: The words of the server, or of the exception.
        obstacle: What is lacking to run it here, if it is not itself to blame.
        statements: What the step had sent before that, if it was noted.
    """

    statements: tuple[Statement, ...] = ()

    def __init__(
        self, error: BaseException, *, step: str, files: Mapping[Path, str | None]
    ) -> None:
        self.step = step
        self.path, self.line, self.revision = _place(error, files)
        self.statement: str | None = getattr(error, "statement", None)
        original = getattr(error, "orig", None)
        self.told = _told(original or error)
        # An env.py that cannot go on is a fault: nothing of its history would be proved.
        self.obstacle = obstacle(error) if self.revision else None
        super().__init__(f"{step}: {self.told}")

    @property
    def is_declared(self) -> bool:
        """
        Whether the migration says of itself that it cannot be done.
        """
        return self.told.startswith("NotImplementedError")


def _told(error: BaseException) -> str:
    name = type(error).__name__
    text = " ".join(str(error).split())
    sqlstate = getattr(error, "sqlstate", None)
    return f"{name}{f' {sqlstate}' if sqlstate else ''}: {text}" if text else name


def _place(
    error: BaseException, files: Mapping[Path, str | None]
) -> tuple[Path | None, int | None, str | None]:
    revision, last = None, None
    for frame in traceback.extract_tb(error.__traceback__):
        path = Path(frame.filename).absolute()
        revision = files.get(path) or revision
        # A folder stands for all that is in it: env.py, and what helps several revisions. env.py
        # is on the way to every migration; the innermost frame is the one to blame.
        if not files.keys().isdisjoint([path, *path.parents]):
            last = (path, frame.lineno)
    if isinstance(error, SyntaxError) and error.filename:
        # Nothing of the file was run, so no frame is in it.
        last = (Path(error.filename).absolute(), error.lineno)
    return (*(last or (None, None)), revision)
