"""
Offer rows to tables of one throwaway database, a batch at a time.

The rows of a batch go to the server in one statement, which undoes each before it takes the next;
so nothing of what is offered stays, and a refusal costs no more than an answer.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

import psycopg
from psycopg.rows import tuple_row

from schemaproof.catalog import Catalog, ForeignKey, QualifiedName
from schemaproof.errors import first_line
from schemaproof.postgres import Connection
from schemaproof.rows import NoRowFound, RowMaker, Shapes, Values
from schemaproof.trials.offers.answer import Answer, answer
from schemaproof.trials.offers.obstacles import disable_triggers, remove
from schemaproof.trials.offers.statements import (
    cast_statement,
    insert_statement,
    offer_function,
)

OFFER = (
    "SELECT code, by_constraint, by_column, by_schema, by_table, by_type, told, context, stored"
    " FROM pg_temp.schemaproof_offer(%s, %s::text[])"
)
# More stand in nobody's way.
MOST_OBSTACLES = 12


class Counter:
    """
    One connection in one transaction, over which rows are offered.

    Args:
        connection: To a throwaway database; whoever opened it rolls it back.
        catalog: What that database contains.
        shapes: What has been learnt of the tables' rows so far.

    Attributes:
        maker: Makes the parents that rows need.
    """

    def __init__(self, connection: Connection, catalog: Catalog, shapes: Shapes) -> None:
        self.connection, self.catalog = connection, catalog
        self.maker = RowMaker(catalog=catalog, connection=connection, shapes=shapes)
        self._families: dict[QualifiedName, set[QualifiedName]] = {}
        self._drafts: dict[QualifiedName, Values] = {}
        self._failures: dict[QualifiedName, NoRowFound] = {}
        connection.execute(offer_function())
        # What may wait for the end of the transaction would never be asked: there is no end.
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        connection.execute("SAVEPOINT without_drafts")

    def draft(self, table: QualifiedName) -> Values:
        """
        Return a row that the table takes, made once; the parents that it needs are there.

        Raises:
            NoRowFound: None was found.
        """
        if table in self._failures:
            raise self._failures[table]
        if table not in self._drafts:
            found = self._drafted(table)
            if isinstance(found, NoRowFound) and self._drafts:
                # The parents of other tables' drafts may be in the way, where there can be but one.
                self.connection.execute("ROLLBACK TO SAVEPOINT without_drafts")
                self._drafts.clear()
                found = self._drafted(table)
            if isinstance(found, NoRowFound):
                self._failures[table] = found
                raise found
            self._drafts[table] = found
        return self._drafts[table]

    def another(self, table: QualifiedName) -> Values:
        """
        Return a row that shares no unique value with the draft, with parents of its own if it may.
        """
        keys = self.catalog.foreign_keys_of(table)
        draft = self._drafts.get(table, {})
        shared = {name: draft[name] for key in keys for name in key.columns if draft.get(name)}
        try:
            with self.connection.transaction():
                return self.maker.draft(table)
        except psycopg.IntegrityError:
            if not shared:
                raise
            with self.connection.transaction():
                return self.maker.draft(table, shared)

    def offer(
        self, table: QualifiedName, rows: Sequence[Values], *, reading: Sequence[str] = ()
    ) -> list[Answer]:
        """
        Offer each row to the table alone, and return what became of it.

        Args:
            table: The table.
            rows: The rows; what a row does not mention is left to the column's default.
            reading: Expressions to read of each row that is taken.
        """
        types = self.catalog.types_of(table)
        answers: list[Answer] = []
        for columns, batch in itertools.groupby(rows, key=tuple):
            statement = insert_statement(
                table, tuple((name, types[name]) for name in columns), (*types,), (*reading,)
            )
            answers.extend(self._asked(statement, [*batch], (*types,)))
        return answers

    def cast(self, type_name: str, texts: Sequence[str | None]) -> list[Answer]:
        """
        Offer each text to a type, and return what became of it as the value of ``value``.
        """
        return self._asked(
            cast_statement(type_name), [{"value": text} for text in texts], ("value",)
        )

    @contextmanager
    def kept(self, table: QualifiedName, row: Values) -> Iterator[None]:
        """
        Keep a row in the table for the length of a ``with`` block.
        """
        types = self.catalog.types_of(table)
        statement = insert_statement(table, tuple((name, types[name]) for name in row), (*types,))
        with self.connection.transaction(force_rollback=True):
            with psycopg.RawCursor(self.connection) as cursor:
                cursor.execute(statement, [[None, *row.values()]] if row else [])
            yield

    def alone(
        self, table: QualifiedName, rows: Sequence[Values], is_wanted: Callable[[Answer], bool]
    ) -> tuple[Answer, list[str]] | None:
        """
        Offer the rows again with all that answers first out of the way, until one is wanted.

        Returns:
            The answer, and what had to be taken away; None if there is no such answer.
        """
        with suppress(psycopg.Error), self.connection.transaction(force_rollback=True):
            gone = disable_triggers(table, self.catalog, self.connection)
            for _ in range(MOST_OBSTACLES):
                answers = self.offer(table, rows)
                wanted = next(filter(is_wanted, answers), None)
                if wanted is not None:
                    return wanted, gone
                removed = [*remove(table, self.catalog, self.connection, answers)]
                if not removed:
                    break
                gone += removed
        return None

    def family(self, table: QualifiedName) -> set[QualifiedName]:
        """
        Return the table and all its partitions and children.
        """
        if table not in self._families:
            children = {one.qualified_name for one in self.catalog.tables if table in one.parents}
            self._families[table] = {table}.union(*map(self.family, children))
        return self._families[table]

    def reference(self, key: ForeignKey, shared: Values | None = None) -> Values:
        """
        Return values for a foreign key, and make the row that they point at.

        Args:
            key: The key.
            shared: Columns of the key that have a value already, a tenant's say.
        """
        there = dict(zip(key.columns, key.target_columns, strict=True))
        given = {there[column]: text for column, text in (shared or {}).items()}
        with self.connection.transaction():
            return self.maker.referable(key, given).pointed_at_by(key)

    def _drafted(self, table: QualifiedName) -> Values | NoRowFound:
        try:
            values = self.another(table)
        except psycopg.OperationalError:
            raise
        except NoRowFound as error:
            return error
        except psycopg.Error as error:  # a trigger's, when a parent was made
            return NoRowFound(table, first_line(error))
        (answered,) = self.offer(table, [values])
        return values if answered.is_taken else NoRowFound(table, answered.by)

    def _asked(
        self, statement: str, rows: Sequence[Values], columns: tuple[str, ...]
    ) -> list[Answer]:
        if not rows:
            return []
        # The first place is never read: an array without one would be no row at all.
        texts = [[None, *row.values()] for row in rows]
        with self.connection.cursor(row_factory=tuple_row) as cursor:
            found = cursor.execute(OFFER, [statement, texts]).fetchall()
        return [
            answer(row, columns, told[:-1], told[-1]) for row, told in zip(rows, found, strict=True)
        ]
