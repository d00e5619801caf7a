"""
Describe each table: its columns, constraints and triggers, and what it is called.
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaproof.catalog import Column, short_name
from schemaproof.pages import markdown
from schemaproof.pages.facts import Facts
from schemaproof.targets import foreign_key_name


def tables(facts: Facts) -> Iterator[str]:
    """
    Yield a section for each table.
    """
    for table in facts.tables:
        name = table.qualified_name
        yield from (f"### {short_name(name)}", "")
        if table.comment:
            yield from (f"{markdown.prose(table.comment)}.", "")
        yield from markdown.table(
            ("column", "type", "null", "default", "meaning"),
            (_column(column) for column in facts.catalog.columns_of(name)),
        )
        yield ""
        for constraint in facts.catalog.constraints_of(name):
            yield f"- {markdown.code(constraint.name)}: {markdown.code(constraint.definition)}"
        for trigger in facts.catalog.triggers_of(name):
            fires = f"{trigger.timing} {' OR '.join(trigger.events)}"
            told = f": {markdown.prose(trigger.comment)}" if trigger.comment else ""
            yield f"- {markdown.code(trigger.name)}, {fires}{told}"
        yield ""


def tables_at_a_glance(facts: Facts) -> Iterator[str]:
    """
    Yield a row for each table: what it holds, and what it hangs together with.
    """
    rows = []
    for table in facts.tables:
        name = table.qualified_name
        below = (foreign_key_name(key) for key in facts.foreign_keys if key.target == name)
        above = (short_name(key.target) for key in facts.foreign_keys if key.table == name)
        comment = markdown.prose(table.comment)
        shown = markdown.code(short_name(name))
        rows.append((shown, comment, markdown.codes(above), markdown.codes(below)))
    yield from markdown.table(("table", "what it holds", "belongs to", "referenced by"), rows)


def enumerations(facts: Facts) -> Iterator[str]:
    """
    Yield a row for each native enumeration.
    """
    rows = (
        (markdown.code(each.identity), markdown.codes(each.labels), markdown.prose(each.comment))
        for each in facts.catalog.enum_types
    )
    yield from markdown.table(("type", "labels", "meaning"), rows)


def _column(column: Column) -> tuple[str, ...]:
    default = markdown.code(column.default) if column.default is not None else ""
    if column.identity_generation is not None:
        default = f"identity, {column.identity_generation}"
    if column.generated is not None:
        default = f"generated: {markdown.code(column.generated)}"
    nullable = "yes" if column.is_nullable else "no"
    name, meaning = markdown.code(column.name), markdown.prose(column.comment)
    return (name, column.type, nullable, default, meaning)
