"""
Record what holds rows: schemas, tables and their columns.

Field names are the column names of the SQL file of the same kind; words replace the catalogue's
single letters, and nothing carries an OID, so a schema that is dropped and made again gives equal
records.

Source: https://www.postgresql.org/docs/current/catalogs.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from schemaproof.catalog.names import QualifiedName, quote_identifier
from schemaproof.catalog.objects import (
    NOT_COMPARED,
    CatalogObject,
    SchemaObject,
    TableObject,
    restates,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Schema(CatalogObject):
    """
    A schema that is not one of PostgreSQL's own.

    Attributes:
        name: Its name, unquoted.
        owner: The role that owns it.
        privileges: The access list as PostgreSQL writes it, sorted; None if it is the default.
        comment: Its comment.
    """

    KIND: ClassVar[str] = "schema"

    name: str
    owner: str
    privileges: tuple[str, ...] | None
    comment: str | None

    @property
    def identity(self) -> str:
        """
        Its name.
        """
        return quote_identifier(self.name)


@dataclass(frozen=True, kw_only=True, slots=True)
class Table(SchemaObject):
    """
    A table: ordinary, partitioned or foreign.

    Attributes:
        form: ``ordinary``, ``partitioned`` or ``foreign``.
        persistence: ``permanent`` or ``unlogged``.
        owner: The role that owns it.
        privileges: The access list as PostgreSQL writes it, sorted; None if it is the default.
        has_row_security: Whether policies apply to it.
        forces_row_security: Whether they apply to its owner too.
        options: Storage parameters, ``name=value``, sorted.
        replica_identity: ``default``, ``nothing``, ``full`` or ``index``.
        parents: What it inherits from, or is a partition of.
        of_type: The composite type of a typed table.
        partition_key: ``RANGE (placed_at)`` for a partitioned table.
        partition_bound: ``FOR VALUES …`` for a partition.
        access_method: ``heap`` as a rule.
        foreign_server: The server of a foreign table.
        foreign_options: The table's options there, each as ``name 'value'``, sorted.
        comment: Its comment.
    """

    KIND: ClassVar[str] = "table"

    form: str
    persistence: str
    owner: str
    privileges: tuple[str, ...] | None
    has_row_security: bool
    forces_row_security: bool
    options: tuple[str, ...]
    replica_identity: str
    parents: tuple[QualifiedName, ...]
    of_type: str | None
    partition_key: str | None = field(metadata=restates("form"))
    partition_bound: str | None = field(metadata=restates("parents"))
    access_method: str | None = field(metadata=restates("form"))
    foreign_server: str | None = field(metadata=restates("form"))
    foreign_options: tuple[str, ...] = field(metadata=restates("form"))
    comment: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Column(TableObject):
    """
    A column of a table.

    Attributes:
        position: 1 for the first; dropped columns leave no gap. Not compared: PostgreSQL reaches
            columns by name.
        type: As ``format_type`` writes it, e.g. ``character varying(20)``.
        type_schema: The schema of the type.
        type_name: The type's own name, e.g. ``varchar``, ``_int4`` for an array.
        type_kind: ``base``, ``array``, ``enum``, ``domain``, ``composite``, ``range``,
            ``multirange`` or ``pseudo``.
        base_type: What a domain is over, or an array is of, as ``format_type`` writes it.
        is_nullable: Whether NULL is taken.
        not_null_name: The name that someone gave to its NOT NULL constraint; None if PostgreSQL
            made the name up, and always before 18.
        is_not_null_validated: False while the NOT NULL is NOT VALID.
        is_not_null_no_inherit: Whether children are free of the NOT NULL.
        default: The default expression; None for a generated column.
        identity_generation: ``ALWAYS``, ``BY DEFAULT`` or None.
        generated: The expression of a generated column.
        generated_kind: ``STORED``, ``VIRTUAL`` or None.
        collation: The collation, if it is not the type's own.
        storage: The TOAST strategy, if it is not the type's own.
        compression: The compression method, if one was chosen.
        statistics_target: In histogram buckets; None for the server's default.
        options: Attribute and foreign table options, ``name=value``, sorted.
        privileges: Access granted on the column alone, sorted; None if there is none.
        is_inherited: Whether it is there only because a parent has it.
        comment: Its comment.
    """

    KIND: ClassVar[str] = "column"

    position: int = field(metadata=NOT_COMPARED)
    type: str
    type_schema: str = field(metadata=NOT_COMPARED)
    type_name: str = field(metadata=NOT_COMPARED)
    type_kind: str = field(metadata=NOT_COMPARED)
    base_type: str | None = field(metadata=NOT_COMPARED)
    is_nullable: bool
    not_null_name: str | None = field(metadata=restates("is_nullable"))
    is_not_null_validated: bool = field(metadata=restates("is_nullable"))
    is_not_null_no_inherit: bool = field(metadata=restates("is_nullable"))
    default: str | None
    identity_generation: str | None
    generated: str | None
    generated_kind: str | None = field(metadata=restates("generated"))
    collation: str | None = field(metadata=restates("type"))
    storage: str | None = field(metadata=restates("type"))
    compression: str | None
    statistics_target: int | None
    options: tuple[str, ...]
    privileges: tuple[str, ...] | None
    is_inherited: bool = field(metadata=NOT_COMPARED)
    comment: str | None

    @property
    def summary(self) -> str:
        """
        The column as a line of CREATE TABLE, near enough to recognise.
        """
        words = [self.type]
        if self.generated is not None:
            words.append(f"GENERATED ALWAYS AS ({self.generated}) {self.generated_kind}")
        if self.identity_generation is not None:
            words.append(f"GENERATED {self.identity_generation} AS IDENTITY")
        if self.default is not None:
            words.append(f"DEFAULT {self.default}")
        if not self.is_nullable:
            words.append("NOT NULL")
        return " ".join(words)
