"""
List the foreign keys and the indexes, and which of these serves which of those.
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaproof.catalog import ForeignKey, Index, short_name
from schemaproof.pages import markdown
from schemaproof.pages.facts import Facts
from schemaproof.targets import foreign_key_name


def foreign_keys(facts: Facts) -> Iterator[str]:
    """
    Yield a row for each foreign key.
    """

    def row(key: ForeignKey) -> tuple[str, ...]:
        target = f"{short_name(key.target)}.{', '.join(key.target_columns)}"
        name, constraint = foreign_key_name(key), markdown.code(key.name)
        return (markdown.code(name), markdown.code(target), key.on_delete, constraint)

    head = ("key", "refers to", "on delete", "constraint")
    yield from markdown.table(head, map(row, facts.foreign_keys))


def indexes(facts: Facts) -> Iterator[str]:
    """
    Yield a row for each index beside those of the primary keys.
    """
    reasons = {waiver.where: waiver.reason for waiver in facts.project.waivers}

    def row(index: Index) -> tuple[str, ...]:
        notes = [
            *(["unique"] if index.is_unique else []),
            *(f"serves {markdown.code(key.name)}" for key in _served(index, facts)),
            *([f"waived: {markdown.prose(reasons[index.name])}"] if index.name in reasons else []),
        ]
        on = f"{short_name(index.table)} ({', '.join(map(str, index.keys))})"
        return (markdown.code(index.name), markdown.code(on), "; ".join(notes))

    yield from markdown.table(("index", "on", "notes"), map(row, facts.indexes))


def _served(index: Index, facts: Facts) -> list[ForeignKey]:
    keys = facts.catalog.foreign_keys_of(index.table)
    leading = [key.column for key in index.keys]
    return [key for key in keys if set(leading[: len(key.columns)]) == set(key.columns)]
