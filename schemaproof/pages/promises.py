"""
List what the database promises, and the command that puts each promise to the test.
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaproof.catalog import ForeignKey, short_name
from schemaproof.pages import markdown
from schemaproof.pages.facts import Facts
from schemaproof.targets import foreign_key_name

DELETED = {
    "CASCADE": "it goes with its parent",
    "SET NULL": "it stays, and its key becomes NULL",
    "SET DEFAULT": "it stays, and its key takes its default",
}
REFUSED = "its parent cannot be deleted while it is there"
KINDS = {
    "check constraint": "constraints/check-refuses",
    "exclusion constraint": "constraints/exclude-refuses",
    "primary key": "constraints/unique-refuses",
    "unique constraint": "constraints/unique-refuses",
}


def promises(facts: Facts) -> Iterator[str]:
    """
    Yield a row for each promise, with its proof; one that is waived says why.
    """
    waived = {(waiver.check, waiver.where): waiver.reason for waiver in facts.project.waivers}
    rows = (
        (promise, markdown.code(f"schemaproof verify --only {check}") + _note(waived, check, where))
        for promise, check, where in _promises(facts)
    )
    yield from markdown.table(("promise", "proof"), rows)


def _promises(facts: Facts) -> Iterator[tuple[str, str, str]]:
    for key in facts.foreign_keys:
        name = foreign_key_name(key)
        yield f"{markdown.code(name)}: {_deleted(key)}", "references/on-delete-behaves", name
        refused = f"{markdown.code(name)}: a row without a parent is refused"
        yield refused, "references/orphan-insert-rejected", name
    ours = {table.qualified_name for table in facts.tables}
    for constraint in facts.catalog.constraints:
        check = KINDS.get(constraint.kind)
        if check is not None and constraint.table in ours:
            name = f"{short_name(constraint.table)}.{constraint.name}"
            rule = markdown.code(constraint.definition)
            yield f"{markdown.code(name)}: {rule}", check, name
    for revision in facts.project.history.revisions:
        told = f"{markdown.code(revision.id)} can be undone, and done again"
        yield told, "history/downgrade-restores-catalog", revision.id


def _deleted(key: ForeignKey) -> str:
    return DELETED.get(key.on_delete, REFUSED)


def _note(waived: dict[tuple[str, str], str], check: str, where: str) -> str:
    reason = waived.get((check, where))
    return f"; waived: {markdown.prose(reason)}" if reason else ""
