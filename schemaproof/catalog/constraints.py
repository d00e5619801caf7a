"""
Record what a table promises of its rows: keys, unique, check and exclusion constraints.

NOT NULL, a constraint with a name since PostgreSQL 18, is recorded with its column on every
version, so that the same schema reads the same on all of them.

Source: https://www.postgresql.org/docs/current/catalog-pg-constraint.html
"""

from __future__ import annotations

from dataclasses import dataclass, field

from schemaproof.catalog.names import QualifiedName
from schemaproof.catalog.objects import NOT_COMPARED, TableObject, restates


@dataclass(frozen=True, kw_only=True, slots=True)
class Constraint(TableObject):
    """
    A constraint of a table.

    Attributes:
        form: ``primary key``, ``unique constraint``, ``check constraint``, ``exclusion constraint``
            or ``foreign key``.
        columns: The columns it speaks of: in the order of the key or of the expression.
        include: The columns that the index behind it carries along.
        expression: What a check constraint demands.
        operators: The operators of an exclusion constraint, one for each element.
        nulls_not_distinct: Whether a unique constraint takes two NULLs for equal.
        is_temporal: Whether it is WITHOUT OVERLAPS, or a foreign key with PERIOD.
        is_deferrable: Whether it may wait for the end of the transaction.
        is_deferred: Whether it does so unasked.
        is_validated: False if the rows that were there before it were never looked at: NOT VALID,
            or not enforced.
        is_enforced: False for NOT ENFORCED; always True before PostgreSQL 18.
        enabled: ``origin``, the ordinary state, unless the triggers by which PostgreSQL itself
            keeps a foreign key, or a deferrable key, were told otherwise: ``disabled`` and so on.
        is_no_inherit: Whether children are free of a check.
        is_inherited: Whether it is there only because a parent has it.
        definition: As ``pg_get_constraintdef`` writes it.
        comment: Its comment.
    """

    form: str = field(metadata=NOT_COMPARED)
    columns: tuple[str, ...] = field(metadata=restates("expression"))
    include: tuple[str, ...] = ()
    expression: str | None = None
    operators: tuple[str, ...] = ()
    nulls_not_distinct: bool = False
    is_temporal: bool
    is_deferrable: bool
    is_deferred: bool
    is_validated: bool = field(metadata=restates("is_enforced"))
    is_enforced: bool
    enabled: str = field(metadata=restates("is_enforced"))
    is_no_inherit: bool = False
    is_inherited: bool = field(metadata=NOT_COMPARED)
    definition: str = field(
        metadata=restates(
            "columns", "include", "expression", "operators", "nulls_not_distinct", "is_temporal",
            "is_deferrable", "is_deferred", "is_validated", "is_enforced", "is_no_inherit",
            "target", "target_columns", "match", "on_update", "on_delete", "delete_columns",
        )
    )  # fmt: skip
    comment: str | None

    @property
    def kind(self) -> str:
        """
        Its form.
        """
        return self.form


@dataclass(frozen=True, kw_only=True, slots=True)
class ForeignKey(Constraint):
    """
    A constraint that ties rows to rows of another table.

    Attributes:
        target: The table that it refers to.
        target_columns: The columns there, in the order of ``columns``.
        match: ``SIMPLE``, ``FULL`` or ``PARTIAL``.
        on_update: ``NO ACTION``, ``RESTRICT``, ``CASCADE``, ``SET NULL`` or ``SET DEFAULT``.
        on_delete: One of the same five.
        delete_columns: The columns that ON DELETE SET NULL or SET DEFAULT touches, if not all.
    """

    target: QualifiedName
    target_columns: tuple[str, ...]
    match: str
    on_update: str
    on_delete: str
    delete_columns: tuple[str, ...]
