"""
Tell of each table: columns, keys, indexes, constraints, and what was seen of each of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemaproof.catalog import (
    Catalog,
    CatalogObject,
    Column,
    Constraint,
    ForeignKey,
    Index,
    QualifiedName,
    Table,
    Trigger,
    short_name,
)  # fmt: skip
from schemaproof.report.html.anchors import anchor
from schemaproof.report.html.evidence import Evidence, Said, said
from schemaproof.report.html.section import Section, Thing
from schemaproof.report.report import NotCovered

# What stands in a table's section beside what the catalogue holds of it.
OTHERS = ("relationship", "schema class", "table")


class Tables:
    """
    Tells of tables.

    Args:
        catalog: What the database contains.
        evidence: What was said.
        not_covered: What was not.
    """

    def __init__(
        self, catalog: Catalog, evidence: Evidence, not_covered: Iterable[NotCovered]
    ) -> None:
        self._catalog, self._evidence = catalog, evidence
        self._not_covered: dict[str, list[NotCovered]] = {}
        named = {self._named(table): table for table in catalog.tables}
        for one in not_covered:
            home = one.where if one.where in named else one.where.rpartition(".")[0]
            self._not_covered.setdefault(home, []).append(one)

    def section(self, table: Table) -> Section:
        """
        Return what is to be told of one table.
        """
        name = table.qualified_name
        about = self._evidence.about(name)
        catalog = self._catalog
        parts = {
            "Columns": self._columns(name),
            "Foreign keys": map(self._key, catalog.foreign_keys_of(name)),
            "Referred to by": map(self._incoming, catalog.foreign_keys_to(name)),
            "Indexes": map(self._index, catalog.indexes_of(name)),
            "Constraints": self._constraints(name),
            "Triggers": map(self._trigger, catalog.triggers_of(name)),
            "Models and schemas": self._others(name),
        }
        return Section(
            anchor=anchor("table", short_name(name)),
            name=short_name(name),
            comment=table.comment,
            status=self._evidence.status_of(name),
            claims=sum(map(len, about.values())),
            parts=tuple((head, told) for head, part in parts.items() if (told := (*part,))),
            not_covered=tuple(self._not_covered.get(self._named(table), ())),
        )

    def _named(self, each: CatalogObject) -> str:
        # As coverage names it.
        return each.identity.removeprefix("public.")

    def _said(self, each: CatalogObject) -> tuple[Said, ...]:
        return self._evidence.of(*each.key)

    def _columns(self, table: QualifiedName) -> Iterator[Thing]:
        primary = self._catalog.primary_key_of(table)
        foreign = {name for key in self._catalog.foreign_keys_of(table) for name in key.columns}
        for column in self._catalog.columns_of(table):
            marks = ("primary key",) * (column.name in primary)
            marks += ("foreign key",) * (column.name in foreign)
            yield self._column(column, marks)

    def _column(self, column: Column, marks: tuple[str, ...]) -> Thing:
        return Thing(
            name=column.name,
            definition=column.summary,
            notes=marks,
            comment=column.comment,
            said=self._said(column),
        )

    def _key(self, key: ForeignKey) -> Thing:
        update = () if key.on_update == "NO ACTION" else (f"ON UPDATE {key.on_update}",)
        return Thing(
            name=", ".join(key.columns),
            definition=", ".join(key.target_columns),
            notes=(f"ON DELETE {key.on_delete}", *update, *_states(key)),
            comment=key.comment,
            said=self._said(key),
            evidence=self._evidence.of_key(key),
            other=(short_name(key.target), anchor("table", short_name(key.target))),
        )

    def _incoming(self, key: ForeignKey) -> Thing:
        return Thing(
            name=", ".join(key.columns),
            notes=(f"ON DELETE {key.on_delete}",),
            evidence=self._evidence.of_key(key),
            other=(short_name(key.table), anchor("table", short_name(key.table))),
        )

    def _index(self, index: Index) -> Thing:
        keys = ", ".join(map(str, index.keys))
        words = [f"{index.method} ({keys})"]
        words += [f"INCLUDE ({', '.join(index.include)})"] if index.include else []
        words += [f"WHERE {index.predicate}"] if index.predicate else []
        return Thing(
            name=index.name,
            definition=" ".join(words),
            notes=_marks(index),
            comment=index.comment,
            said=self._said(index),
        )

    def _constraints(self, table: QualifiedName) -> Iterator[Thing]:
        behind = {index.constraint for index in self._catalog.indexes_of(table)}
        for constraint in self._catalog.constraints_of(table):
            # What an index stands behind is told with the index.
            if not isinstance(constraint, ForeignKey) and constraint.name not in behind:
                yield Thing(
                    name=constraint.name,
                    definition=constraint.definition,
                    notes=_states(constraint),
                    comment=constraint.comment,
                    said=self._said(constraint),
                )

    def _trigger(self, trigger: Trigger) -> Thing:
        return Thing(
            name=trigger.name,
            definition=f"{trigger.timing} {' OR '.join(trigger.events)} calls {trigger.function}",
            comment=trigger.comment,
            said=self._said(trigger),
        )

    def _others(self, table: QualifiedName) -> Iterator[Thing]:
        for (kind, identity), proofs in self._evidence.about(table).items():
            if kind in OTHERS:
                name = short_name(table) if kind == "table" else identity
                yield Thing(name=name, notes=(kind,), said=tuple(map(said, proofs)))


def _marks(index: Index) -> tuple[str, ...]:
    marks = ("primary key",) if index.is_primary else ("unique",) if index.is_unique else ()
    return marks if index.is_valid else (*marks, "invalid")


def _states(constraint: Constraint) -> tuple[str, ...]:
    marks = {
        "NOT VALID": not constraint.is_validated,
        "DEFERRABLE": constraint.is_deferrable,
        "NOT ENFORCED": not constraint.is_enforced,
    }
    return tuple(mark for mark, is_so in marks.items() if is_so)
