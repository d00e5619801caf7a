"""
Delete one row with all that hangs from it, and report tables that are scanned again and again.

A delete reaches as far as its cascades do, within one transaction, and every step looks for rows by
a foreign key. A step without an index is a nuisance where the row itself is the parent; further
down it is walked once for each row that goes, and one delete scans a table a thousand times.

Source: https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import psycopg
from sqlalchemy.orm import Mapper

from schemaproof.catalog import Catalog, ForeignKey, QualifiedName
from schemaproof.checks._locate import class_location, mapper_of
from schemaproof.checks._unmade import unmade
from schemaproof.checks.check import Evidence, Violation, Yielded, check
from schemaproof.checks.references._blast import Blast, blast
from schemaproof.checks.references._serving import serving
from schemaproof.checks.references._trial import Refusal, trial_on
from schemaproof.postgres import Database, Databases
from schemaproof.rows import NoRowFound, Shapes
from schemaproof.targets import foreign_key_name, short_name


@check("references/blast-radius", severity="warning")
def blast_radius(
    parent_table: QualifiedName,
    catalog: Catalog,
    known_mappers: tuple[Mapper[Any], ...],
    databases: Databases,
    migrated: Database,
    shapes: Shapes,
) -> Iterator[Yielded]:
    with databases.clone(migrated) as clone, trial_on(clone, catalog) as trial:
        try:
            found = blast(parent_table, trial, shapes)
        except psycopg.OperationalError:
            raise  # the server is in trouble, which says nothing of the table
        except (NoRowFound, psycopg.Error) as error:
            yield unmade(error, "delete such a row")
            return
    if isinstance(found, Refusal):
        yield Evidence(seen=f"nothing goes: refused by {found.by}")
        return
    repeated = [*_repeated(found, catalog)]
    for key in repeated:
        yield _violation(parent_table, key, found, known_mappers)
    if not repeated:
        yield Evidence(seen=_summary(parent_table, found))


def _repeated(found: Blast, catalog: Catalog) -> Iterator[ForeignKey]:
    for table, scans in found.scans.items():
        for key in catalog.foreign_keys_of(table):
            # One scan is that of the row itself: fk-without-index says so.
            if scans > 1 and found.gone.get(key.target, 0) > 1 and not serving(key, catalog):
                yield key


def _violation(
    table: QualifiedName, key: ForeignKey, found: Blast, mappers: tuple[Mapper[Any], ...]
) -> Violation:
    child, between = short_name(key.table), short_name(key.target)
    rows, scans = found.gone[key.target], found.scans[key.table]
    return Violation(
        where=short_name(table),
        found=f"deleting one row takes along {rows} rows of {between}, and scans {child} "
        f"{scans} times: {foreign_key_name(key)} has no index",
        because=f"the delete takes as long as all rows of {child} times the rows of {between} "
        "that go, in one transaction that holds its locks",
        fix=f"Add an index on {child}({', '.join(key.columns)}), built CONCURRENTLY.",
        location=class_location(mapper_of(key.table, mappers), mentioning=key.columns[0]),
    )


def _summary(table: QualifiedName, found: Blast) -> str:
    counts = {name: count - (name == table) for name, count in found.gone.items()}
    others = {name: count for name, count in counts.items() if count}
    clauses = [f"takes along {_listed(others)}, {found.depth} deep" if others else "goes alone"]
    if found.changed:
        clauses.append(f"changes {_listed(found.changed)}")
    by_mode: dict[str, int] = defaultdict(int)
    for mode in found.locks.values():
        by_mode[mode] += 1
    clauses.extend(f"{mode} on {_tables(count)}" for mode, count in sorted(by_mode.items()))
    return "; ".join(clauses)


def _listed(rows: Mapping[QualifiedName, int]) -> str:
    return ", ".join(f"{count} {short_name(name)}" for name, count in rows.items())


def _tables(count: int) -> str:
    return f"{count} table{'' if count == 1 else 's'}"
