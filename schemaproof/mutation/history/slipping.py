"""
Run a revision with a slip in it: another statement is sent in the place of the one that is meant.

Source: https://docs.sqlalchemy.org/en/20/core/events.html#sqlalchemy.events.ConnectionEvents.before_cursor_execute
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from types import FrameType
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine

from schemaproof.history import Revision
from schemaproof.mutation.history.slips import NOTHING, Slip

EVENT = "before_cursor_execute"


@contextmanager
def slipping(slip: Slip, revision: Revision) -> Iterator[None]:
    """
    Send another statement in the place of the one that is meant, whatever thread runs the file.
    """
    listen = _Slipping(slip, revision).before_execute
    event.listen(Engine, EVENT, listen, retval=True)
    try:
        yield
    finally:
        event.remove(Engine, EVENT, listen)


class _Slipping:
    """
    Counts what the file sends, anew each time it is run in that direction.
    """

    def __init__(self, slip: Slip, revision: Revision) -> None:
        self._slip, self._path = slip, revision.path
        self._name = "upgrade" if slip.is_upgrade else "downgrade"
        self._running: FrameType | None = None
        self._count = 0

    def before_execute(
        self,
        _connection: Connection,
        _cursor: Any,
        sql: str,
        parameters: Any,
        _context: Any,
        _many: bool,
    ) -> tuple[str, Any]:
        """
        Return what is sent in the place of a statement; nearly always itself.
        """
        frame = _frame_of(self._path)
        if frame is None or frame.f_code.co_name != self._name:
            return sql, parameters
        if frame is not self._running:
            self._running, self._count = frame, 0
        self._count += 1
        if self._count - 1 != self._slip.number:
            return sql, parameters
        return self._slip.sql, () if self._slip.sql == NOTHING else parameters


def _frame_of(path: Path) -> FrameType | None:
    # The outermost: upgrade() itself, not what it calls.
    found = None
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if _absolute(frame.f_code.co_filename) == path:
            found = frame
        frame = frame.f_back
    return found


@lru_cache(maxsize=4096)
def _absolute(file: str) -> Path:
    return Path(file).absolute()
