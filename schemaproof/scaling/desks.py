"""
Have one desk for each size, made once, by whoever asks first.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection

from schemaproof.errors import SchemaproofError
from schemaproof.scaling.desk import Desk


class Desks:
    """
    The desks of one planning.

    Args:
        make: Makes the desk of a size; it lasts as long as the run.
        foreseen: The sizes that will be asked for.
    """

    def __init__(self, make: Callable[[float], Desk], foreseen: Collection[float]) -> None:
        self._make, self._foreseen = make, sorted(foreseen)
        self._made: dict[float, Desk | SchemaproofError] = {}
        self._locks: dict[float, threading.Lock] = {}
        self._lock = threading.Lock()

    def at(self, rows: float) -> Desk:
        """
        Return the desk of a size.

        Raises:
            SchemaproofError: It cannot be had; that is tried once.
        """
        if not self._is_made(rows, waits=False):
            # Somebody is at it. Who would wait makes another one, that will be asked for as well.
            for other in self._foreseen:
                self._is_made(other, waits=False)
            self._is_made(rows, waits=True)
        desk = self._made[rows]
        if isinstance(desk, SchemaproofError):
            raise desk
        return desk

    def _is_made(self, rows: float, *, waits: bool) -> bool:
        with self._lock:
            lock = self._locks.setdefault(rows, threading.Lock())
        if rows in self._made or not lock.acquire(blocking=waits):
            return rows in self._made
        try:
            if rows not in self._made:
                self._made[rows] = self._make(rows)
        except SchemaproofError as error:
            self._made[rows] = error
        finally:
            lock.release()
        return True
