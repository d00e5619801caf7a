"""
Write down every object of the migrated database, and every check of this package.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from schemaproof.catalog import QualifiedName
from schemaproof.checks import all_checks
from schemaproof.history import version_tables
from schemaproof.pages import markdown
from schemaproof.pages.facts import Facts


def catalog(facts: Facts) -> Iterator[str]:
    """
    Yield each object with all that is not as it is by default.
    """
    hidden = version_tables(facts.catalog)
    # Whoever migrates owns what is made; who that is differs from server to server.
    owners = (t.owner for t in facts.catalog.tables if t.qualified_name in hidden)
    deployer = next(owners, "")
    yield "```text"
    for each in sorted(facts.catalog, key=lambda one: one.key):
        if each.home in hidden or getattr(each, "qualified_name", None) in hidden:
            continue
        yield f"{each.kind} {each.identity}"
        for field in fields(each):
            value = getattr(each, field.name)
            is_unsaid = value in (None, False, (), "", deployer) or field.name in ("schema", "name")
            if not is_unsaid and field.metadata.get("compared", True):
                yield from _indented(field.name, value, deployer)
    yield "```"


def checks(_facts: Facts) -> Iterator[str]:
    """
    Yield a row for each check.
    """
    rows = (
        (markdown.code(one.name), one.severity, one.target or "schema", one.summary)
        for one in all_checks()
    )
    head = ("check", "severity", "one claim for each", "what it does")
    yield from markdown.table(head, rows)


def _indented(name: str, value: object, deployer: str) -> Iterator[str]:
    words = value if isinstance(value, tuple) and not isinstance(value, QualifiedName) else (value,)
    text = ", ".join(map(str, words))
    if deployer:
        text = text.replace(f"/{deployer}", "/deployer")
    first, *others = text.splitlines()
    yield f"  {name}: {first}".rstrip()
    yield from (f"    {line}".rstrip() for line in others)
