"""
Write the statements that make and change functions, triggers, rules and policies.
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaproof.catalog import EventTrigger, Function, Policy, Rule, Trigger, quote_identifier
from schemaproof.checks.drift._mending.calls import literal
from schemaproof.checks.drift._mending.references import reference
from schemaproof.checks.drift._mending.statements import change, enable, make, remake

# CREATE OR REPLACE may change neither what a function returns nor what its arguments are called.
REMADE = ("result", "arguments")


@make.register
def _(it: Policy) -> Iterator[str]:
    permissive = "" if it.is_permissive else " AS RESTRICTIVE"
    yield f"CREATE POLICY {quote_identifier(it.name)} ON {it.table}{permissive} {it.summary}"


@make.register
def _(it: EventTrigger) -> Iterator[str]:
    tags = f" WHEN TAG IN ({', '.join(map(literal, it.tags))})" if it.tags else ""
    yield f"CREATE {reference(it)} ON {it.event}{tags} EXECUTE FUNCTION {it.function}"


@change.register
def _(ours: Function, theirs: Function, facet: str) -> Iterator[str]:
    if ours.form == "aggregate" or facet in REMADE:
        yield from remake(ours, theirs)
    else:
        yield ours.definition


@change.register
def _(ours: Trigger, theirs: Trigger, facet: str) -> Iterator[str]:
    if facet == "enabled":
        name = f"TRIGGER {quote_identifier(ours.name)}"
        yield enable(f"ALTER TABLE {ours.table}", ours.enabled, name)
    else:
        yield from remake(ours, theirs)


@change.register
def _(ours: Rule, _theirs: Rule, facet: str) -> Iterator[str]:
    if facet == "enabled":
        name = f"RULE {quote_identifier(ours.name)}"
        yield enable(f"ALTER TABLE {ours.table}", ours.enabled, name)
    else:
        yield ours.definition.replace("CREATE RULE", "CREATE OR REPLACE RULE", 1)


@change.register
def _(ours: EventTrigger, theirs: EventTrigger, facet: str) -> Iterator[str]:
    if facet == "enabled":
        yield enable(f"ALTER {reference(ours)}", ours.enabled)
    else:
        yield from remake(ours, theirs)
