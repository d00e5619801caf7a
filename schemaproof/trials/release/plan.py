"""
Choose the rows that the release before is to write: rows that its own schema took.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import psycopg

from schemaproof.catalog import Catalog, Column, ForeignKey, QualifiedName
from schemaproof.postgres import Connection
from schemaproof.rows import NoRowFound, Row, RowMaker, Values, furnish

# The numbers of the rows for states, above those of the others; smallint ends at 32 767.
BEYOND = 5_000


@dataclass(frozen=True, kw_only=True)
class Target:
    """
    A class that the release maps, or a table that it uses without one.

    Attributes:
        name: The class, or the table.
        tables: Its tables, the one that is its own last.
    """

    name: str
    tables: tuple[QualifiedName, ...]


@dataclass(kw_only=True)
class Planned:
    """
    One object that the release is to insert.

    Attributes:
        target: Of which class.
        tables: Its tables.
        values: Each column's value as text.
        given: The columns that are sent; the others are for the server, or the models, to fill.
        updates: For the first object of a class, what its columns are updated to.
    """

    target: str
    tables: tuple[QualifiedName, ...]
    values: Values
    given: list[str]
    updates: Values | None = None

    def as_json(self) -> dict[str, Any]:
        """
        Return it as the child reads it.
        """
        return {
            "target": self.target,
            "tables": [[one.schema, one.name] for one in self.tables],
            "values": self.values,
            "given": self.given,
            "is_first": self.updates is not None,
            "updates": self.updates or {},
        }


@dataclass
class Plan:
    """
    What is to be written, in this order.

    Attributes:
        objects: The objects.
        refused: The tables for which no row was found, and why.
    """

    objects: list[Planned] = field(default_factory=list)
    refused: dict[QualifiedName, str] = field(default_factory=dict)


def make_plan(catalog: Catalog, connection: Connection, targets: Iterable[Target]) -> Plan:
    """
    Return objects for each target; what was tried for that stays in the caller's transaction.

    Args:
        catalog: What the release's own schema contains.
        connection: A connection to a copy of it, without rows of ours.
        targets: What the release knows.
    """
    by_table: dict[QualifiedName, list[Target]] = defaultdict(list)
    for target in targets:
        by_table[target.tables[-1]].append(target)
    known = [one.qualified_name for one in catalog.tables if one.qualified_name in by_table]
    rows, refused = furnish(catalog, connection, known)
    rows += _states(
        RowMaker(catalog=catalog, connection=connection, serial=itertools.count(BEYOND)), known
    )
    absorbed = _absorbed(catalog, rows, by_table)
    in_turn = {table: itertools.cycle(those) for table, those in by_table.items()}
    plan, seen = Plan(refused=refused), set[str]()
    for row in rows:
        if row.table not in by_table or id(row) in absorbed.values():
            continue
        target = next(in_turn[row.table])
        parts = [absorbed.get((id(row), table), id(row)) for table in target.tables]
        those = [one for one in rows if id(one) in parts]
        updates = None if target.name in seen else _updates(catalog, rows, those)
        seen.add(target.name)
        plan.objects.append(_planned(catalog, target, those, updates))
    return plan


def _states(maker: RowMaker, tables: Iterable[QualifiedName]) -> list[Row]:
    """
    Return a row for each state that an enumerated column may hold, and the parents that it needs.
    """
    for table in tables:
        try:
            states = maker.shape(table).states
        except NoRowFound:
            continue
        for column, texts in states.items():
            for text in texts:
                before = len(maker.made)
                try:
                    with maker.connection.transaction():
                        maker.insert(table, {column: text})
                except (NoRowFound, psycopg.Error):
                    del maker.made[before:]
    return maker.made


def _absorbed(
    catalog: Catalog, rows: list[Row], by_table: dict[QualifiedName, list[Target]]
) -> dict[tuple[int, QualifiedName], int]:
    """
    Return the rows that are only parts of an object, by the row of its own table and their table.
    """
    found: dict[tuple[int, QualifiedName], int] = {}
    for row in rows:
        above = {table for one in by_table.get(row.table, ()) for table in one.tables[:-1]}
        for key in catalog.foreign_keys_of(row.table):
            is_part = key.target in above and key.columns == catalog.primary_key_of(row.table)
            for other in rows if is_part else ():
                if other.table == key.target and _is_parent(other, row, key):
                    found[id(row), key.target] = id(other)
    return found


def _is_parent(parent: Row, child: Row, key: ForeignKey) -> bool:
    return parent.take(key.target_columns) == child.take(key.columns)


def _planned(catalog: Catalog, target: Target, rows: list[Row], updates: Values | None) -> Planned:
    values: Values = {}
    given: list[str] = []
    for row in rows:
        values.update(row.values)
        for column in _sendable(catalog, row.table):
            is_needed = row.values[column.name] is not None and column.default is None
            if updates is None or is_needed:
                given.append(column.name)
    if len(rows) > 1:
        # What the first table fills, the ORM hands on to the others.
        filled = {column.name for column in catalog.columns_of(rows[0].table)} - {
            column.name for column in _sendable(catalog, rows[0].table)
        }
        given = [name for name in given if name not in filled]
    return Planned(
        target=target.name, tables=target.tables, values=values, given=given, updates=updates
    )


def _sendable(catalog: Catalog, table: QualifiedName) -> Iterator[Column]:
    for column in catalog.columns_of(table):
        is_serial = (column.default or "").startswith("nextval(")
        if column.generated is None and column.identity_generation is None and not is_serial:
            yield column


def _updates(catalog: Catalog, rows: list[Row], those: list[Row]) -> Values:
    updates: Values = {}
    for own in those:
        keys = {name for key in catalog.foreign_keys_of(own.table) for name in key.columns}
        keys |= {*catalog.primary_key_of(own.table)}
        for column in _sendable(catalog, own.table):
            held = [row.values[column.name] for row in rows if row.table == own.table]
            other = [text for text in held if text not in (None, own.values[column.name])]
            if column.name not in keys and (other or own.values[column.name] is not None):
                updates[column.name] = other[0] if other else own.values[column.name]
    return updates
