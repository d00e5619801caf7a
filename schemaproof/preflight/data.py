"""
Ask the rows of a live database, a bounded question at a time, on a connection that only reads.

Answers are numbers of rows and keys of some: what else a row holds stays where it is. So an error
is told by its class, since its words may quote a value.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from schemaproof.catalog import QualifiedName
from schemaproof.configuration import Invariant
from schemaproof.errors import SchemaproofError
from schemaproof.postgres import Connection
from schemaproof.preflight.answers import MOST_ROWS, Answer, Size, obstacle_of
from schemaproof.preflight.demand import Demand
from schemaproof.preflight.limits import Limits
from schemaproof.preflight.questions import Convertible
from schemaproof.preflight.reading import read_limits, statement
from schemaproof.preflight.source import KEY
from schemaproof.preflight.standing import standing_demands

SHOWN_KEYS = 5

# Policies must not hide rows from who counts: where they would, the server says so instead.
SETTINGS: LiteralString = (
    "SET LOCAL row_security = off; SET LOCAL max_parallel_workers_per_gather = 0"
)
# As catalogues spell expressions, with every name qualified that needs it.
PATH: LiteralString = "SET LOCAL search_path = pg_catalog"
COUNTED = sql.SQL(
    "SELECT coalesce(sum(rows), 0)::bigint, count(*),"
    " (array_agg(key ORDER BY length(key), key))[1:{shown}]"
    " FROM ({query} LIMIT {most} + 1) AS broken (key, rows)"
)
WIDTH = """
SELECT coalesce(sum(avg_width), 0)::bigint, count(*) FROM pg_catalog.pg_stats
WHERE schemaname = %s AND tablename = %s AND attname = ANY(%s) AND NOT inherited
"""


class CatalogUnread(SchemaproofError):
    """What the tables demand could not be read."""

    def __init__(self, told: str) -> None:
        super().__init__(
            f"needs to read the constraints of every table before it asks their rows; {told}"
        )


class Data:
    """
    The rows of a live database.

    Args:
        connection: A session that only reads, with a limit to how long a statement may take.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        # Checks run side by side, and a session runs one transaction at a time.
        self._turn = threading.RLock()
        self._unread: CatalogUnread | None = None

    @cached_property
    def limits(self) -> Limits:
        """
        What its tables demand now.

        Raises:
            CatalogUnread: It took too long, or the role has no right to.
        """
        # What took too long once is not waited for again by each check.
        if self._unread is not None:
            raise self._unread
        try:
            with self._asking() as connection:
                return read_limits(
                    lambda text: str(connection.execute(text.encode()).fetchall()[0][0])
                )
        except psycopg.Error as error:
            self._unread = CatalogUnread(self._obstacle(error))
            raise self._unread from error

    @cached_property
    def standing(self) -> tuple[Demand, ...]:
        """
        What its constraints demand that some rows may break all the same.
        """
        return tuple(standing_demands(self.limits))

    @property
    def version(self) -> int:
        """
        The server's, as PostgreSQL numbers it.
        """
        return self._connection.info.server_version

    def broken(self, demand: Demand) -> Answer:
        """
        Count the rows that break a demand.
        """
        question = demand.question
        if question is None:
            return Answer(obstacle=demand.why_not)
        path = "" if getattr(question, "is_own_words", False) else PATH
        try:
            return self._counted(question.query(self.limits), path)
        except (psycopg.DataError, psycopg.IntegrityError) as error:
            if isinstance(question, Convertible):
                return Answer(rows=1, is_more=True)
            return Answer(obstacle=obstacle_of(error))
        except psycopg.Error as error:
            return Answer(obstacle=self._obstacle(error))

    def violating(self, invariant: Invariant) -> Answer:
        """
        Count the rows that an invariant's query returns; its first column names each.
        """
        # Of the columns only the first is asked for; a comment at the end must not hide the rest.
        query = sql.SQL("SELECT {key}::text, 1::bigint FROM ({text}\n) AS it ({key})").format(
            key=sql.Identifier(KEY), text=sql.SQL(invariant.sql.strip().rstrip(";"))
        )
        try:
            return self._counted(query, "")
        except psycopg.Error as error:
            return Answer(obstacle=self._obstacle(error))

    def size(self, table: QualifiedName) -> Size | None:
        """
        Return how large a table is; None if there is no such table, or nobody may tell.
        """
        try:
            with self._asking() as connection:
                row = connection.execute(statement("sizes").encode(), [*table]).fetchone()
        except psycopg.Error as error:
            self._obstacle(error)
            return None
        if row is None:
            return None
        table_bytes, index_bytes, rows = row[2:]
        return Size(table_bytes=table_bytes or 0, index_bytes=index_bytes or 0, rows=rows or 0)

    def width(self, table: QualifiedName, columns: tuple[str, ...]) -> int | None:
        """
        Return how many bytes columns take in a row on average; None if the server does not know.
        """
        try:
            with self._asking() as connection:
                row = connection.execute(WIDTH, [*table, [*columns]]).fetchone()
        except psycopg.Error as error:
            self._obstacle(error)
            return None
        return row[0] if row and row[1] == len(set(columns)) else None

    def select(self, query: sql.Composed) -> list[tuple[Any, ...]]:
        """
        Return what a query of this package's own returns.

        Raises:
            psycopg.Error: The server refused, or it took too long.
        """
        with self._asking(PATH) as connection:
            rows: list[tuple[Any, ...]] = connection.execute(query).fetchall()
        return rows

    def _counted(self, query: sql.Composable, path: LiteralString) -> Answer:
        counting = COUNTED.format(
            query=query, shown=sql.Literal(SHOWN_KEYS), most=sql.Literal(MOST_ROWS)
        )
        with self._asking(path) as connection:
            # So sent, a text that holds a second statement is refused.
            ((rows, groups, keys),) = connection.execute(counting, binary=True).fetchall()
        is_more = rows > MOST_ROWS or groups > MOST_ROWS
        return Answer(
            rows=min(rows, MOST_ROWS), is_more=is_more, keys=tuple(filter(None, keys or ()))
        )

    @contextmanager
    def _asking(self, path: LiteralString = "") -> Iterator[Connection]:
        with self._turn, self._connection.transaction():
            self._connection.execute(SETTINGS)
            if path:
                self._connection.execute(path)
            yield self._connection

    def _obstacle(self, error: psycopg.Error) -> str:
        if self._connection.closed:
            raise error
        return obstacle_of(error)
