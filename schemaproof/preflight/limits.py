"""
Read what tables demand of their rows, each thing under its OID.

A demand is followed along a history: a column or a constraint that gets another name stays what it
is, and what looks the same may be new. Names do not tell these apart; OIDs do.

Source: https://www.postgresql.org/docs/current/catalog-pg-constraint.html
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import resources
from typing import Any, NamedTuple

from schemaproof.catalog import QualifiedName

# Sends a query that returns one text.
Ask = Callable[[str], str]


class Column(NamedTuple):
    """
    A column.

    Attributes:
        number: Its ``attnum``, which it keeps.
        name: Its name.
        type: As ``format_type`` writes it.
        type_oid: The type.
        type_kind: ``pg_type.typtype``: ``e`` for an enum, ``d`` for a domain.
        is_required: Whether NULL is refused.
        is_required_of_all: Whether no row has one: it is not NOT VALID.
        is_filled: Whether a row that does not mention it gets a value.
        missing: What rows have that were there before it, as an array of one; None if nothing is
            kept for them.
    """

    number: int
    name: str
    type: str
    type_oid: int
    type_kind: str
    is_required: bool
    is_required_of_all: bool
    is_filled: bool
    missing: str | None


@dataclass(frozen=True, kw_only=True)
class Table:
    """
    A table.

    Attributes:
        oid: Its OID, which it keeps.
        name: Its name.
        is_partitioned: Whether its rows are in partitions.
        is_partition: Whether it is one.
        key: The numbers of its primary key's columns.
        columns: Its columns, by number.
    """

    oid: int
    name: QualifiedName
    is_partitioned: bool
    is_partition: bool
    key: tuple[int, ...]
    columns: dict[int, Column] = field(default_factory=dict)

    def names(self, numbers: tuple[int, ...]) -> tuple[str, ...]:
        """
        Return the names of columns by their numbers.
        """
        return tuple(self.columns[number].name for number in numbers)


class Condition(NamedTuple):
    """
    A constraint: a CHECK, a foreign key or an EXCLUDE.

    Attributes:
        oid: Its OID.
        table: The table's.
        name: Its name.
        form: ``c``, ``f`` or ``x``.
        columns: The numbers of the columns that it speaks of.
        is_validated: Whether the rows that were there before it were looked at.
        is_enforced: False for NOT ENFORCED.
        is_disabled: Whether a trigger by which it is kept is disabled.
        expression: What a CHECK demands.
        target: The OID of the table that a key refers to.
        target_columns: The numbers of the columns there.
        is_full: Whether the key is MATCH FULL.
        is_temporal: Whether it speaks of periods.
        backing: The OID of the index behind it.
        operators: Those of an EXCLUDE, as SQL.
    """

    oid: int
    table: int
    name: str
    form: str
    columns: list[int]
    is_validated: bool
    is_enforced: bool
    is_disabled: bool
    expression: str | None
    target: int | None
    target_columns: list[int] | None
    is_full: bool
    is_temporal: bool
    backing: int
    operators: list[str]


class Key(NamedTuple):
    """
    An index.

    Attributes:
        oid: Its OID.
        table: The table's.
        name: Its name.
        is_valid: Whether it holds every row.
        is_unique: Whether it refuses a second row with the same keys.
        keys: What it is ordered by, as SQL.
        columns: The numbers of its columns, those carried along too; 0 for an expression.
        predicate: The condition of a partial index.
        nulls_not_distinct: Whether it takes two NULLs for equal.
        constraint: The name of the constraint that it stands behind.
    """

    oid: int
    table: int
    name: str
    is_valid: bool
    is_unique: bool
    keys: list[str]
    columns: list[int]
    predicate: str | None
    nulls_not_distinct: bool
    constraint: str | None


class DomainCheck(NamedTuple):
    """
    A check of a domain.

    Attributes:
        oid: Its OID.
        domain: The domain's.
        schema: The domain's schema.
        type_name: The domain's name.
        name: The check's name.
        condition: What must not be false of ``VALUE``.
        is_validated: Whether values that were there before it were looked at.
    """

    oid: int
    domain: int
    schema: str
    type_name: str
    name: str
    condition: str
    is_validated: bool


@dataclass(frozen=True, kw_only=True)
class Limits:
    """
    What the tables of one database demand of their rows.

    Attributes:
        tables: Its tables, by OID.
        conditions: Their constraints, by OID.
        keys: Their indexes, by OID.
        domain_checks: The checks of domains, by OID.
        required: The names of the domains that refuse NULL, by OID.
        labels: The labels of enums, by OID.
    """

    tables: dict[int, Table] = field(default_factory=dict)
    conditions: dict[int, Condition] = field(default_factory=dict)
    keys: dict[int, Key] = field(default_factory=dict)
    domain_checks: dict[int, DomainCheck] = field(default_factory=dict)
    required: dict[int, QualifiedName] = field(default_factory=dict)
    labels: dict[int, list[str]] = field(default_factory=dict)

    def table(self, name: QualifiedName) -> Table | None:
        """
        Return the table of this name.
        """
        return next((one for one in self.tables.values() if one.name == name), None)


def read_limits(ask: Ask) -> Limits:
    """
    Read them in one statement.
    """
    limits = Limits()
    for line in filter(None, ask(statement("limits")).split("\n")):
        kind, *words = json.loads(line)
        _ADD[kind](limits, words)
    return limits


def statement(name: str) -> str:
    """
    Return the SQL of one of this package's files.
    """
    return resources.files("schemaproof.preflight").joinpath("sql", f"{name}.sql").read_text()


def _add_table(limits: Limits, words: list[Any]) -> None:
    oid, schema, name, is_partitioned, is_partition, key = words
    limits.tables[oid] = Table(
        oid=oid,
        name=QualifiedName(schema, name),
        is_partitioned=is_partitioned,
        is_partition=is_partition,
        key=tuple(key),
    )


def _add_column(limits: Limits, words: list[Any]) -> None:
    table, *rest = words
    limits.tables[table].columns[rest[0]] = Column(*rest)


_ADD: dict[str, Callable[[Limits, list[Any]], None]] = {
    "table": _add_table,
    "column": _add_column,
    "constraint": lambda limits, words: limits.conditions.update({words[0]: Condition(*words)}),
    "index": lambda limits, words: limits.keys.update({words[0]: Key(*words)}),
    "domain": lambda limits, words: limits.domain_checks.update({words[0]: DomainCheck(*words)}),
    "required domain": lambda limits, words: limits.required.update(
        {words[0]: QualifiedName(*words[1:])}
    ),
    "labels": lambda limits, words: limits.labels.update({words[0]: words[1]}),
}
