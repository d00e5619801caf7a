"""
Find the names that two objects of one MetaData claim, where PostgreSQL gives a name only once.

Tables, sequences and indexes of a schema share their names, and so do the indexes that stand behind
primary keys and unique constraints; the constraints of one table share theirs.

Source: https://www.postgresql.org/docs/current/catalog-pg-class.html
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Dialect, MetaData, PrimaryKeyConstraint, Table, UniqueConstraint
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.dialects.postgresql.base import PGDialect

DIALECT: Dialect = PGDialect()  # type: ignore[no-untyped-call]
BY_INDEX = (PrimaryKeyConstraint, UniqueConstraint, ExcludeConstraint)


@dataclass(frozen=True, kw_only=True)
class ClaimedTwice:
    """
    One name and who claims it.

    Attributes:
        name: The name, quoted as SQL needs it.
        claimants: What claims it, e.g. ``index on orders``; at least two.
        tables: The tables that they belong to.
    """

    name: str
    claimants: tuple[str, ...]
    tables: tuple[Table, ...]


def claimed_twice(metadata: MetaData) -> Iterator[ClaimedTwice]:
    """
    Yield each name that more than one object claims.
    """
    claims: defaultdict[tuple[str, str], list[tuple[str, Table]]] = defaultdict(list)
    for table in metadata.tables.values():
        for space, name, what in _claims_of(table):
            claims[space, name].append((f"{what} {table.name}", table))
    for (_, name), claimants in claims.items():
        if len(claimants) > 1:
            yield ClaimedTwice(
                name=name,
                claimants=tuple(claimant for claimant, _ in claimants),
                tables=tuple(table for _, table in claimants),
            )


def _claims_of(table: Table) -> Iterator[tuple[str, str, str]]:
    # What is no relation has its name from the table alone.
    names = DIALECT.identifier_preparer
    relations = f"relations of {table.schema}"
    yield relations, names.format_table(table, use_schema=False), "table"
    for index in table.indexes:
        yield relations, str(names.format_index(index)), "index on"
    for constraint in table.constraints:
        name = None if constraint.name is None else names.format_constraint(constraint)
        if name is not None:
            has_index = isinstance(constraint, BY_INDEX)
            yield relations if has_index else f"constraints of {table}", name, "constraint on"
