"""
Draw the tables and the keys between them, in Mermaid's language.

Its lexer takes fewer characters than PostgreSQL does: an entity's name may be quoted, a column's
name and type may not, so there every other character becomes an underscore.

Source: https://mermaid.js.org/syntax/entityRelationshipDiagram.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemaproof.catalog import Column, QualifiedName, short_name
from schemaproof.pages.facts import Facts

PLAIN = re.compile(r"[a-z_][a-z0-9_]*")
# Words that mean something to it where a name is expected.
RESERVED = {
    *("class", "classdef", "direction", "end", "erdiagram", "linkstyle", "many", "one", "only"),
    *("optionally", "style", "subgraph", "title", "to", "zero"),
}
MARKS = {"primary key": "PK", "foreign key": "FK", "unique constraint": "UK"}


def entity_relationship_diagram(facts: Facts) -> Iterator[str]:
    """
    Yield the diagram: the crow's foot at the table that has the key.
    """
    yield from ("```mermaid", "erDiagram")
    for key in facts.foreign_keys:
        columns = {column.name: column for column in facts.catalog.columns_of(key.table)}
        parent = "|o" if any(columns[name].is_nullable for name in key.columns) else "||"
        label = f"{', '.join(key.columns)}: {key.on_delete}"
        ends = f"{_entity(key.target)} {parent}--o{{ {_entity(key.table)}"
        yield f'    {ends} : "{_quotable(label)}"'
    for table in facts.tables:
        yield f"    {_entity(table.qualified_name)} {{"
        for column in facts.catalog.columns_of(table.qualified_name):
            yield f"        {_word(column.type_name)} {_word(column.name)}{_marks(column, facts)}"
        yield "    }"
    yield "```"


def _marks(column: Column, facts: Facts) -> str:
    marks = {
        MARKS[constraint.kind]
        for constraint in facts.catalog.constraints_of(column.table)
        if constraint.kind in MARKS and column.name in constraint.columns
    }
    return f" {', '.join(sorted(marks, reverse=True))}" if marks else ""


def _entity(table: QualifiedName) -> str:
    name = short_name(table)
    is_plain = PLAIN.fullmatch(name) and name not in RESERVED
    return name if is_plain else f'"{_quotable(name)}"'


def _quotable(text: str) -> str:
    return re.sub(r'["%\\\s]+', lambda found: " " if found[0].isspace() else "'", text)


def _word(text: str) -> str:
    word = re.sub(r"[^A-Za-z0-9_]", "_", text)
    is_taken = word[0].isdigit() or word in MARKS.values()
    return f"_{word}" if is_taken else word
