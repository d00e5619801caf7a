"""
Define what every record of the catalogue has: a kind, an identity, a home and facets.

The difference of two snapshots is generic over the records, so each record says of itself what the
comparison needs to know: by what it is recognised on the other side, with which table it comes and
goes, and which of its fields only repeat what another field already tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar

from schemaproof.catalog.names import QualifiedName, quote_identifier

#: Field metadata: not a facet of its own, because it is part of the identity, follows from
#: another field, or is nothing that PostgreSQL cares about.
NOT_COMPARED: Mapping[str, object] = MappingProxyType({"compared": False})


def restates(*facets: str) -> Mapping[str, object]:
    """
    Return the metadata of a field that is worth telling only if none of ``facets`` differs.
    """
    return MappingProxyType({"restates": frozenset(facets)})


def facet_of(field_name: str) -> str:
    """
    Return what a field is called in a difference.
    """
    return field_name.removeprefix("is_").removeprefix("has_").replace("_", " ")


@dataclass(frozen=True, kw_only=True, slots=True)
class CatalogObject:
    """
    Anything that the catalogue holds.
    """

    KIND: ClassVar[str] = "object"

    @property
    def kind(self) -> str:
        """
        What it is, in PostgreSQL's words: ``table``, ``foreign key``.
        """
        return self.KIND

    @property
    def identity(self) -> str:
        """
        Its full name as PostgreSQL would write it, quoted where needed.
        """
        raise NotImplementedError

    @property
    def key(self) -> tuple[str, str]:
        """
        By what it is recognised in another snapshot.
        """
        return (self.kind, self.identity)

    @property
    def namespace(self) -> str | None:
        """
        The schema that it lives in, if any: it cannot be there without it.
        """
        return None

    @property
    def home(self) -> QualifiedName | None:
        """
        The table or view that it belongs to, if any: it cannot be there without it.
        """
        return None

    @property
    def summary(self) -> str:
        """
        One line that stands for the whole object where the other side has none.
        """
        definition = getattr(self, "definition", None)
        return str(definition or self.identity)


@dataclass(frozen=True, kw_only=True, slots=True)
class SchemaObject(CatalogObject):
    """
    An object that is named within a schema.

    Attributes:
        schema: The schema's name, unquoted.
        name: The object's name, unquoted.
    """

    schema: str = field(metadata=NOT_COMPARED)
    name: str = field(metadata=NOT_COMPARED)

    @property
    def qualified_name(self) -> QualifiedName:
        """
        Schema and name as one value, the one that lookups take.
        """
        return QualifiedName(self.schema, self.name)

    @property
    def identity(self) -> str:
        """
        ``schema.name``.
        """
        return str(self.qualified_name)

    @property
    def namespace(self) -> str | None:
        """
        Its schema.
        """
        return self.schema


@dataclass(frozen=True, kw_only=True, slots=True)
class TableObject(CatalogObject):
    """
    An object that is named within a table.

    Attributes:
        table: The table (or view) that it belongs to.
        name: Its name, unquoted.
    """

    table: QualifiedName = field(metadata=NOT_COMPARED)
    name: str = field(metadata=NOT_COMPARED)

    @property
    def identity(self) -> str:
        """
        ``schema.table.name``.
        """
        return f"{self.table}.{quote_identifier(self.name)}"

    @property
    def namespace(self) -> str | None:
        """
        The schema of its table.
        """
        return self.table.schema

    @property
    def home(self) -> QualifiedName | None:
        """
        Its table.
        """
        return self.table
