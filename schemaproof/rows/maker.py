"""
Insert rows: with the parents they need, and with values that their unique keys have not seen.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import psycopg
from psycopg import sql
from psycopg.rows import tuple_row

from schemaproof.catalog import Catalog, Column, ForeignKey, Index, QualifiedName
from schemaproof.postgres import Connection
from schemaproof.rows.candidates import candidates, is_counted, reads
from schemaproof.rows.fresh_value import fresh_value
from schemaproof.rows.kinds import RANGES, plain_type
from schemaproof.rows.partitions import partitioned_by, within
from schemaproof.rows.shape import learn_shape
from schemaproof.rows.shapes import NoRowFound, Shape, Shapes, Values
from schemaproof.rows.statements import equations, insert_returning, relation


@dataclass(frozen=True, eq=False)
class Row:
    """
    One row, as the server returned it.

    Attributes:
        table: Its table.
        values: Each column's value as text.
    """

    table: QualifiedName
    values: dict[str, str | None]

    def take(self, columns: tuple[str, ...]) -> tuple[str | None, ...]:
        """
        Return the values of ``columns``.
        """
        return tuple(self.values[column] for column in columns)

    def pointed_at_by(self, key: ForeignKey) -> Values:
        """
        Return values for the key's columns that point at this row.
        """
        return dict(zip(key.columns, self.take(key.target_columns), strict=True))

    def references(self, catalog: Catalog) -> Values:
        """
        Return its own values in columns of foreign keys, where they are not NULL.
        """
        keys = catalog.foreign_keys_of(self.table)
        given = {name: self.values[name] for key in keys for name in key.columns}
        return {name: text for name, text in given.items() if text is not None}


@dataclass(kw_only=True)
class RowMaker:
    """
    Makes rows on one connection.

    Attributes:
        catalog: The catalogue of the database.
        connection: Where they are inserted; the caller ends the transaction.
        shapes: What has been learnt of the tables' rows so far; added to, and may be shared.
        overrides: Column values for a table that stand above its shape, e.g. a state to try.
        with_states: Whether the states of enumerated columns are learnt too.
        serial: What makes unique values differ; shared by those who add to the same rows.
        made: Every row that was inserted, parents included.
    """

    catalog: Catalog
    connection: Connection
    shapes: Shapes = field(default_factory=Shapes)
    overrides: Mapping[QualifiedName, Values] = field(default_factory=dict)
    with_states: bool = True
    serial: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.made: list[Row] = []
        self._under_way: list[QualifiedName] = []

    def insert(self, table: QualifiedName, given: Values | None = None) -> Row:
        """
        Insert one row; parents that it needs and that are not ``given`` are inserted first.

        Raises:
            NoRowFound: No acceptable row was found, or its keys run in a circle.
            psycopg.Error: The server refused the row for another reason, e.g. a trigger's.
        """
        return self._insert(table, self.draft(table, given))

    def draft(self, table: QualifiedName, given: Values | None = None) -> Values:
        """
        Return what `insert` would insert; the parents that it needs are inserted.

        Raises:
            NoRowFound: As `insert`.
            psycopg.Error: The server refused one of the parents.
        """
        if table in self._under_way:
            raise NoRowFound(table, "a required foreign key that leads back to the table itself")
        self._under_way.append(table)
        try:
            return self._completed(table, {**self._parents(table, given or {}), **(given or {})})
        finally:
            self._under_way.pop()

    def shape(self, table: QualifiedName) -> Shape:
        """
        Return what the table's rows look like.

        Raises:
            NoRowFound: The server took none of the rows that were offered.
        """
        if table not in self.shapes:
            self.shapes[table] = learn_shape(
                table,
                self.catalog,
                self.connection,
                with_states=self.with_states,
                hint=self.shapes.hints.get(table),
            )
        return self.shapes[table]

    def referable(self, key: ForeignKey, given: Values | None = None) -> Row:
        """
        Insert a row that the key can point at: nothing that it refers to is NULL.
        """
        values = dict(given or {})
        shape = self.shape(key.target)
        references = {name for k in self.catalog.foreign_keys_of(key.target) for name in k.columns}
        for column in self.catalog.columns_of(key.target):
            wanted = column.name in key.target_columns and column.name not in {*values, *references}
            if wanted and column.is_nullable and column.default is None:
                values[column.name] = self._fresh(column, shape.values.get(column.name))
        return self.insert(key.target, values)

    def orphans(self, key: ForeignKey, parent: Row) -> Iterator[Values]:
        """
        Yield values for the key's columns that no row of its target has, the likeliest first.

        Args:
            key: The key.
            parent: A row that it can point at; only one column is changed, so that other keys
                which share columns with this one have nothing to say.
        """
        others = [k for k in self.catalog.foreign_keys_of(key.table) if k.name != key.name]
        shared = {name for other in others for name in other.columns}
        changed = next((name for name in key.columns if name not in shared), key.columns[0])
        columns = {column.name: column for column in self.catalog.columns_of(key.table)}
        real = parent.pointed_at_by(key)
        known = self.shape(key.table).values.get(changed)
        proposed = (self._fresh(columns[changed], None), known)
        for text in (*proposed, *candidates(columns[changed], self.catalog)):
            orphan = {**real, changed: text}
            if text is not None and self._is_unknown(key, orphan):
                yield orphan

    def _is_unknown(self, key: ForeignKey, values: Values) -> bool:
        types = self.catalog.types_of(key.table)
        there = {
            there: types[here] for here, there in zip(key.columns, key.target_columns, strict=True)
        }
        query = sql.SQL("SELECT 1 FROM {} WHERE {}").format(
            relation(key.target), equations(there, " AND ")
        )
        try:
            with self.connection.transaction():
                found = self.connection.execute(query, [values[name] for name in key.columns])
                return found.fetchone() is None
        except psycopg.Error:  # no value of that type
            return False

    def _parents(self, table: QualifiedName, given: Values) -> Values:
        columns = {column.name: column for column in self.catalog.columns_of(table)}
        values: Values = {}
        keys = self.catalog.foreign_keys_of(table)
        # A CHECK may ask for a reference that the column itself does not.
        wanted = self.shape(table).values if keys else {}
        for key in keys:
            # Keys that share a column, a tenant's say, must point at rows that share it too.
            known = {**values, **given}
            empty = [
                name
                for name in key.columns
                if columns[name].is_nullable
                and wanted.get(name) is None
                and known.get(name) is None
            ]
            # One NULL is enough for a key to ask nothing, unless it is MATCH FULL.
            is_free = bool(empty) and (key.match != "FULL" or len(empty) == len(key.columns))
            if is_free or all(name in known for name in key.columns):
                continue
            shared = {
                there: known[here]
                for here, there in zip(key.columns, key.target_columns, strict=True)
                if known.get(here) is not None
            }
            parent = self.referable(key, shared)
            values.update(parent.pointed_at_by(key))
        return values

    def _completed(self, table: QualifiedName, given: Values) -> Values:
        values = {**self.shape(table).values, **self.overrides.get(table, {}), **given}
        return {**values, **self._made_unique(table, values, given)}

    def _insert(self, table: QualifiedName, values: Values) -> Row:
        types = self.catalog.types_of(table)
        statement = insert_returning(
            table, tuple((name, types[name]) for name in values), tuple(types)
        )
        with self.connection.cursor(row_factory=tuple_row) as cursor:
            row = cursor.execute(statement, list(values.values())).fetchone()
        if row is None:
            raise NoRowFound(table, "a trigger or rule that swallows inserts")
        self.made.append(Row(table, dict(zip(types, row, strict=True))))
        return self.made[-1]

    def _made_unique(self, table: QualifiedName, values: Values, given: Values) -> Values:
        columns = {column.name: column for column in self.catalog.columns_of(table)}
        # Another value there may be one that no partition takes.
        deciding = partitioned_by(table, self.catalog)
        # One column that differs is enough; a state that is being tried must stay.
        fixed = {*given, *self.overrides.get(table, {})}
        unique: Values = {}
        for index in self.catalog.indexes_of(table):
            names = [name for key in index.keys for name in columns if reads(key, name)]
            if not self._tells_apart(index) or any(name in unique for name in names):
                continue
            free = [name for name in names if name in values and name not in fixed]
            if not index.is_unique:
                free = [name for name in free if plain_type(columns[name]) in RANGES]
            apart = [name for name in free if name not in deciding]
            if apart:
                unique[apart[0]] = self._fresh(columns[apart[0]], values[apart[0]])
            elif free and not any(is_counted(columns[name]) for name in names):
                unique[free[0]] = within(values[free[0]], next(self.serial))
        return unique

    def _tells_apart(self, index: Index) -> bool:
        return index.is_unique or any(
            each.form == "exclusion constraint" and each.name == index.constraint
            for each in self.catalog.constraints_of(index.table)
        )

    def _fresh(self, column: Column, base: str | None) -> str | None:
        return fresh_value(column, base, next(self.serial))
