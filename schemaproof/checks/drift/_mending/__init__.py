"""
Write the ``op.…`` calls that would give the migrations what the models have.

The models' side comes from the catalogue too, so what is written is what PostgreSQL made of them.
Where Alembic has an operation of its own it is used, else ``op.execute()`` with the server's own
definition.

Source: https://alembic.sqlalchemy.org/en/latest/ops.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

from schemaproof.catalog import (
    Catalog,
    CatalogObject,
    Column,
    Constraint,
    DefaultPrivileges,
    Difference,
    EnumType,
    Extension,
    Index,
    Schema,
    Table,
    View,
    facet_of,
    quote_identifier,
)  # fmt: skip
from schemaproof.checks.drift._mending import (
    columns,
    relations,
    routines,
    surroundings,
    tables,
    types,
)
from schemaproof.checks.drift._mending.access import regrant, regrant_columns, regrant_defaults
from schemaproof.checks.drift._mending.calls import execute, in_schema, literal, source
from schemaproof.checks.drift._mending.enums import relabel
from schemaproof.checks.drift._mending.references import reference
from schemaproof.checks.drift._mending.statements import change, make

# Imported for what they register.
KINDS = (relations, routines, surroundings, types)

# What an object has that was just made and nothing else was said of it.
BARE: dict[str, Any] = {
    "privileges": None,
    "comment": None,
    "enabled": "origin",
    "statistics_target": None,
    "statistics_targets": (),
    "is_clustered": False,
    "is_replica_identity": False,
    "storage": None,
    "compression": None,
    "options": (),
    "persistence": "permanent",
    "attribute_comments": (),
    "check_comments": (),
    "column_comments": (),
    "column_privileges": (),
    "column_defaults": (),
}
# Of these CREATE says it already.
SAID = {Index: ("options",), View: ("options",), Extension: ("comment",)}


Objects = Mapping[tuple[str, str], CatalogObject]


@dataclass(frozen=True, kw_only=True)
class Mending:
    """
    What ends the differences between two catalogues.

    Attributes:
        declared: What the models make.
        migrated: What the migrations make.
    """

    declared: Catalog
    migrated: Catalog

    def calls(self, one: Difference) -> Iterator[str]:
        """
        Yield the calls that end one difference; none where none is known.
        """
        name = (one.kind, one.identity)
        is_lone = one.facet is None
        ours = None if is_lone and one.left is None else self._ours.get(name)
        theirs = self._theirs.get(name) if ours is None else self._theirs_by_key.get(ours.key)
        if isinstance(ours or theirs, DefaultPrivileges):
            # Both are, if both are there.
            yield from map(execute, regrant_defaults(ours, theirs))  # type: ignore[arg-type]
        elif one.facet is not None and ours is not None and theirs is not None:
            yield from self._change(one.facet, ours, theirs)
        elif ours is not None:
            yield from self._make(ours)
        elif theirs is not None:
            yield self._drop(theirs)
            yield from self._uncovered(theirs)

    @cached_property
    def _ours(self) -> Objects:
        return {(each.kind, each.identity): each for each in self.declared}

    @cached_property
    def _theirs(self) -> Objects:
        return {(each.kind, each.identity): each for each in self.migrated}

    @cached_property
    def _theirs_by_key(self) -> Objects:
        return {each.key: each for each in self.migrated}

    def _make(self, it: CatalogObject) -> Iterator[str]:
        match it:
            case Table():
                yield f"op.create_table({source(it.name)}, …{in_schema(it.schema)})"
                return
            case Column():
                yield from columns.add_column(it, self.declared)
            case Constraint():
                # A unique index is no constraint, but it has the name.
                yield from map(tables.drop_index, _loose(self.migrated, it))
                yield from tables.add_constraint(it)
            case Index():
                yield execute(tables.make_index(it))
            case _:
                yield from map(execute, make(it))
        yield from self._dress(it)

    def _drop(self, it: CatalogObject) -> str:
        match it:
            case Table():
                return f"op.drop_table({source(it.name)}{in_schema(it.schema)})"
            case Column():
                place = in_schema(it.table.schema)
                return f"op.drop_column({source(it.table.name)}, {source(it.name)}{place})"
            case Constraint():
                return tables.drop_constraint(it)
            case Index():
                return tables.drop_index(it)
            case Schema() if any(each.namespace == it.name for each in self.migrated):
                return execute(f"DROP {reference(it)} CASCADE")
        return execute(f"DROP {reference(it)}")

    def _uncovered(self, it: CatalogObject) -> Iterator[str]:
        # With a constraint goes its index; the models may have one of the name.
        if isinstance(it, Constraint):
            for index in _loose(self.declared, it):
                yield from self._make(index)

    def _dress(self, it: CatalogObject) -> Iterator[str]:
        said = SAID.get(type(it), ())
        names = {each.name for each in fields(it)}
        bare: CatalogObject = replace(
            it, **{name: value for name, value in BARE.items() if name in names}
        )
        for name in BARE:
            is_said = name in said or (name == "options" and not isinstance(it, Column))
            if name in names and not is_said and getattr(it, name) != getattr(bare, name):
                yield from self._change(facet_of(name), it, bare)
        if isinstance(it, View):
            for index in self.declared.indexes_of(it.qualified_name):
                yield from self._make(index)

    def _change(self, facet: str, ours: CatalogObject, theirs: CatalogObject) -> Iterator[str]:
        match ours, theirs:
            case _ if facet == "privileges":
                yield from map(execute, regrant(ours, theirs))
            case View(), View() if facet == "column privileges":
                yield from map(execute, regrant_columns(ours, theirs))
            case _ if facet == "owner":
                yield from _give(ours)
            case Table(), Table() if facet == "comment" and ours.form != "foreign":
                yield _table_comment(ours)
            case Column(), Column():
                yield from columns.alter_column(facet, ours, theirs, self.declared)
            case _ if facet == "comment":
                text = literal(getattr(ours, "comment", None))
                yield execute(f"COMMENT ON {reference(ours)} IS {text}")
            case Table(), Table():
                yield from map(execute, tables.alter_table(facet, ours, theirs, self.declared))
            case Constraint(), Constraint():
                yield from self._remade(ours, tables.alter_constraint(facet, ours, theirs))
            case Index(), Index():
                yield from self._remade(ours, tables.alter_index(facet, ours, theirs))
            case EnumType(), EnumType() if facet == "labels":
                yield from map(execute, relabel(ours, theirs, self.migrated))
            case _:
                yield from self._remade(ours, map(execute, change(ours, theirs, facet)))

    def _remade(self, it: CatalogObject, calls: Iterator[str]) -> Iterator[str]:
        # What is dropped and made anew has lost its comment and the like.
        given = [*calls]
        yield from given
        if any(call.startswith(("op.drop_", 'op.execute("DROP ')) for call in given):
            yield from self._dress(it)


def _loose(catalog: Catalog, constraint: Constraint) -> list[Index]:
    indexes = catalog.indexes_of(constraint.table)
    return [each for each in indexes if each.name == constraint.name and each.constraint is None]


def _give(it: CatalogObject) -> Iterator[str]:
    # An extension stays with who made it.
    if not isinstance(it, Extension):
        owner = quote_identifier(getattr(it, "owner", ""))
        yield execute(f"ALTER {reference(it)} OWNER TO {owner}")


def _table_comment(table: Table) -> str:
    place = in_schema(table.schema)
    if table.comment is None:
        return f"op.drop_table_comment({source(table.name)}{place})"
    return f"op.create_table_comment({source(table.name)}, {source(table.comment)}{place})"
