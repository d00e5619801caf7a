"""
Report integer columns whose numbers are about to go beyond their type.

An int4 ends at 2,147,483,647. What is numbered by a sequence fails at the first INSERT beyond it,
also where the sequence itself is a bigint and goes on. To widen the column then rewrites the table
while nobody can use it, which is better done before.

Source: https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-INT
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from schemaproof.catalog import Catalog, QualifiedName, quote_identifier, short_name
from schemaproof.checks.check import Evidence, Violation, Yielded, check
from schemaproof.checks.drift._mending.calls import execute, in_schema, source
from schemaproof.checks.health._telling import count, unseen
from schemaproof.vitals import BOUNDS, IntegerKey, Numbered, SequenceState, Vitals

FULL = 0.75
WIDER = {
    "smallint": ("bigint", "sa.BigInteger()"),
    "integer": ("bigint", "sa.BigInteger()"),
}

Column = tuple[QualifiedName, str]


@dataclass(frozen=True, kw_only=True)
class _Filling:
    """A column, how full its type is, and how one knows."""

    column: Numbered
    used: float
    left: int
    evidence: str
    sequence: SequenceState | None = None


@check("health/integer-key-headroom")
def integer_key_headroom(vitals: Vitals, catalog: Catalog) -> Iterator[Yielded]:
    numbered = {
        (one.table, one.column): (one, sequence)
        for sequence in vitals.sequences
        for one in sequence.numbers
        if one.type in BOUNDS and catalog.table(*one.table)
    }
    # What a sequence numbers is as full as the sequence says; a row with 2147483647 may be a mark.
    visible = {key: pair for key, pair in numbered.items() if pair[1].unseen is None}
    others = [
        one
        for one in vitals.integer_keys
        if catalog.table(*one.table) and (one.table, one.column) not in visible
    ]
    fillings = [_by_sequence(*pair) for pair in visible.values() if _is_the_end(*pair)]
    fillings += [_by_rows(one) for one in others if one.highest is not None]
    full = [one for one in fillings if one.used >= FULL]
    yield from (_violation(one, catalog) for one in full)
    if not full:
        most = max((one.used for one in fillings), default=0.0)
        yield Evidence(
            seen=f"{count(len(visible) + len(others), 'integer column')}, in the fullest {most:.0%}"
            " of its type is used"
        )
    yield from unseen("integer column", _reasons(vitals, {*numbered} - {*visible}, others))


def _is_the_end(column: Numbered, sequence: SequenceState) -> bool:
    lowest, highest = BOUNDS[column.type]
    return sequence.end <= lowest if sequence.increment < 0 else sequence.end >= highest


def _by_sequence(column: Numbered, sequence: SequenceState) -> _Filling:
    bound = BOUNDS[column.type][sequence.increment > 0]
    # What cycles begins anew before it is too much, unless it goes on beyond the column.
    begins_anew = sequence.is_cyclic and sequence.end == bound
    last = sequence.start if sequence.last_value is None else sequence.last_value
    return _Filling(
        column=column,
        used=0.0 if begins_anew else max(0.0, last / bound),
        left=sequence.left_before(bound),
        evidence=f"{short_name(sequence.name)} gave {sequence.last_value} last",
        sequence=sequence,
    )


def _by_rows(key: IntegerKey) -> _Filling:
    lowest, highest = key.lowest or 0, key.highest or 0
    least, most = BOUNDS[key.type]
    goes_down = lowest / least > highest / most
    return _Filling(
        column=Numbered(key.table, key.column, key.type),
        used=max(lowest / least, highest / most),
        left=lowest - least if goes_down else most - highest,
        evidence=f"the least is {lowest}" if goes_down else f"the greatest is {highest}",
    )


def _reasons(vitals: Vitals, hidden: set[Column], others: list[IntegerKey]) -> Iterator[str]:
    yield from (
        vitals.unseen[fact] for fact in ("sequences", "integer_keys") if fact in vitals.unseen
    )
    keys = {(one.table, one.column) for one in others}
    yield from (one.unseen for one in others if one.unseen is not None)
    for sequence in vitals.sequences:
        columns = {(one.table, one.column) for one in sequence.numbers}
        if sequence.unseen is not None and columns & (hidden - keys):
            yield sequence.unseen


def _violation(filling: _Filling, catalog: Catalog) -> Violation:
    column = filling.column
    name = f"{short_name(column.table)}.{column.column}"
    return Violation(
        where=name,
        found=f"{filling.used:.0%} of {column.type} is used: {filling.evidence}, "
        f"{count(filling.left, 'number')} left",
        because=f"INSERT into {short_name(column.table)} then fails with 22003, and by then to "
        "widen the column rewrites a table that nobody can use meanwhile",
        fix=_remade(column)
        if _is_in_partition_key(column, catalog)
        else _widened(column, filling.sequence),
    )


def _is_in_partition_key(column: Numbered, catalog: Catalog) -> bool:
    table = catalog.table(*column.table)
    return table is not None and quote_identifier(column.column) in (table.partition_key or "")


def _remade(column: Numbered) -> str:
    return (
        f"PostgreSQL changes no column of a partition key: make a table like {column.table} whose "
        f"{column.column} is a bigint, and move the rows into it partition by partition."
    )


def _widened(column: Numbered, sequence: SequenceState | None) -> str:
    wider, in_alchemy = WIDER.get(column.type, ("numeric", "sa.Numeric()"))
    name = quote_identifier(column.column)
    statements = [f"ALTER TABLE {column.table} ALTER COLUMN {name} TYPE {wider}"]
    arguments = f"{source(column.table.name)}, {source(column.column)}, type_={in_alchemy}"
    calls = [f"op.alter_column({arguments}{in_schema(column.table.schema)})"]
    if sequence is not None and sequence.type != "bigint":
        statements.append(f"ALTER SEQUENCE {sequence.name} AS bigint")
        calls.append(execute(statements[-1]))
    return (
        f"{'; '.join(statements)}; in a revision: {', '.join(calls)}. Whatever refers to it needs "
        "the same, before."
    )
