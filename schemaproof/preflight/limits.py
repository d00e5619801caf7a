"""
Record what tables demand of their rows, each thing under its OID.

A demand is followed along a history: a column or a constraint that gets another name stays what it
is, and what looks the same may be new. Names do not tell these apart; OIDs do.

Source: https://www.postgresql.org/docs/current/catalog-pg-constraint.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from schemaproof.catalog import QualifiedName


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
        keys: What must be unique, or is compared by an EXCLUDE, as SQL; None for other indexes.
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
    keys: list[str] | None
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
