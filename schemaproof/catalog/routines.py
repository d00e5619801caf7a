"""
Record what a database does of itself: functions, triggers, rules, event triggers.

Source: https://www.postgresql.org/docs/current/catalog-pg-proc.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from schemaproof.catalog.names import quote_identifier
from schemaproof.catalog.objects import (
    NOT_COMPARED,
    CatalogObject,
    SchemaObject,
    TableObject,
    restates,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Function(SchemaObject):
    """
    A function, procedure, aggregate or window function.

    Attributes:
        form: ``function``, ``procedure``, ``aggregate`` or ``window function``.
        argument_types: The types by which PostgreSQL tells it from its namesakes.
        arguments: The whole argument list: modes, names, types, defaults.
        result: What it returns; None for a procedure.
        language: ``sql``, ``plpgsql`` and so on.
        source: Its body; None for an aggregate.
        volatility: ``VOLATILE``, ``STABLE`` or ``IMMUTABLE``.
        parallel: ``SAFE``, ``RESTRICTED`` or ``UNSAFE``.
        is_strict: Whether NULL in means NULL out.
        is_security_definer: Whether it runs with its owner's rights.
        is_leakproof: Whether it may run before a security barrier.
        cost: What one call costs, in units of ``cpu_operator_cost``.
        rows: How many rows the planner expects of it; 0 if it returns one value.
        settings: The settings that it runs under, ``name=value``, sorted.
        definition: As ``pg_get_functiondef`` writes it; put together here for an aggregate.
        owner: The role that owns it.
        privileges: The access list as PostgreSQL writes it, sorted; None if it is the default.
        comment: Its comment.
    """

    form: str = field(metadata=NOT_COMPARED)
    argument_types: str = field(metadata=NOT_COMPARED)
    arguments: str
    result: str | None
    language: str
    source: str | None
    volatility: str
    parallel: str
    is_strict: bool
    is_security_definer: bool
    is_leakproof: bool
    cost: float
    rows: float
    settings: tuple[str, ...]
    definition: str = field(
        metadata=restates(
            "arguments", "result", "language", "source", "volatility", "parallel", "is_strict",
            "is_security_definer", "is_leakproof", "cost", "rows", "settings",
        )
    )  # fmt: skip
    owner: str
    privileges: tuple[str, ...] | None
    comment: str | None

    @property
    def kind(self) -> str:
        """
        Its form.
        """
        return self.form

    @property
    def identity(self) -> str:
        """
        ``schema.name(types)``.
        """
        return f"{self.qualified_name}({self.argument_types})"


@dataclass(frozen=True, kw_only=True, slots=True)
class Trigger(TableObject):
    """
    A trigger that someone made.

    Attributes:
        function: What it calls, with its schema and argument types.
        timing: ``BEFORE``, ``AFTER`` or ``INSTEAD OF``.
        events: Of ``INSERT``, ``DELETE``, ``UPDATE`` and ``TRUNCATE``, in this order.
        columns: The columns of UPDATE OF.
        level: ``ROW`` or ``STATEMENT``.
        enabled: ``origin`` (the ordinary state), ``always``, ``replica`` or ``disabled``.
        is_constraint: Whether it is a constraint trigger.
        is_deferrable: Whether it may wait for the end of the transaction.
        is_deferred: Whether it does so unasked.
        is_inherited: Whether it is a partition's copy of its parent's.
        definition: As ``pg_get_triggerdef`` writes it.
        comment: Its comment.
    """

    KIND: ClassVar[str] = "trigger"

    function: str
    timing: str
    events: tuple[str, ...]
    columns: tuple[str, ...]
    level: str
    enabled: str
    is_constraint: bool
    is_deferrable: bool
    is_deferred: bool
    is_inherited: bool = field(metadata=NOT_COMPARED)
    definition: str = field(
        metadata=restates(
            "function", "timing", "events", "columns", "level", "is_constraint", "is_deferrable",
            "is_deferred",
        )
    )  # fmt: skip
    comment: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule(TableObject):
    """
    A rewrite rule.

    Attributes:
        enabled: ``origin`` (the ordinary state), ``always``, ``replica`` or ``disabled``.
        definition: As ``pg_get_ruledef`` writes it.
        comment: Its comment.
    """

    KIND: ClassVar[str] = "rule"

    enabled: str
    definition: str
    comment: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class EventTrigger(CatalogObject):
    """
    A trigger on DDL.

    Attributes:
        name: Its name, unquoted.
        event: ``ddl_command_start`` and so on.
        tags: The commands that it is limited to, sorted.
        function: What it calls, with its schema.
        enabled: ``origin`` (the ordinary state), ``always``, ``replica`` or ``disabled``.
        owner: The role that owns it.
        comment: Its comment.
    """

    KIND: ClassVar[str] = "event trigger"

    name: str
    event: str
    tags: tuple[str, ...]
    function: str
    enabled: str
    owner: str
    comment: str | None

    @property
    def identity(self) -> str:
        """
        Its name.
        """
        return quote_identifier(self.name)
