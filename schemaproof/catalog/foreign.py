"""
Record what a database shares with others: foreign servers and what leads to them, publications.

Source: https://www.postgresql.org/docs/current/ddl-foreign-data.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from schemaproof.catalog.names import quote_identifier
from schemaproof.catalog.objects import NOT_COMPARED, CatalogObject


@dataclass(frozen=True, kw_only=True, slots=True)
class DataWrapper(CatalogObject):
    """
    A foreign-data wrapper.

    Attributes:
        name: Its name, unquoted.
        handler: The function that reaches foreign tables.
        validator: The function that looks at options.
        options: Each as ``name 'value'``, sorted.
        owner: The role that owns it.
        privileges: The access list as PostgreSQL writes it, sorted; None if it is the default.
        comment: Its comment.
    """

    KIND: ClassVar[str] = "foreign-data wrapper"

    name: str = field(metadata=NOT_COMPARED)
    handler: str | None
    validator: str | None
    options: tuple[str, ...]
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
class ForeignServer(CatalogObject):
    """
    A foreign server.

    Attributes:
        name: Its name, unquoted.
        data_wrapper: The wrapper that it is reached through, unquoted.
        type: What the wrapper takes for a kind of server.
        version: The version that the wrapper is told.
        options: Each as ``name 'value'``, sorted.
        owner: The role that owns it.
        privileges: The access list as PostgreSQL writes it, sorted; None if it is the default.
        comment: Its comment.
    """

    KIND: ClassVar[str] = "foreign server"

    name: str = field(metadata=NOT_COMPARED)
    data_wrapper: str
    type: str | None
    version: str | None
    options: tuple[str, ...]
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
class UserMapping(CatalogObject):
    """
    As whom a role goes to a foreign server.

    Attributes:
        server: The server, unquoted.
        role: The role, unquoted; ``PUBLIC`` for all.
        options: Each as ``name 'value'``, sorted; of a secret the value is ``***``.
    """

    KIND: ClassVar[str] = "user mapping"

    server: str = field(metadata=NOT_COMPARED)
    role: str = field(metadata=NOT_COMPARED)
    options: tuple[str, ...]

    @property
    def identity(self) -> str:
        """
        ``FOR role SERVER server``.
        """
        role = self.role if self.role == "PUBLIC" else quote_identifier(self.role)
        return f"FOR {role} SERVER {quote_identifier(self.server)}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Publication(CatalogObject):
    """
    A publication of changes to subscribers.

    Attributes:
        name: Its name, unquoted.
        objects: What it is of: ``ALL TABLES``, or each table with its columns and filter, and each
            schema; sorted.
        operations: Of ``insert``, ``update``, ``delete`` and ``truncate``, in this order.
        is_via_root: Whether a partition's changes go out as those of the partitioned table.
        generated_columns: ``none`` or ``stored``; always ``none`` before PostgreSQL 18.
        owner: The role that owns it.
        comment: Its comment.
    """

    KIND: ClassVar[str] = "publication"

    name: str = field(metadata=NOT_COMPARED)
    objects: tuple[str, ...]
    operations: tuple[str, ...]
    is_via_root: bool
    generated_columns: str
    owner: str
    comment: str | None

    @property
    def identity(self) -> str:
        """
        Its name.
        """
        return quote_identifier(self.name)

    @property
    def summary(self) -> str:
        """
        As CREATE PUBLICATION would make it.
        """
        objects = f" FOR {', '.join(self.objects)}" if self.objects else ""
        return f"CREATE PUBLICATION {self.identity}{objects} WITH ({self.parameters})"

    @property
    def parameters(self) -> str:
        """
        What CREATE PUBLICATION takes after WITH.
        """
        options = [f"publish = '{', '.join(self.operations)}'"]
        options.append(f"publish_via_partition_root = {str(self.is_via_root).lower()}")
        if self.generated_columns != "none":
            options.append(f"publish_generated_columns = {self.generated_columns}")
        return ", ".join(options)
