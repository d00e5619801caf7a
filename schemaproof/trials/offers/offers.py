"""
Lend what rows are offered over: a few counters, each on a database of its own.

A counter and the rows that it has made for a table serve every claim about that table, so a claim
costs neither a database nor a connection. A claim leaves nothing behind for the next.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from schemaproof.catalog import Catalog, QualifiedName
from schemaproof.postgres import Database, Databases
from schemaproof.rows import Shapes
from schemaproof.trials.offers.counter import Counter
from schemaproof.trials.offers.hints import Breaking


class Offers:
    """
    The counters of one run.

    Args:
        databases: Where their databases come from.
        migrated: The template of what the migrations make.
        catalog: What it contains.
        shapes: What has been learnt of the tables' rows so far.
        breaking: Rows of which somebody knows that a constraint refuses them.
    """

    def __init__(
        self,
        databases: Databases,
        migrated: Database,
        catalog: Catalog,
        shapes: Shapes,
        breaking: Breaking,
    ) -> None:
        self._databases, self._migrated, self._catalog = databases, migrated, catalog
        self._shapes, self.breaking = shapes, breaking
        self._idle: list[Counter] = []
        self._lock = threading.Lock()

    @contextmanager
    def at(self, table: QualifiedName | None = None) -> Iterator[Counter]:
        """
        Lend a counter at which a row of ``table`` is at hand, and clear it afterwards.

        Raises:
            NoRowFound: The table takes no row that was tried.
        """
        counter = self._taken()
        try:
            if table is not None:
                counter.draft(table)
            with counter.connection.transaction(force_rollback=True):
                yield counter
        except psycopg.OperationalError:
            raise  # it is not given back: the server is in trouble
        except BaseException:
            self._give_back(counter)
            raise
        self._give_back(counter)

    def _taken(self) -> Counter:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        connection = self._databases.hold(self._migrated)
        return Counter(connection, self._catalog, self._shapes)

    def _give_back(self, counter: Counter) -> None:
        with self._lock:
            self._idle.append(counter)
