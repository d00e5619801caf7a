"""
List what constraints of a live database demand that some of its rows may break all the same.

A constraint that is enforced, and was validated, is kept by the server: its rows need not be asked.
One that is NOT VALID or NOT ENFORCED, or whose triggers are disabled, promises nothing of them; nor
does a unique index that is invalid.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from psycopg import sql

from schemaproof.catalog import QualifiedName, short_name
from schemaproof.preflight.constraints import Scope
from schemaproof.preflight.demand import Demand
from schemaproof.preflight.limits import Condition, Limits
from schemaproof.preflight.questions import Orphans, RowsWhere
from schemaproof.preflight.source import as_it_is


@dataclass(frozen=True, kw_only=True)
class Reference:
    """
    A foreign key as somebody declares it.

    Attributes:
        table: The referring table.
        target: The other one.
        columns: The referring columns, and those that they refer to.
    """

    table: QualifiedName
    target: QualifiedName
    columns: tuple[tuple[str, str], ...]


def standing_demands(limits: Limits) -> Iterator[Demand]:
    """
    Yield them, by table.
    """
    scope = Scope(limits=limits, source=as_it_is, called=lambda table: table.name)
    for one in sorted(limits.conditions.values(), key=lambda one: (one.table, one.name)):
        why = _looseness(one)
        demand = scope.of_condition(one) if why else None
        if demand is not None:
            yield replace(demand, told=f"{demand.told}, which is {why}")
    for key in limits.keys.values():
        demand = scope.of_key(key) if key.is_unique and not key.is_valid else None
        if demand is not None:
            yield replace(demand, told=f"{demand.told}, whose index is invalid")
    for check in limits.domain_checks.values():
        for found in () if check.is_validated else scope.of_domain(check):
            yield replace(found, told=f"{found.told}, which is NOT VALID")
    for table in limits.tables.values():
        for column in table.columns.values():
            if column.is_required and not column.is_required_of_all:
                told = f"NOT NULL of {short_name(table.name)}.{column.name}, which is NOT VALID"
                condition = sql.SQL("{} IS NULL").format(sql.Identifier(column.name))
                question = RowsWhere(source=as_it_is(table), condition=condition)
                yield Demand(
                    kind="NOT NULL",
                    table=table.name,
                    name=column.name,
                    told=told,
                    question=question,
                )


def missing_keys(limits: Limits, declared: list[Reference]) -> Iterator[Demand]:
    """
    Yield what declared keys demand that the database does not have, as far as it has the tables.
    """
    there = {
        (one.table, one.target, frozenset(zip(one.columns, one.target_columns or (), strict=True)))
        for one in limits.conditions.values()
        if one.form == "f"
    }
    for key in declared:
        table, target = limits.table(key.table), limits.table(key.target)
        if table is None or target is None:
            continue
        numbers = {each.name: each.number for each in table.columns.values()}
        theirs = {each.name: each.number for each in target.columns.values()}
        pairs = [(numbers.get(own), theirs.get(other)) for own, other in key.columns]
        if (
            any(None in pair for pair in pairs)
            or (table.oid, target.oid, frozenset(pairs)) in there
        ):
            continue
        name = ", ".join(own for own, _ in key.columns)
        where = f"{short_name(table.name)}.{name}"
        yield Demand(
            kind="FOREIGN KEY",
            table=table.name,
            name=name,
            told=f"FOREIGN KEY {where} to {short_name(target.name)}, which the models declare and "
            "the database has not",
            question=Orphans(source=as_it_is(table), parents=as_it_is(target), columns=key.columns),
        )


def _looseness(one: Condition) -> str:
    if not one.is_enforced:
        return "NOT ENFORCED"
    if not one.is_validated:
        return "NOT VALID"
    return "kept by triggers that are disabled" if one.is_disabled else ""
