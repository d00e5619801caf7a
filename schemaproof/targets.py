"""
Name what checks may ask for: the objects that claims are made about, and the parts of the whole.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy.orm import RelationshipProperty

from schemaproof.alignment import Alignment, Role
from schemaproof.catalog import Catalog, ForeignKey, Index, QualifiedName, short_name
from schemaproof.configuration import Invariant, Waiver
from schemaproof.history import Revision, version_tables
from schemaproof.loading import ModelsBroken
from schemaproof.preflight import PendingRevision
from schemaproof.promises import (
    check_constraints,
    data_types,
    exclusions,
    required_columns,
    triggers,
    unique_keys,
)
from schemaproof.subject import Subject
from schemaproof.trials.release import Ran
from schemaproof.workload import Query

# Checks speak of a table as the names of their claims do.
__all__ = [
    "LIVE",
    "LIVE_TARGETS",
    "PARTS",
    "STAGING",
    "TARGETS",
    "foreign_key_name",
    "is_missing",
    "short_name",
    "targets",
]


def targets(subject: Subject, kind: str) -> dict[str, Any]:
    """
    Return the objects of one kind that claims are made about, by the names they go by.
    """
    return TARGETS[kind](subject)


def foreign_key_name(key: ForeignKey) -> str:
    """
    Return how people speak of a key: ``projects.user_id``, ``lines.(order_id, number)``.
    """
    columns = key.columns[0] if len(key.columns) == 1 else f"({', '.join(key.columns)})"
    return f"{short_name(key.table)}.{columns}"


def _foreign_keys(subject: Subject) -> dict[str, ForeignKey]:
    named: dict[str, ForeignKey] = {}
    # A partition keeps the keys of its table, and what it promises is promised there.
    own = [key for key in subject.catalog.foreign_keys if not key.is_inherited]
    for key in (*own, *_only_declared(subject)):
        name = foreign_key_name(key)
        # Two keys on one column are rare, and then only their own names tell them apart.
        named[name if name not in named else f"{name}:{key.name}"] = key
    return named


def _only_declared(subject: Subject) -> Iterator[ForeignKey]:
    # What a live database lacks is told by its stamp, and may be on its way.
    if subject.is_live:
        return
    # A key that the models promise and no migration makes is a promise all the same.
    with contextlib.suppress(ModelsBroken):
        own = [key for key in subject.declared.foreign_keys if not key.is_inherited]
        missing = [key for key in own if is_missing(key, subject.catalog)]
        ends = {name for key in missing for name in (key.table, key.target)}
        others = subject.scope.tables_left_out(sorted(ends)) if ends else set()
        # What is left to others they may have made, or not.
        yield from (key for key in missing if others.isdisjoint({key.table, key.target}))


def is_missing(key: ForeignKey, catalog: Catalog) -> bool:
    """
    Tell whether the catalogue has no key on the same columns to the same table.
    """
    return all(
        (other.columns, other.target) != (key.columns, key.target)
        for other in catalog.foreign_keys_of(key.table)
    )


def _parent_tables(subject: Subject) -> dict[str, QualifiedName]:
    tables = {key.target for key in subject.catalog.foreign_keys}
    return {short_name(table): table for table in sorted(tables, key=str)}


def _indexes(subject: Subject) -> dict[str, Index]:
    hidden = version_tables(subject.catalog)
    return {
        short_name(QualifiedName(index.schema, index.name)): index
        for index in subject.catalog.indexes
        if index.table not in hidden
    }


def _revisions(subject: Subject) -> dict[str, Revision]:
    return {revision.id: revision for revision in subject.history.revisions}


def _reversible(subject: Subject) -> dict[str, Revision]:
    irreversible = subject.history.irreversible
    return {name: one for name, one in _revisions(subject).items() if name not in irreversible}


def _undeployed(subject: Subject) -> dict[str, Revision]:
    deployed = subject.history.deployed
    return {name: one for name, one in _revisions(subject).items() if name not in deployed}


def _relationships(subject: Subject) -> dict[str, RelationshipProperty[Any]]:
    return {
        f"{mapper.class_.__name__}.{relationship.key}": relationship
        for mapper in subject.mappers
        for relationship in sorted(mapper.relationships, key=lambda found: found.key)
        # A subclass repeats what it inherits.
        if relationship.parent is mapper
    }


def _alignments(subject: Subject, *roles: Role) -> dict[str, Alignment]:
    return {name: one for name, one in subject.alignments.items() if not roles or one.role in roles}


def _creating(subject: Subject) -> dict[str, Alignment]:
    return _alignments(subject, "create")


def _updating(subject: Subject) -> dict[str, Alignment]:
    return _alignments(subject, "update")


def _writing(subject: Subject) -> dict[str, Alignment]:
    return _alignments(subject, "create", "update")


def _responding(subject: Subject) -> dict[str, Alignment]:
    return _alignments(subject, "response")


def _previous(subject: Subject) -> dict[str, Ran]:
    return subject.previous


def _queries(subject: Subject) -> dict[str, Query]:
    return {query.name: query for query in subject.workload.queries}


def _reading(subject: Subject) -> dict[str, Query]:
    return {name: query for name, query in _queries(subject).items() if query.only_reads}


def _relying(subject: Subject) -> dict[str, Query]:
    return {name: query for name, query in _queries(subject).items() if query.index is not None}


def _dispensable(subject: Subject) -> dict[str, Index]:
    # Whether somebody needs an index can only be said where queries are registered.
    if not subject.workload.queries:
        return {}
    return {
        name: index
        for name, index in _indexes(subject).items()
        if not (index.is_unique or index.constraint or index.is_inherited)
    }


def _baseline(subject: Subject) -> dict[str, Path]:
    file = subject.project.plans_baseline
    return {} if file is None else {file.name: file}


def _pending(subject: Any) -> dict[str, PendingRevision]:
    # Only one on a live database has some.
    return {one.revision.id: one for one in subject.pending}


def _invariants(subject: Subject) -> dict[str, Invariant]:
    return {one.name: one for one in subject.project.invariants}


def _waivers(subject: Subject) -> dict[str, Waiver]:
    return {f"{waiver.check} {waiver.where}": waiver for waiver in subject.project.waivers}


# What a check may ask for by a parameter's name: one object for each claim, or a part of the whole.
TARGETS: dict[str, Callable[[Subject], dict[str, Any]]] = {
    "check_constraint": check_constraints,
    "data_type": data_types,
    "dispensable": _dispensable,
    "exclusion": exclusions,
    "alignment": _alignments,
    "baseline": _baseline,
    "creating": _creating,
    "foreign_key": _foreign_keys,
    "index": _indexes,
    "invariant": _invariants,
    "not_null": required_columns,
    "parent_table": _parent_tables,
    "pending": _pending,
    "previous": _previous,
    "query": _queries,
    "reading": _reading,
    "relying": _relying,
    "relationship": _relationships,
    "responding": _responding,
    "reversible": _reversible,
    "revision": _revisions,
    "trigger": triggers,
    "undeployed": _undeployed,
    "unique": unique_keys,
    "updating": _updating,
    "waiver": _waivers,
    "writing": _writing,
}
# What only a living database has, and what else can be told of one.
STAGING = frozenset({"access", "data", "live_plans", "stamp", "vitals"})
PARTS = STAGING | frozenset(
    {
        "catalog",
        "crashes",
        "created",
        "databases",
        "declared",
        "exchange",
        "faults",
        "history",
        "known_mappers",
        "lint",
        "lock_waits",
        "loaded",
        "locks",
        "mappers",
        "migrated",
        "offers",
        "planning",
        "project",
        "rollbacks",
        "round_trips",
        "scope",
        "seeding",
        "shapes",
        "stalls",
        "today",
        "violations_of",
        "workload",
    }
)
LIVE = STAGING | frozenset({"catalog", "known_mappers", "project", "scope", "today", "workload"})
LIVE_TARGETS = frozenset(
    {"foreign_key", "index", "invariant", "pending", "reading", "responding", "trigger"}
)
