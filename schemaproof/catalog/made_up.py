"""
Compare by what they are the objects whose names PostgreSQL made up.

Whoever gives no name to a constraint gets one that depends on what the table was called at the
time and on which names were taken. It is nobody's promise, so an object of the left side that has
such a name takes the name of its equal on the right side before the two are compared; one that has
no equal, of what comes nearest.

Source: ChooseRelationName() and makeObjectName() in src/backend/commands/indexcmds.c
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import fields, replace
from typing import Any

from schemaproof.catalog.constraints import Constraint, ForeignKey
from schemaproof.catalog.datatypes import Domain
from schemaproof.catalog.indexes import Index, Statistics
from schemaproof.catalog.model import Catalog
from schemaproof.catalog.names import QualifiedName, quote_identifier
from schemaproof.catalog.relations import Sequence
from schemaproof.catalog.tables import Column

#: A name that somebody gave: the table that it is used on, and the name itself.
GivenName = tuple[QualifiedName, str]

_Named = Constraint | Index | Statistics
_Signature = Callable[[Any], object]

# The words that PostgreSQL ends the names with that it makes up; a number follows if one is taken.
_MADE_UP = re.compile(r"_(?:pkey|key|fkey|check|excl|idx|seq|stat)\d*\Z")
_NAME = re.compile(r'(?:"(?:[^"]|"")*"|\S+) ')
# Two long names share the 63 bytes of an identifier: no less than this is left of the table's.
_BYTES_KEPT = 25


def with_names_of(right: Catalog, left: Catalog, *, given: Collection[GivenName]) -> Catalog:
    """
    Return the left catalogue, with the right one's names where PostgreSQL made up its own.

    Args:
        right: Whose names to take.
        left: The catalogue whose made-up names are nobody's promise.
        given: The names on the left side that somebody gave.
    """
    names = frozenset(given)
    constraints = _paired(left.constraints, right.constraints, names)
    backing = {
        (each.table, each.name): constraints[id(each)]
        for each in left.constraints
        if id(each) in constraints
    }
    loose = [each for each in left.indexes if each.constraint is None]
    indexes = _paired(loose, [each for each in right.indexes if each.constraint is None], names)
    statistics = _paired(left.statistics, right.statistics, names)
    for each in left.indexes:
        if each.constraint and (each.table, each.constraint) in backing:
            indexes[id(each)] = backing[each.table, each.constraint]
    sequences, columns = _serials(left, right, names)
    return replace(
        left,
        constraints=tuple(_renamed(each, constraints) for each in left.constraints),
        indexes=tuple(_renamed(each, indexes) for each in left.indexes),
        statistics=tuple(_renamed(each, statistics) for each in left.statistics),
        sequences=tuple(sequences.get(each.key, each) for each in left.sequences),
        columns=tuple(columns.get(each.key, each) for each in left.columns),
        domains=tuple(_domains(left.domains, right.domains)),
    )


def _is_made_up(name: str, table: QualifiedName, given: frozenset[GivenName]) -> bool:
    if (table, name) in given or not _MADE_UP.search(name):
        return False
    return name.encode().startswith(table.name.encode()[:_BYTES_KEPT])


def _paired(
    left: Iterable[_Named], right: Iterable[_Named], given: frozenset[GivenName]
) -> dict[int, str]:
    theirs = defaultdict(list)
    for each in right:
        if (each.table, each.name) not in given and not getattr(each, "is_inherited", False):
            theirs[each.kind, each.table].append(each)
    ours = defaultdict(list)
    for each in left:
        made_up = _is_made_up(each.name, each.table, given)
        if made_up and not getattr(each, "is_inherited", False):
            ours[each.kind, each.table].append(each)
    chosen: dict[int, str] = {}
    for home, waiting in ours.items():
        _pair(waiting, theirs[home], chosen)
    return chosen


def _pair(waiting: list[_Named], free: list[_Named], chosen: dict[int, str]) -> None:
    steps: tuple[_Signature, ...] = (
        lambda it: (it.name, _signature(it)),
        _signature,
        lambda it: it.name,
        _gist,
    )
    for step in steps:
        for one in [*waiting]:
            match = next((other for other in free if step(other) == step(one)), None)
            if match is not None:
                waiting.remove(one)
                free.remove(match)
                chosen[id(one)] = match.name
    taken = {*chosen.values()}
    for one in waiting:
        # Its name is needed for another; any other is as good.
        if one.name in taken:
            chosen[id(one)] = next(
                name for n in range(1, 10**6) if (name := f"{one.name}{n}") not in taken
            )
            taken.add(chosen[id(one)])


def _signature(named: _Named) -> object:
    # What it is, its name apart.
    facets = [
        getattr(named, each.name)
        for each in fields(named)
        if each.metadata.get("compared", True) and each.name not in ("definition", "constraint")
    ]
    return (*facets, named.definition.replace(quote_identifier(named.name), "", 1))


def _gist(named: _Named) -> object:
    # What it is about, however it is about it.
    if isinstance(named, ForeignKey):
        return ({*zip(named.columns, named.target_columns, strict=True)}, named.target)
    if isinstance(named, Constraint):
        return ({*named.columns}, named.expression)
    return named.keys if isinstance(named, Index) else None


def _renamed(named: Any, chosen: Mapping[int, str]) -> Any:
    name = chosen.get(id(named), named.name)
    if name == named.name:
        return named
    changes: dict[str, Any] = {"name": name}
    if not isinstance(named, Constraint):
        old, new = quote_identifier(named.name), quote_identifier(name)
        changes["definition"] = named.definition.replace(old, new, 1)
    if isinstance(named, Index) and named.constraint is not None:
        changes["constraint"] = name
    return replace(named, **changes)


def _serials(
    left: Catalog, right: Catalog, given: frozenset[GivenName]
) -> tuple[dict[tuple[str, str], Sequence], dict[tuple[str, str], Column]]:
    # A serial column's sequence keeps the name that the table and the column once had.
    theirs = {each.owned_by: each for each in right.sequences if each.owned_by}
    ours = {column.key: column for column in left.columns}
    sequences, columns = {}, {}
    for sequence in left.sequences:
        other = theirs.get(sequence.owned_by or "")
        column = ours.get(("column", str(sequence.owned_by)))
        if (
            other is None
            or column is None
            or sequence.is_identity
            or other.is_identity
            or column.default != _next_of(sequence)
            or not _is_made_up(sequence.name, column.table, given)
        ):
            continue
        sequences[sequence.key] = replace(sequence, schema=other.schema, name=other.name)
        columns[column.key] = replace(column, default=_next_of(other))
    return sequences, columns


def _next_of(sequence: Sequence) -> str:
    literal = sequence.identity.replace("'", "''")
    return f"nextval('{literal}'::regclass)"


def _domains(left: Iterable[Domain], right: Iterable[Domain]) -> Iterator[Domain]:
    theirs = {each.qualified_name: each.checks for each in right}
    for domain in left:
        other = theirs.get(domain.qualified_name, ())
        free = {_demand(check): check for check in other if check not in domain.checks}
        checks = (
            free.get(_demand(check), check) if _is_made_up_for(domain, check) else check
            for check in domain.checks
        )
        yield replace(domain, checks=tuple(sorted(checks)))


def _demand(check: str) -> str:
    found = _NAME.match(check)
    return check[found.end() :] if found else check


def _is_made_up_for(domain: Domain, check: str) -> bool:
    found = _NAME.match(check)
    name = found.group(0).strip() if found else ""
    return bool(_MADE_UP.search(name.strip('"'))) and name.strip('"').startswith(domain.name)
