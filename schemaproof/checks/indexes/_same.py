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


def begins_with(longer: Index, shorter: Index) -> bool:
    """
    Tell whether the keys of one index are the leading keys of a longer one.
    """
    # Only b-trees keep their leading keys in order; a hash index has one key anyway.
    return (
        longer.is_valid
        and longer.method == shorter.method == "btree"
        and longer.predicate == shorter.predicate
        and len(longer.keys) > len(shorter.keys)
        and longer.keys[: len(shorter.keys)] == shorter.keys
        and {*shorter.include} <= {*longer.include, *(key.column for key in longer.keys)}
    )
