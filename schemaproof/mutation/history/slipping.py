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


@contextmanager
def slipping(slip: Slip, revision: Revision) -> Iterator[None]:
    """
    Send another statement in the place of the one that is meant, whatever thread runs the file.
    """
    name = "upgrade" if slip.is_upgrade else "downgrade"
    running: FrameType | None = None
    count = 0

    def replace(
        _connection: Connection,
        _cursor: Any,
        sql: str,
        parameters: Any,
        _context: Any,
        _many: bool,
    ) -> tuple[str, Any]:
        nonlocal running, count
        frame = _frame_of(revision.path)
        if frame is None or frame.f_code.co_name != name:
            return sql, parameters
        if frame is not running:
            running, count = frame, 0
        count += 1
        if count - 1 != slip.number:
            return sql, parameters
        return slip.sql, () if slip.sql == NOTHING else parameters

    event.listen(Engine, "before_cursor_execute", replace, retval=True)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", replace)


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
