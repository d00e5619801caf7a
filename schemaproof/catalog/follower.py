"""
Take one snapshot after another of one database, each at the price of what changed.

A whole snapshot costs PostgreSQL a good part of a millisecond for every table, too much to be paid
after each step of a long history. So a cheap statement first asks which relations have new rows in
the catalogue, and only they are read again. The records of one relation speak of others by name:
where a name may have changed, or anything that belongs to no relation, all is read.

Source: https://www.postgresql.org/docs/current/ddl-system-columns.html
"""

from __future__ import annotations

import bisect
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import Any

from schemaproof.catalog.model import Catalog
from schemaproof.catalog.names import QualifiedName
from schemaproof.catalog.objects import SchemaObject
from schemaproof.catalog.relations import Sequence, View
from schemaproof.catalog.snapshot import RELATIONAL, AnyConnection, Ask, asking, read
from schemaproof.catalog.tables import Column, Table

NO_RELATION = "0"
COMPOSITE = "c"  # pg_class.relkind

# The words of each line, in groups by its first word: what it tells, and of which OID.
Lines = dict[str, dict[str, list[str]]]


class Follower:
    """
    What one database contained when it was last looked at.
    """

    def __init__(self) -> None:
        self._catalog: Catalog | None = None
        self._lines: frozenset[str] = frozenset()
        self._names: dict[str, tuple[str, str]] = {}
        self._schemas: dict[str, str] = {}
        self._composites: set[str] = set()
        self._table_of_index: dict[str, str] = {}

    def snapshot(self, connection: AnyConnection) -> Catalog:
        """
        Read what the database contains now; the connection may be another than the last time.
        """
        ask = asking(connection)
        lines = frozenset(ask(_stamps()).split("\n"))
        if self._catalog is None or lines != self._lines:
            gone, come = _grouped(self._lines - lines), _grouped(lines - self._lines)
            self._catalog = self._read(ask, gone, come)
            self._lines = lines
        return self._catalog

    def forked(self) -> Follower:
        """
        Return one that has seen the same and goes its own way from here.
        """
        other = Follower()
        other._catalog, other._lines = self._catalog, self._lines
        other._names, other._schemas = {**self._names}, {**self._schemas}
        other._composites = {*self._composites}
        other._table_of_index = {**self._table_of_index}
        return other

    def _read(self, ask: Ask, gone: Lines, come: Lines) -> Catalog:
        before, renamed = self._catalog, gone["name"].keys() & come["name"].keys()
        dropped = {self._name(oid) for oid in gone["name"]}
        changed = {*gone["stamp"], *come["stamp"]}
        owners = {self._table_of_index.get(oid, oid) for oid in changed}
        self._learn(gone, come)
        owners |= {self._table_of_index.get(oid, oid) for oid in changed}
        if before is None or renamed or changed & {NO_RELATION, *self._composites}:
            return read(ask)
        there = [int(oid) for oid in owners if oid in self._names]
        if not there:
            return _merged(before, dropped, None)
        fresh = read(ask, there)
        known = {self._name(str(oid)) for oid in there}
        if any(_may_be_renamed(before, fresh, name) for name in known):
            return read(ask)
        return _merged(before, dropped | known, fresh)

    def _name(self, oid: str) -> QualifiedName:
        schema, name = self._names[oid]
        return QualifiedName(self._schemas[schema], name)

    def _learn(self, gone: Lines, come: Lines) -> None:
        for oid in gone["name"]:
            del self._names[oid]
        for oid, (name,) in come["schema"].items():
            self._schemas[oid] = json.loads(name)
        for oid, (kind, schema, name) in come["name"].items():
            self._names[oid] = (schema, json.loads(name))
            if kind == COMPOSITE:
                self._composites.add(oid)
        for oid, (table,) in come["index"].items():
            self._table_of_index[oid] = table


def _grouped(lines: Iterable[str]) -> Lines:
    groups: Lines = defaultdict(dict)
    for line in lines:
        what, oid, *words = line.split(" ", 2)
        # A name comes last: it may have blanks.
        groups[what][oid] = words[0].split(" ", 2) if what == "name" else words
    return groups


def _may_be_renamed(before: Catalog, after: Catalog, name: QualifiedName) -> bool:
    old, new = _column_names(before, name), _column_names(after, name)
    return bool(old - new and new - old)


def _column_names(catalog: Catalog, name: QualifiedName) -> set[str]:
    views = (view for view in catalog.views if view.qualified_name == name)
    names = {column.name for column in catalog.columns_of(name)}
    return names.union(*(view.columns for view in views))


def _merged(before: Catalog, stale: set[QualifiedName], fresh: Catalog | None) -> Catalog:
    changed: dict[str, Any] = {}
    for kind in RELATIONAL:
        had = getattr(before, kind)
        kept = [each for each in had if _relation_of(each) not in stale]
        came = getattr(fresh, kind) if fresh is not None else ()
        if came or len(kept) < len(had):
            # They are in order, and of hundreds but a few come.
            for each in came:
                bisect.insort(kept, each, key=_place)
            changed[kind] = tuple(kept)
    return replace(before, **changed)


def _relation_of(record: Any) -> QualifiedName:
    if isinstance(record, (Table, View, Sequence)):
        return record.qualified_name
    name: QualifiedName = record.table
    return name


def _place(record: Any) -> tuple[str | int, ...]:
    if isinstance(record, SchemaObject):
        return (record.schema, record.name)
    return (*record.table, record.position if isinstance(record, Column) else record.name)


@cache
def _stamps() -> str:
    files = resources.files("schemaproof.catalog") / "sql"
    return (files / "_stamps.sql").read_text("utf-8")
