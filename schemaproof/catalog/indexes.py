"""
Record how rows are found: indexes, and the extended statistics that the planner goes by.

Source: https://www.postgresql.org/docs/current/catalog-pg-index.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from schemaproof.catalog.names import QualifiedName, quote_identifier
from schemaproof.catalog.objects import NOT_COMPARED, SchemaObject, restates


@dataclass(frozen=True, kw_only=True, slots=True)
class IndexKey:
    """
    One key of an index.

    Attributes:
        column: The column's name, unquoted; None for an expression.
        expression: The expression; None for a column.
        opclass: The operator class, if it is not a default one.
        collation: The collation, if it is not the column's own.
        is_descending: Whether it is DESC.
        nulls_first: Whether NULLs come first, which is what DESC means unless it says otherwise.
    """

    column: str | None
    expression: str | None
    opclass: str | None
    collation: str | None
    is_descending: bool
    nulls_first: bool

    def __str__(self) -> str:
        words = [quote_identifier(self.column) if self.column else f"({self.expression})"]
        if self.collation:
            words.append(f"COLLATE {self.collation}")
        if self.opclass:
            words.append(self.opclass)
        if self.is_descending:
            words.append("DESC")
        if self.nulls_first != self.is_descending:
            words.append("NULLS FIRST" if self.nulls_first else "NULLS LAST")
        return " ".join(words)


@dataclass(frozen=True, kw_only=True, slots=True)
class Index(SchemaObject):
    """
    An index of a table or materialized view.

    Attributes:
        table: What it is an index of.
        method: ``btree``, ``gin`` and so on.
        keys: What it is ordered or looked up by, in order.
        include: The columns that it carries along.
        predicate: The condition of a partial index.
        is_unique: Whether it refuses a second row with the same keys.
        is_primary: Whether it is the primary key's.
        nulls_not_distinct: Whether it takes two NULLs for equal.
        is_valid: False if queries may not use it: a CONCURRENTLY that failed, or a partitioned
            index that lacks a partition's.
        is_ready: False if writes do not maintain it yet.
        is_replica_identity: Whether logical replication knows rows by it.
        is_clustered: Whether CLUSTER last went by it.
        is_inherited: Whether it is a partition's part of a partitioned index.
        options: Storage parameters, ``name=value``, sorted.
        statistics_targets: Of its expressions, each as place and target.
        constraint: The name of the constraint that it stands behind.
        definition: As ``pg_get_indexdef`` writes it.
        comment: Its comment.
    """

    KIND: ClassVar[str] = "index"

    table: QualifiedName
    method: str
    keys: tuple[IndexKey, ...]
    include: tuple[str, ...]
    predicate: str | None
    is_unique: bool
    is_primary: bool
    nulls_not_distinct: bool
    is_valid: bool
    is_ready: bool
    is_replica_identity: bool
    is_clustered: bool
    is_inherited: bool = field(metadata=NOT_COMPARED)
    options: tuple[str, ...]
    statistics_targets: tuple[str, ...] = field(metadata=restates("keys"))
    constraint: str | None
    definition: str = field(
        metadata=restates(
            "table", "method", "keys", "include", "predicate", "is_unique", "nulls_not_distinct",
            "options", "constraint",
        )
    )  # fmt: skip
    comment: str | None

    @property
    def home(self) -> QualifiedName | None:
        """
        Its table.
        """
        return self.table


@dataclass(frozen=True, kw_only=True, slots=True)
class Statistics(SchemaObject):
    """
    An extended statistics object.

    Attributes:
        table: The table that it describes.
        statistics_target: In histogram buckets; None for the server's default.
        has_expressions: Whether it describes more than columns.
        definition: As ``pg_get_statisticsobjdef`` writes it, the columns sorted by name.
        owner: The role that owns it.
        comment: Its comment.
    """

    KIND: ClassVar[str] = "statistics"

    table: QualifiedName
    statistics_target: int | None
    has_expressions: bool = field(metadata=restates("definition"))
    definition: str = field(metadata=restates("table"))
    owner: str
    comment: str | None

    @property
    def home(self) -> QualifiedName | None:
        """
        Its table.
        """
        return self.table
