"""
Record who may do what, and what came from outside: policies, default privileges, extensions.

Source: https://www.postgresql.org/docs/current/ddl-rowsecurity.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from schemaproof.catalog.names import quote_identifier
from schemaproof.catalog.objects import NOT_COMPARED, CatalogObject, TableObject


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy(TableObject):
    """
    A row security policy.

    Attributes:
        command: ``ALL``, ``SELECT``, ``INSERT``, ``UPDATE`` or ``DELETE``.
        is_permissive: Whether one such policy suffices; a restrictive one must hold besides.
        roles: Whom it concerns, sorted.
        using: Which rows are seen.
        with_check: Which rows may be written.
        comment: Its comment.
    """

    KIND: ClassVar[str] = "policy"

    command: str
    is_permissive: bool
    roles: tuple[str, ...]
    using: str | None
    with_check: str | None
    comment: str | None

    @property
    def summary(self) -> str:
        """
        The policy as the tail of CREATE POLICY.
        """
        words = [f"FOR {self.command} TO {', '.join(self.roles)}"]
        if self.using is not None:
            words.append(f"USING ({self.using})")
        if self.with_check is not None:
            words.append(f"WITH CHECK ({self.with_check})")
        return " ".join(words)


@dataclass(frozen=True, kw_only=True, slots=True)
class DefaultPrivileges(CatalogObject):
    """
    What ALTER DEFAULT PRIVILEGES promises to objects that are made later.

    Attributes:
        role: Whose new objects.
        schema: In which schema; None for all.
        objects: ``tables``, ``sequences``, ``functions``, ``types``, ``schemas`` or
            ``large objects``.
        privileges: The access list as PostgreSQL writes it, sorted.
    """

    KIND: ClassVar[str] = "default privileges"

    role: str = field(metadata=NOT_COMPARED)
    schema: str | None = field(metadata=NOT_COMPARED)
    objects: str = field(metadata=NOT_COMPARED)
    privileges: tuple[str, ...]

    @property
    def identity(self) -> str:
        """
        ``tables of role in schema``.
        """
        place = "" if self.schema is None else f" in {quote_identifier(self.schema)}"
        return f"{self.objects} of {quote_identifier(self.role)}{place}"

    @property
    def namespace(self) -> str | None:
        """
        The schema that it is for.
        """
        return self.schema

    @property
    def summary(self) -> str:
        """
        The privileges.
        """
        return ", ".join(self.privileges)


@dataclass(frozen=True, kw_only=True, slots=True)
class Extension(CatalogObject):
    """
    An extension; what it brought with it is not recorded.

    Attributes:
        name: Its name, unquoted.
        version: The version installed.
        schema: The schema that it was installed into.
        owner: The role that owns it.
        comment: Its comment; the extension brings one.
    """

    KIND: ClassVar[str] = "extension"

    name: str
    version: str
    schema: str
    owner: str
    comment: str | None

    @property
    def identity(self) -> str:
        """
        Its name.
        """
        return quote_identifier(self.name)
