"""
Compare what two indexes can serve.
"""

from __future__ import annotations

from dataclasses import replace

from schemaproof.catalog import Index, IndexKey, quote_identifier


def do_the_same_work(one: Index, other: Index) -> bool:
    """
    Tell whether each could stand in for the other, names and uniqueness aside.
    """
    return _are_in_one_order(one, one.keys, other.keys) and (
        (one.table, one.method, {*one.include}, one.predicate)
        == (other.table, other.method, {*other.include}, other.predicate)
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


def in_sql(index: Index) -> str:
    """
    Return its name as DROP INDEX takes it.
    """
    name = index.qualified_name
    return quote_identifier(name.name) if name.schema == "public" else f"{name}"


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
        and _are_in_one_order(shorter, longer.keys[: len(shorter.keys)], shorter.keys)
        and {*shorter.include} <= {*longer.include, *(key.column for key in longer.keys)}
    )


def _are_in_one_order(
    index: Index, keys: tuple[IndexKey, ...], others: tuple[IndexKey, ...]
) -> bool:
    # A b-tree is read from either end: what is in the opposite order in every key is in the same.
    turned = tuple(
        replace(key, is_descending=not key.is_descending, nulls_first=not key.nulls_first)
        for key in keys
    )
    return keys == others or (index.method == "btree" and turned == others)
