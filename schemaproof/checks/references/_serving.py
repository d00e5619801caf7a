"""
Tell which indexes can find the rows that refer to one row.
"""

from __future__ import annotations

from schemaproof.catalog import Catalog, ForeignKey, Index, quote_identifier

# Access methods whose indexes answer equality on their leading columns.
SERVES_EQUALITY = frozenset({"btree", "hash"})


def serving(key: ForeignKey, catalog: Catalog) -> list[Index]:
    """
    Return the indexes that serve a foreign key from its parent's side.
    """
    return [index for index in catalog.indexes_of(key.table) if _serves(index, key)]


def _serves(index: Index, key: ForeignKey) -> bool:
    # Order is free: a b-tree serves equality on its leading columns in whatever order the key
    # happens to list them. A partial index does not hold all the rows that a delete looks for,
    # unless it leaves out only rows whose reference is NULL.
    leading = [part.column for part in index.keys[: len(key.columns)]]
    whole = index.predicate is None or index.predicate in {
        f"({quote_identifier(column)} IS NOT NULL)" for column in key.columns
    }
    return (
        index.is_valid
        and whole
        and index.method in SERVES_EQUALITY
        and set(leading) == set(key.columns)
    )
