"""
Multiply the rows that a table takes, on the server, to as many as production has.

One row is copied: its unique columns get a fresh value each, its foreign keys are spread over the
parents that are there, what was declared of other columns is heeded, and everything else stays as
the constraints took it. What the server refuses is tried again in other ways, and at last with
fewer rows. The rows are made on the server: nothing is sent that it would have to parse.

Source: https://www.postgresql.org/docs/current/functions-srf.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import LiteralString

import psycopg
from psycopg import sql

from schemaproof.catalog import Catalog, ForeignKey, QualifiedName
from schemaproof.rows.copying import WAYS, Copying, Way, numbered
from schemaproof.rows.maker import Row, RowMaker
from schemaproof.rows.parentage import orphan_query, parents_first
from schemaproof.rows.statements import bare_relation
from schemaproof.rows.variety import fullest
from schemaproof.rows.volume import FIRST, Volume

# A trigger may make each row dear.
FILL_WITHIN: LiteralString = "2min"
CHUNK = 100_000


Progress = Callable[[QualifiedName, int, int], None]


@dataclass(frozen=True, kw_only=True)
class Multiplied:
    """
    What has become of one table.

    Attributes:
        table: The table.
        rows: How many rows it holds.
        obstacle: Why it holds fewer than were wanted, in the words of the server; None if not.
        copying: What inserts a row for each number of a ``series``; None if nothing does.
        number: A number that no row has.
    """

    table: QualifiedName
    rows: int
    obstacle: str | None = None
    copying: sql.Composable | None = None
    number: int = 0

    @property
    def insert(self) -> sql.Composed | None:
        """
        The statement that inserts one more row, always the same; None if there is no such.
        """
        if self.copying is None:
            return None
        return numbered(self.copying, self.number, self.number)


def multiply(
    maker: RowMaker, tables: Iterable[QualifiedName], *, rows: int, foreseen: Catalog
) -> dict[QualifiedName, Multiplied]:
    """
    Bring each table to ``rows`` rows, parents before children, and analyse it.

    Args:
        maker: Makes the rows to copy, on a connection in autocommit mode.
        tables: The tables; one that takes no row stays as it is.
        rows: How many rows are wanted.
        foreseen: What the database will contain later; its foreign keys are heeded too.
    """
    return load(maker, {table: Volume(rows=rows) for table in tables}, foreseen=foreseen)


def load(
    maker: RowMaker,
    volumes: Mapping[QualifiedName, Volume],
    *,
    foreseen: Catalog | None = None,
    progress: Progress | None = None,
) -> dict[QualifiedName, Multiplied]:
    """
    Bring each table to the size and spread that are declared, parents first, and analyse it.

    Args:
        maker: Makes the rows to copy, on a connection in autocommit mode.
        volumes: The tables; one that takes no row stays as it is.
        foreseen: As in `multiply`.
        progress: Told the table, how many of its rows are made and how many are wanted.

    Returns:
        What has become of each table; its ``obstacle`` says why one holds fewer rows.
    """
    tell = progress or (lambda _table, _done, _wanted: None)
    return {
        table: _Bulk(table, maker, foreseen or maker.catalog, volumes[table], tell).grow()
        for table in parents_first(maker.catalog, [*volumes])
    }


class _Bulk:
    """One table that grows."""

    def __init__(
        self,
        table: QualifiedName,
        maker: RowMaker,
        foreseen: Catalog,
        volume: Volume,
        tell: Progress,
    ) -> None:
        self.table, self.maker = table, maker
        self.volume, self.tell = volume, tell
        self.catalog, self.connection = maker.catalog, maker.connection
        self.copying = Copying(table, maker, foreseen, volume)

    def grow(self) -> Multiplied:
        rows = self.volume.rows
        with self.connection.transaction():
            row = fullest(self.maker, self.table)
        if isinstance(row, str):
            return Multiplied(table=self.table, rows=self._count(), obstacle=row)
        obstacle: str | None = None
        for wanted in (rows, rows // 10, rows // 100, 0):
            for way in WAYS:
                told, copying = self._try(row, way, wanted)
                if told is None:
                    self.connection.execute(sql.SQL("ANALYZE {}").format(bare_relation(self.table)))
                    held = self._count()
                    return Multiplied(
                        table=self.table,
                        rows=held,
                        obstacle=obstacle if held < rows else None,
                        copying=copying,
                        number=FIRST + 2 * max(held, wanted),
                    )
                obstacle = obstacle or told
        return Multiplied(table=self.table, rows=self._count(), obstacle=obstacle)

    def _try(self, row: Row, way: Way, wanted: int) -> tuple[str | None, sql.Composable | None]:
        held = self._count()
        try:
            with self.connection.transaction():
                self.connection.execute(sql.SQL("SET LOCAL statement_timeout = {}").format(
                    sql.Literal(FILL_WITHIN)
                ))  # fmt: skip
                copying = self.copying.statement(row, way)
                if held < wanted:
                    self._insert(copying, held, wanted)
                # One more than is kept, to know that there could be another.
                with self.connection.transaction(force_rollback=True):
                    number = FIRST + 2 * max(held, wanted)
                    self.connection.execute(numbered(copying, number, number))
        except psycopg.Error as error:
            return " ".join(str(error).split()), None
        return None, copying

    def _insert(self, copying: sql.Composable, held: int, wanted: int) -> None:
        may_check_later = self._may_check_later()
        if may_check_later:
            # Looking for all parents at once takes a tenth of the time of looking for each.
            self.connection.execute("SET LOCAL session_replication_role = replica")
        # Copies that were made before have the numbers below.
        for done in range(held, wanted, CHUNK):
            last = min(done + CHUNK, wanted)
            self.connection.execute(numbered(copying, FIRST + done, FIRST + last - 1))
            self.tell(self.table, last, wanted)
        if not may_check_later:
            return
        self.connection.execute("SET LOCAL session_replication_role = origin")
        for key in self.catalog.foreign_keys_of(self.table):
            orphan = self.connection.execute(orphan_query(key)).fetchone()
            if orphan is not None:
                raise psycopg.errors.ForeignKeyViolation(f"a copy violates {key.name}")

    def _may_check_later(self) -> bool:
        # As a replica the server fires no trigger, and one of its own looks at deferrable keys.
        is_plain = not any(
            each.is_temporal or each.match != "SIMPLE"
            if isinstance(each, ForeignKey)
            else each.is_deferrable
            for each in self.catalog.constraints_of(self.table)
        )
        acts = any("INSERT" in each.events for each in self.catalog.triggers_of(self.table))
        (is_superuser,) = self.connection.execute("SHOW is_superuser").fetchone() or ("off",)
        return is_plain and not acts and is_superuser == "on"

    def _count(self) -> int:
        query = sql.SQL("SELECT count(*) FROM {}").format(bare_relation(self.table))
        row = self.connection.execute(query).fetchone()
        return 0 if row is None else int(row[0])
