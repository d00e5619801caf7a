"""
Turn constraints into questions, and tell which of them a statement has brought.

A constraint is new by its OID, or because rows that were there before it have now been looked at.
One that the server made anew since a column has another type is asked again; one that it made anew
for another reason is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from psycopg import sql

from schemaproof.catalog import QualifiedName, quote_identifier, short_name
from schemaproof.preflight.demand import Demand, Question
from schemaproof.preflight.limits import Condition, DomainCheck, Key, Limits, Table
from schemaproof.preflight.questions import Duplicates, Orphans, Overlaps, RowsWhere
from schemaproof.preflight.source import Source

KINDS = {"c": "CHECK", "f": "FOREIGN KEY", "x": "EXCLUDE"}
Changed = set[tuple[int, int]]  # columns that have another type, by their table's OID and number


@dataclass(frozen=True, kw_only=True)
class Scope:
    """
    In which tables constraints are asked of the rows.

    Attributes:
        limits: What is demanded.
        source: From where the rows of a table are read; None if it has none yet.
        called: What a table is called in the database that is asked.
    """

    limits: Limits
    source: Callable[[Table], Source | None]
    called: Callable[[Table], QualifiedName]

    def of_condition(self, one: Condition) -> Demand | None:
        """
        Return a constraint as a demand; None if its table has no rows yet.
        """
        table = self.limits.tables[one.table]
        source = self.source(table)
        if source is None:
            return None
        where = f"{short_name(self.called(table))}.{one.name}"
        target = self.limits.tables.get(one.target or 0)
        question = None if one.is_temporal else self._question(one, table, source, target)
        is_there = target is not None and self.source(target) is not None
        return Demand(
            kind=KINDS[one.form],
            table=self.called(table),
            name=one.name,
            told=f"{KINDS[one.form]} {where}",
            question=question,
            why_not="what it demands of periods is not asked here" if one.is_temporal else "",
            columns=frozenset(one.columns),
            target=self.called(target) if target is not None and is_there else None,
        )

    def _question(
        self, one: Condition, table: Table, source: Source, target: Table | None
    ) -> Question:
        if one.form == "c":
            condition = sql.SQL("({}) IS FALSE").format(sql.SQL(one.expression or "true"))
            return RowsWhere(source=source, condition=condition)
        if one.form == "x":
            key = self.limits.keys[one.backing]
            return Overlaps(
                source=source,
                keys=tuple(key.keys or ()),
                operators=tuple(one.operators),
                predicate=key.predicate,
            )
        assert target is not None  # noqa: S101 - a foreign key has one
        theirs = target.names(tuple(one.target_columns or ()))
        return Orphans(
            source=source,
            parents=self.source(target),
            columns=tuple(zip(table.names(tuple(one.columns)), theirs, strict=True)),
            is_full=one.is_full,
        )

    def of_key(self, key: Key) -> Demand | None:
        """
        Return a unique index as a demand; None if its table has no rows yet.
        """
        table = self.limits.tables[key.table]
        source = self.source(table)
        if source is None:
            return None
        name = key.constraint or key.name
        kind = "constraint" if key.constraint else "index"
        return Demand(
            kind="UNIQUE",
            table=self.called(table),
            name=name,
            told=f"UNIQUE {kind} {short_name(self.called(table))}.{name}",
            question=Duplicates(
                source=source,
                keys=tuple(key.keys or ()),
                predicate=key.predicate,
                nulls_not_distinct=key.nulls_not_distinct,
            ),
            columns=frozenset() if 0 in key.columns or key.predicate else frozenset(key.columns),
        )

    def of_domain(self, one: DomainCheck) -> Iterator[Demand]:
        """
        Yield a domain's check as demands of the columns that have it.
        """
        for table in self.limits.tables.values():
            source = None if table.is_partition else self.source(table)
            for column in table.columns.values():
                if source is None or column.type_oid != one.domain:
                    continue
                called = short_name(self.called(table))
                # In the domain's words VALUE is the value, and here a column of that name.
                condition = sql.SQL(
                    "(SELECT ({}) IS FALSE FROM (SELECT {} AS value) AS it)"
                ).format(
                    sql.SQL(one.condition),
                    sql.Identifier(table.name.name, column.name),
                )
                yield Demand(
                    kind="CHECK",
                    table=self.called(table),
                    name=column.name,
                    told=f"CHECK {quote_identifier(one.name)} of domain {one.type_name} in "
                    f"{called}.{column.name}",
                    question=RowsWhere(source=source, condition=condition),
                    columns=frozenset({column.number}),
                )


def brought(scope: Scope, before: Limits, changed: Changed) -> Iterator[Demand]:
    """
    Yield what a statement has brought.

    Args:
        scope: What is demanded after it.
        before: What was demanded before it.
        changed: The columns whose type it has changed.
    """
    after = scope.limits
    known = {(one.table, one.name) for one in before.conditions.values() if one.is_validated}
    for one in after.conditions.values():
        is_known = (one.table, one.name) in known
        if (
            one.is_validated
            and one.is_enforced
            and _is_new(one, before.conditions.get(one.oid), one.columns, is_known, changed)
        ):
            demand = scope.of_condition(one)
            if demand is not None:
                yield demand
    keys = {(key.table, key.name) for key in before.keys.values() if key.is_valid}
    for key in after.keys.values():
        is_known = (key.table, key.name) in keys
        # An EXCLUDE has an index too, which is not unique.
        if key.is_unique and key.is_valid and _is_new_key(key, before, is_known, changed):
            demand = scope.of_key(key)
            if demand is not None:
                yield demand
    for check in after.domain_checks.values():
        earlier = before.domain_checks.get(check.oid)
        if check.is_validated and not (earlier and earlier.is_validated):
            yield from scope.of_domain(check)


def _is_new(
    one: Condition, earlier: Condition | None, columns: list[int], is_known: bool, changed: Changed
) -> bool:
    if earlier is not None:
        return not (earlier.is_validated and earlier.is_enforced)
    return not is_known or any((one.table, column) in changed for column in columns)


def _is_new_key(key: Key, before: Limits, is_known: bool, changed: Changed) -> bool:
    earlier = before.keys.get(key.oid)
    if earlier is not None and earlier.is_valid and earlier.is_unique:
        return any((key.table, column) in changed for column in key.columns)
    return not is_known or any((key.table, column) in changed for column in key.columns)
