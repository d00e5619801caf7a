"""
Keep a few clones of one template ahead of demand.
"""

from __future__ import annotations

import contextlib
import itertools
import queue
import threading
from collections.abc import Callable

from schemaproof.errors import SchemaproofError
from schemaproof.postgres.server import Connection

# Two cover a test that takes two clones at once; more would only fill memory.
AHEAD = 2

# Orders in the order of their urgency: somebody may be waiting for a clone, nobody for a drop.
END, MAKE, DROP = range(3)


class PoolClosed(SchemaproofError):
    """A database was asked for while the run was ending."""

    def __init__(self) -> None:
        super().__init__("a database was asked for while the run was ending")


class ClonePool:
    """
    Clones of one template, made and dropped by a thread with a connection of its own.

    The thread starts with the first clone that is taken and looks ahead from the second on: many a
    template is cloned only once.
    """

    def __init__(
        self,
        *,
        connect: Callable[[], Connection],
        create: Callable[[Connection, str], None],
        drop: Callable[[Connection, str], None],
        name: Callable[[], str],
    ) -> None:
        self._connect = connect
        self._create = create
        self._drop = drop
        self._name = name
        self._ready: queue.SimpleQueue[str | BaseException] = queue.SimpleQueue()
        self._orders: queue.PriorityQueue[tuple[int, int, str]] = queue.PriorityQueue()
        self._numbers = itertools.count()
        self._thread: threading.Thread | None = None
        self._taken = 0
        self._is_closed = False
        self._lock = threading.Lock()

    def take(self) -> str:
        """
        Return the name of a fresh clone.

        Raises:
            psycopg.Error: The clone could not be made.
            PoolClosed: The run is ending.
        """
        with self._lock:
            if self._is_closed:
                raise PoolClosed
            self._taken += 1
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._work, name="schemaproof-clones", daemon=True
                )
                self._thread.start()
            for _ in range(1 + (AHEAD if self._taken == 2 else 0)):
                self._order(MAKE)
        clone = self._ready.get()
        if isinstance(clone, BaseException):
            raise clone
        return clone

    def give_back(self, name: str) -> None:
        """
        Order the clone's drop.
        """
        self._order(DROP, name)

    def close(self) -> None:
        """
        Finish the order in hand and stop; whoever waits for a clone is told that none comes.
        """
        with self._lock:
            self._is_closed = True
        if self._thread is not None:
            self._order(END)
            self._thread.join()

    def _order(self, order: int, name: str = "") -> None:
        self._orders.put((order, next(self._numbers), name))

    def _work(self) -> None:
        with contextlib.ExitStack() as held:
            admin: Connection | None = None
            while (order := self._orders.get())[0] != END:
                try:
                    if admin is None or admin.closed:
                        admin = held.enter_context(self._connect())
                    self._obey(admin, *order)
                except Exception as error:
                    # A drop that failed is made good by the end of the server or its janitor.
                    if order[0] == MAKE:
                        self._ready.put(error)
        # No order to make comes after the last one: take() looks before it orders.
        while not self._orders.empty():
            if self._orders.get()[0] == MAKE:
                self._ready.put(PoolClosed())

    def _obey(self, admin: Connection, order: int, _number: int, name: str) -> None:
        if order == DROP:
            self._drop(admin, name)
            return
        clone = self._name()
        self._create(admin, clone)
        self._ready.put(clone)
