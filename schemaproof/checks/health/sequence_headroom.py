"""
Report sequences that are about to give their last value.

At its end a sequence gives an error, and every INSERT that asks it for a number fails. One that
cycles begins anew instead, with numbers that a key may hold already. A sequence that was made for
an integer keeps that end when its column is made a bigint.

Source: https://www.postgresql.org/docs/current/sql-createsequence.html
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaproof.catalog import Catalog, short_name
from schemaproof.checks.check import Evidence, Violation, Yielded, check
from schemaproof.checks.health._telling import count, mended, unseen
from schemaproof.vitals import BOUNDS, Numbered, SequenceState, Vitals

FULL = 0.75


@check("health/sequence-headroom")
def sequence_headroom(vitals: Vitals, catalog: Catalog) -> Iterator[Yielded]:
    if "sequences" in vitals.unseen:
        yield from unseen("sequence", [vitals.unseen["sequences"]])
        return
    own = {one.qualified_name for one in catalog.sequences}
    # Whoever made it: what it numbers counts too.
    sequences = [
        one
        for one in vitals.sequences
        if one.name in own or any(catalog.table(*column.table) for column in one.numbers)
    ]
    judged = [one for one in sequences if one.unseen is None and _ends(one, catalog)]
    full = [one for one in judged if one.used_before(one.end) >= FULL]
    yield from (_violation(one) for one in full)
    if not full:
        most = max((one.used_before(one.end) for one in judged), default=0.0)
        yield Evidence(
            seen=f"{count(len(sequences), 'sequence')}, the fullest of those that end "
            f"before their column has given {most:.0%} of its values"
        )
    hidden = [one.unseen for one in sequences if one.unseen is not None]
    yield from unseen("sequence", hidden)


def _ends(sequence: SequenceState, catalog: Catalog) -> bool:
    # Where the column ends first, or both at once, the column is what there is to mend.
    if any(not _holds_more(one, sequence) for one in sequence.numbers):
        return False
    return not sequence.is_cyclic or any(_is_key(one, catalog) for one in sequence.numbers)


def _holds_more(numbered: Numbered, sequence: SequenceState) -> bool:
    if numbered.type not in BOUNDS:
        return True
    lowest, highest = BOUNDS[numbered.type]
    return lowest < sequence.end if sequence.increment < 0 else sequence.end < highest


def _is_key(numbered: Numbered, catalog: Catalog) -> bool:
    return any(
        index.is_unique and [key.column for key in index.keys] == [numbered.column]
        for index in catalog.indexes_of(numbered.table)
    )


def _violation(sequence: SequenceState) -> Violation:
    left = sequence.left_before(sequence.end)
    for_what = ", ".join(f"{short_name(one.table)}.{one.column}" for one in sequence.numbers)
    then = (
        "it then begins anew, with numbers that its key has already: INSERT fails with 23505"
        if sequence.is_cyclic
        else "nextval() then fails with 2200H, and with it every INSERT that asks for a number"
    )
    return Violation(
        where=short_name(sequence.name),
        found=f"it has given {sequence.used_before(sequence.end):.0%} of its values"
        f"{f' for {for_what}' if for_what else ''}: the last was {sequence.last_value}, it ends at "
        f"{sequence.end}, {count(left, 'value')} left",
        because=then,
        fix=mended(_widened(sequence)) + ".",
    )


def _widened(sequence: SequenceState) -> str:
    alter = f"ALTER SEQUENCE {sequence.name}"
    lowest, highest = BOUNDS[sequence.type]
    if sequence.end in (lowest, highest):
        # A bound that is the type's own goes with the type.
        return f"{alter} AS bigint"
    return f"{alter} AS bigint NO {'MAXVALUE' if sequence.increment > 0 else 'MINVALUE'}"
