"""
Record how values are ordered, compared and turned into others: collations, casts, operators.

Each is told by its definition as a whole, the statement that would make it: whoever changes one
has to make it anew.

Source: https://www.postgresql.org/docs/current/extend.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from schemaproof.catalog.names import quote_identifier
from schemaproof.catalog.objects import NOT_COMPARED, CatalogObject, SchemaObject


@dataclass(frozen=True, kw_only=True, slots=True)
class Collation(SchemaObject):
    """
    A collation.

    Attributes:
        definition: As CREATE COLLATION would make it. The version that the operating system or
            ICU had when it was made is no part of it.
        owner: The role that owns it.
        comment: Its comment.
    """

    KIND: ClassVar[str] = "collation"

    definition: str
    owner: str
    comment: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Cast(CatalogObject):
    """
    A cast that someone made.

    Attributes:
        source: The type that it takes, as ``format_type`` writes it.
        target: The type that it gives.
        definition: As CREATE CAST would make it.
        comment: Its comment.
    """

    KIND: ClassVar[str] = "cast"

    source: str = field(metadata=NOT_COMPARED)
    target: str = field(metadata=NOT_COMPARED)
    definition: str
    comment: str | None

    @property
    def identity(self) -> str:
        """
        ``(source AS target)``.
        """
        return f"({self.source} AS {self.target})"


@dataclass(frozen=True, kw_only=True, slots=True)
class Operator(SchemaObject):
    """
    An operator.

    Attributes:
        left_type: What stands before it; None for a prefix operator.
        right_type: What stands after it.
        definition: As CREATE OPERATOR would make it.
        owner: The role that owns it.
        comment: Its comment.
    """

    KIND: ClassVar[str] = "operator"

    left_type: str | None = field(metadata=NOT_COMPARED)
    right_type: str = field(metadata=NOT_COMPARED)
    definition: str
    owner: str
    comment: str | None

    @property
    def identity(self) -> str:
        """
        ``schema.===(left type, right type)``.
        """
        types = f"{self.left_type or 'NONE'}, {self.right_type}"
        return f"{quote_identifier(self.schema)}.{self.name}({types})"


@dataclass(frozen=True, kw_only=True, slots=True)
class OperatorClass(SchemaObject):
    """
    An operator class, with what it brings to its family.

    Attributes:
        method: The index method that it is for.
        definition: As CREATE OPERATOR CLASS would make it.
        owner: The role that owns it.
        comment: Its comment.
    """

    KIND: ClassVar[str] = "operator class"

    method: str = field(metadata=NOT_COMPARED)
    definition: str
    owner: str
    comment: str | None

    @property
    def identity(self) -> str:
        """
        ``schema.name USING method``.
        """
        return f"{self.qualified_name} USING {quote_identifier(self.method)}"
