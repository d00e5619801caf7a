"""
Take one snapshot after another of one database, each at the price of what changed.

A whole snapshot costs PostgreSQL a good part of a millisecond for every table, too much to be paid
after each step of a long history. So a cheap statement first asks which relations have new rows in
the catalogue, and only they are read again. The records of one relation speak of others by name:
where a name may have changed, or anything that belongs to no relation, all is read.

Source: https://www.postgresql.org/docs/current/ddl-system-columns.html
"""

from __future__ import annotations

import json

from schemaproof.catalog.merging import kinds_of, may_be_renamed, merged
from schemaproof.catalog.model import Catalog
from schemaproof.catalog.names import QualifiedName
from schemaproof.catalog.snapshot import AnyConnection, Ask, asking, read
from schemaproof.catalog.stamps import NO_RELATION, Lines, Stamps

COMPOSITE = "c"  # pg_class.relkind


class Follower:
    """
    What one database contained when it was last looked at.
    """

    def __init__(self) -> None:
        self._catalog: Catalog | None = None
        self._stamps = Stamps()
        # Kind, schema and name of each relation, by its OID.
        self._names: dict[str, tuple[str, str, str]] = {}
        self._schemas: dict[str, str] = {}
        self._composites: set[str] = set()
        self._table_of_index: dict[str, str] = {}

    def snapshot(self, connection: AnyConnection) -> Catalog:
        """
        Read what the database contains now; the connection may be another than the last time.
        """
        ask = asking(connection)
        gone, come = self._stamps.look(ask)
        before = self._catalog
        if before is not None and not gone and not come:
            return before
        # Should the reading fail, all is read the next time.
        self._catalog = None
        self._catalog = self._read(ask, before, gone, come)
        return self._catalog

    def forked(self) -> Follower:
        """
        Return one that has seen the same and goes its own way from here.
        """
        other = Follower()
        other._catalog, other._stamps = self._catalog, self._stamps.forked()
        other._names, other._schemas = {**self._names}, {**self._schemas}
        other._composites = {*self._composites}
        other._table_of_index = {**self._table_of_index}
        return other

    def _read(self, ask: Ask, before: Catalog | None, gone: Lines, come: Lines) -> Catalog:
        renamed = gone["name"].keys() & come["name"].keys()
        dropped = {self._name(oid) for oid in gone["name"]}
        changed = {*gone["stamp"], *come["stamp"]}
        owners = {self._table_of_index.get(oid, oid) for oid in changed}
        self._learn(gone, come)
        owners |= {self._table_of_index.get(oid, oid) for oid in changed}
        if before is None or renamed or changed & {NO_RELATION, *self._composites}:
            return read(ask)
        there = [oid for oid in owners if oid in self._names]
        if not there:
            return merged(before, dropped, None)
        kinds = kinds_of({self._names[oid][0] for oid in there})
        fresh = read(ask, [*map(int, there)], kinds)
        known = {*map(self._name, there)}
        if any(may_be_renamed(before, fresh, name) for name in known):
            return read(ask)
        return merged(before, dropped | known, fresh)

    def _name(self, oid: str) -> QualifiedName:
        _, schema, name = self._names[oid]
        return QualifiedName(self._schemas[schema], name)

    def _learn(self, gone: Lines, come: Lines) -> None:
        for oid in gone["name"]:
            del self._names[oid]
        for oid, (name,) in come["schema"].items():
            self._schemas[oid] = json.loads(name)
        for oid, (kind, schema, name) in come["name"].items():
            self._names[oid] = (kind, schema, json.loads(name))
            if kind == COMPOSITE:
                self._composites.add(oid)
        for oid, (table,) in come["index"].items():
            self._table_of_index[oid] = table
