"""
Lend databases that are a mutant's.

A check that commits nothing gets a transaction in which the mutant is applied. One that asks for a
database gets a copy with the mutant applied, and what it leaves as it was is lent again: making a
database costs more than most checks do.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import Connection as SqlalchemyConnection

from schemaproof.mutation.alike.slates import Slates
from schemaproof.postgres import Connection, Database, Databases, driver_of

_NUMBERS = itertools.count(1)

# No transaction may use a label that it has added to an enum type itself.
COMMITTED = re.compile(r"\bADD\s+VALUE\b", re.IGNORECASE)

TABLES = """
SELECT oid::regclass::text FROM pg_catalog.pg_class
WHERE relkind = 'r' AND oid >= 16384 AND relpersistence <> 't'
"""
# What was committed to the catalogue has a later transaction's number.
CATALOGS = ("pg_class", "pg_attribute", "pg_constraint", "pg_index", "pg_proc", "pg_trigger")
STAMP = "SELECT '{0}', count(*), max(xmin::text::bigint) FROM {0}"
ROWS = "SELECT $${0}$$, count(*), max(xmin::text::bigint) FROM {0}"

# How many rows each table has, and the last transaction that made one of them.
Content = frozenset[tuple[str, int, int | None]]
NOTHING: Content = frozenset()


class MutantDatabases(Databases):
    """
    The databases of one mutant, or of several at once.

    Args:
        source: Where the templates are.
        templates: Of which a clone is the mutant's.
        statements: What makes it the mutant's.
        slates: Where a mutant can be applied for the length of a transaction.
    """

    def __init__(
        self, source: Databases, templates: tuple[Database, ...], statements: str, slates: Slates
    ) -> None:
        super().__init__(source.server, prefix=f"{source.prefix}_m{next(_NUMBERS)}")
        self._templates, self._statements, self._slates = templates, statements, slates
        self._spare: dict[str, list[tuple[Database, Content]]] = {}

    @contextmanager
    def clone(self, template: Database | None = None) -> Iterator[Database]:
        """
        Lend a private copy of ``template``, with the mutant applied if it is one of the templates.
        """
        name = template.name if template in self._templates and template else ""
        spare = self._spare.setdefault(name, [])
        database, content = spare.pop() if spare else self._made(template, name)
        is_clean = False
        try:
            yield database
            is_clean = bool(name) and _content(database) == content
        finally:
            if is_clean:
                spare.append((database, content))
            else:
                self.drop(database)

    @contextmanager
    def copied(self, template: Database, *, is_unread: bool = False) -> Iterator[Database]:
        """
        Lend a copy of ``template``, likewise.
        """
        with super().copied(template, is_unread=is_unread) as database:
            if template in self._templates:
                with database.connect(autocommit=True) as connection:
                    connection.execute(self._statements.encode())
            yield database

    @contextmanager
    def undone(self, template: Database) -> Iterator[SqlalchemyConnection]:
        """
        Lend a connection in a transaction that begins with the mutant, if it is of the template.
        """
        is_enough = template == self._slates.template and not COMMITTED.search(self._statements)
        lent = self._slates.lent(self._statements) if is_enough else super().undone(template)
        with lent as connection:
            yield connection

    def hold(self, template: Database) -> Connection:
        """
        Return a connection to what is the mutant's, for as long as this lasts.
        """
        return driver_of(self._held.enter_context(self.undone(template)))

    def close(self) -> None:
        """
        Drop what is left.
        """
        for spare in self._spare.values():
            while spare:
                self.drop(spare.pop()[0])
        super().close()

    def _made(self, template: Database | None, name: str) -> tuple[Database, Content]:
        database = self.copy(template)
        if not name:
            return database, NOTHING
        try:
            with database.connect(autocommit=True) as connection:
                connection.execute(self._statements.encode())
        except psycopg.Error:
            self.drop(database)
            raise
        return database, _content(database)


def _content(database: Database) -> Content:
    with database.connect(autocommit=True) as connection:
        tables = [name for (name,) in connection.execute(TABLES).fetchall()]
        queries = [STAMP.format(f"pg_catalog.{name}") for name in CATALOGS]
        # The server itself has quoted the names.
        queries += [ROWS.format(name) for name in tables]
        found = connection.execute(" UNION ALL ".join(queries).encode())
        return frozenset((name, rows, last) for name, rows, last in found)
