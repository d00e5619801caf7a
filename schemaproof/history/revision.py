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


@dataclass(frozen=True, kw_only=True)
class Revision:
    """
    One migration file.

    Attributes:
        id: Its revision identifier.
        parents: The revisions that come immediately before it; none for the first.
        path: The file.
        summary: The first line of its docstring.
        has_downgrade: Whether its file has a function of that name.
        accepted_losses: What its file declares to be lost on purpose: names, and why.
    """

    id: str
    parents: tuple[str, ...]
    path: Path
    summary: str
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
        statement: The SQL that the server refused; None if Python raised.
        told: The words of the server, or of the exception.
        statements: What the step had sent before that, if it was noted.
    """

    statements: tuple[Statement, ...] = ()

    def __init__(self, error: BaseException, *, step: str, scripts: Path) -> None:
        self.step = step
        self.path, self.line = _place(error, scripts)
        self.statement: str | None = getattr(error, "statement", None)
        original = getattr(error, "orig", None)
        self.told = _told(original or error)
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


def _place(error: BaseException, scripts: Path) -> tuple[Path | None, int | None]:
    frames = traceback.extract_tb(error.__traceback__)
    inside = [frame for frame in frames if Path(frame.filename).is_relative_to(scripts)]
    # env.py is on the way to every migration; the innermost frame is the one to blame.
    if not inside:
        return None, None
    return Path(inside[-1].filename), inside[-1].lineno
