"""
Draw graphs of rows, and operations on them, with Hypothesis: what fails is shrunk to little.

Source: https://hypothesis.readthedocs.io/en/latest/data.html
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from schemaproof.catalog import QualifiedName
from schemaproof.rows.graph import Graph, Loom
from schemaproof.rows.maker import Row
from schemaproof.rows.operation import Operation
from schemaproof.rows.patterns import Patterns

NUMBERS = st.integers(0, 0xFF)

# Takes how many ways there are, and returns which one to go.
Choose = Callable[[int], int]


def graphs(patterns: Patterns, *, most: int = 3) -> SearchStrategy[Graph]:
    """
    Draw graphs with up to ``most`` rows of each table, and the parents that they need.

    They shrink to fewer rows, to plain ones, to references that are NULL.
    """
    rows = {
        # All that decides about a row lies together, and so a row can be left out.
        table: st.lists(st.tuples(*[NUMBERS] * pattern.dice), max_size=most)
        for table, pattern in patterns.items()
    }
    return st.fixed_dictionaries(rows).map(lambda wanted: Loom(patterns).weave(wanted))


def operations(
    patterns: Patterns, rows: Sequence[Row], *, most: int = 3
) -> SearchStrategy[Operation]:
    """
    Draw deletes and updates of up to ``most`` of the rows, which are those read from the server.

    An update gives columns of keys a value that another row has, one that none has, or NULL.
    """
    return _operations(patterns, rows, most)


@st.composite
def _operations(draw: DrawFn, patterns: Patterns, rows: Sequence[Row], most: int) -> Operation:
    choose = _choosing(draw)
    tables = [table for table in patterns if any(row.table == table for row in rows)]
    pattern = patterns[tables[choose(len(tables))]]
    there = [row for row in rows if row.table == pattern.table]
    own = pattern.primary or tuple(there[0].values)
    addresses = {
        there[choose(len(there))].take(own) for _ in range(1 + choose(min(most, len(there))))
    }
    # Without a primary key a statement that means one row may mean its doubles too.
    meant = tuple(row for row in there if row.take(own) in addresses)
    if not pattern.settable or choose(2) == 0:
        return Operation(meant)
    first = choose(len(pattern.settable))
    changed = [
        name for name in pattern.settable[first:] if name == pattern.settable[first] or choose(2)
    ]
    given = {
        address: {name: _value(patterns, pattern.table, name, rows, choose) for name in changed}
        for address in dict.fromkeys(row.take(own) for row in meant)
    }
    return Operation(meant, tuple(given[row.take(own)] for row in meant))


def _value(
    patterns: Patterns, table: QualifiedName, name: str, rows: Sequence[Row], choose: Choose
) -> str | None:
    related = patterns.related(table, name)
    held = {row.values[there]: None for row in rows for of, there in related if of == row.table}
    values = [*dict.fromkeys([*held, *patterns.spares(table, name), None])]
    return values[choose(len(values))]


def _choosing(draw: DrawFn) -> Choose:
    return lambda ways: draw(_below(ways)) if ways > 1 else 0


@lru_cache(maxsize=256)
def _below(ways: int) -> SearchStrategy[int]:
    return st.integers(0, ways - 1)
