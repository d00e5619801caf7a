"""
Compare what two indexes can serve.
"""

from __future__ import annotations

from schemaproof.catalog import Index


def do_the_same_work(one: Index, other: Index) -> bool:
    """
    Tell whether each could stand in for the other, names and uniqueness aside.
    """
    return (one.table, one.method, one.keys, set(one.include), one.predicate) == (
        *(other.table, other.method, other.keys, set(other.include), other.predicate),
    )


def enforces(index: Index) -> bool:
    """
    Tell whether the index keeps a promise that no other index keeps for it.
    """
    return index.is_unique or index.constraint is not None


def columns_of(index: Index) -> str:
    """
    Return its keys as one reads them in CREATE INDEX.
    """
    return ", ".join(key.column or f"({key.expression})" for key in index.keys)
