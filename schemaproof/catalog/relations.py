"""
Record the other relations: views, which show rows, and sequences, which number them.

Source: https://www.postgresql.org/docs/current/catalogs.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from schemaproof.catalog.names import QualifiedName
from schemaproof.catalog.objects import NOT_COMPARED, SchemaObject, restates


@dataclass(frozen=True, kw_only=True, slots=True)
class View(SchemaObject):
    """
    A view or materialized view.

    Attributes:
        is_materialized: Whether it holds its rows.
        is_populated: Whether a materialized view has been filled; True for a view.
        columns: Each as ``name type``, in order.
        definition: The query.
        column_comments: Each as the column's name and the comment.
        column_privileges: Each as the column's name and what is granted on it alone.
        column_defaults: Each as the column's name and its default.
        access_method: ``heap`` as a rule; None for a view.
        options: ``security_barrier=true`` and the like, sorted.
        owner: The role that owns it.
        privileges: The access list as PostgreSQL writes it, sorted; None if it is the default.
        comment: Its comment.
    """

    is_materialized: bool = field(metadata=NOT_COMPARED)
    is_populated: bool
    columns: tuple[str, ...] = field(metadata=restates("definition"))
    definition: str
    column_comments: tuple[str, ...] = field(metadata=restates("columns"))
    column_privileges: tuple[str, ...] = field(metadata=restates("columns"))
    column_defaults: tuple[str, ...] = field(metadata=restates("columns"))
    access_method: str | None
    options: tuple[str, ...]
    owner: str
    privileges: tuple[str, ...] | None
    comment: str | None

    @property
    def kind(self) -> str:
        """
        ``view`` or ``materialized view``.
        """
        return "materialized view" if self.is_materialized else "view"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sequence(SchemaObject):
    """
    A sequence, with the column that owns it.

    Attributes:
        type: ``bigint``, ``integer`` or ``smallint``.
        start: The first value.
        increment: The step.
        minimum: The lowest value.
        maximum: The highest value.
        cache: How many values a session takes at once.
        is_cyclic: Whether it starts again at the end.
        persistence: ``permanent`` or ``unlogged``.
        table: The table whose column owns it.
        column: The column that owns it, unquoted.
        owned_by: That column with its table, as PostgreSQL would write it.
        is_identity: Whether it is the machinery of an identity column.
        owner: The role that owns it.
        privileges: The access list as PostgreSQL writes it, sorted; None if it is the default.
        comment: Its comment.
    """

    KIND: ClassVar[str] = "sequence"

    type: str
    start: int
    increment: int
    minimum: int
    maximum: int
    cache: int
    is_cyclic: bool
    persistence: str
    table: QualifiedName | None = field(metadata=NOT_COMPARED)
    column: str | None = field(metadata=NOT_COMPARED)
    owned_by: str | None
    is_identity: bool
    owner: str
    privileges: tuple[str, ...] | None
    comment: str | None

    @property
    def key(self) -> tuple[str, str]:
        """
        Its column if it is an identity's: PostgreSQL chose that name, and keeps it through renames.
        """
        if self.is_identity:
            return (self.KIND, str(self.owned_by))
        return (self.KIND, self.identity)

    @property
    def home(self) -> QualifiedName | None:
        """
        The table whose column owns it.
        """
        return self.table
