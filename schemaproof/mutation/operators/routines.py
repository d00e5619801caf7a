"""
Break functions, and the triggers and rules that call them.

Source: https://www.postgresql.org/docs/current/sql-createtrigger.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from schemaproof.catalog import Catalog, Function, Trigger, quote_identifier
from schemaproof.checks.drift._mending.references import reference
from schemaproof.mutation.mutant import Mutant, broken, operator
from schemaproof.mutation.operators._writing.expressions import respellings
from schemaproof.mutation.operators._writing.statements import alter, trigger_remade

VOLATILITIES = ("IMMUTABLE", "STABLE", "VOLATILE")
# A body is no expression: only words of it can be changed, not operands taken out.
IN_BODIES = ("comparison", "constant", "connective", "negation", "text")


@operator("trigger/drop")
def drop(catalog: Catalog) -> Iterator[Mutant]:
    """Lose the trigger."""
    for it in _triggers(catalog):
        yield broken(it, "is gone", f"DROP {reference(it)}")


@operator("trigger/enabled")
def enabled(catalog: Catalog) -> Iterator[Mutant]:
    """Switch the trigger off, or to replicas alone."""
    for it in _triggers(catalog):
        for state, words in (("disabled", "DISABLE"), ("replica", "ENABLE REPLICA")):
            if it.enabled != state:
                how = f"{words} TRIGGER {quote_identifier(it.name)}"
                yield broken(it, f"{it.enabled} becomes {state}", alter(it.table, how))


@operator("trigger/events")
def events(catalog: Catalog) -> Iterator[Mutant]:
    """Fire on less."""
    for it in _triggers(catalog):
        head, on, tail = it.definition.partition(f" ON {it.table} ")
        before, timing, fires = head.rpartition(f" {it.timing} ")
        several = fires.split(" OR ")
        for number, event in enumerate(several if len(several) > 1 else ()):
            left = " OR ".join(several[:number] + several[number + 1 :])
            definition = f"{before}{timing}{left}{on}{tail}"
            yield broken(it, f"not on {event}", *trigger_remade(it, definition))


@operator("trigger/timing")
def timing(catalog: Catalog) -> Iterator[Mutant]:
    """Fire before instead of after, or once for a statement instead of for each row."""
    for it in _triggers(catalog):
        other = {"BEFORE": "AFTER", "AFTER": "BEFORE"}.get(it.timing)
        if other is not None and not it.is_constraint:
            definition = it.definition.replace(f" {it.timing} ", f" {other} ", 1)
            yield broken(it, f"{it.timing} becomes {other}", *trigger_remade(it, definition))
        if it.level == "ROW":
            definition = it.definition.replace(" FOR EACH ROW ", " FOR EACH STATEMENT ", 1)
            yield broken(it, "once for each statement", *trigger_remade(it, definition))


@operator("trigger/condition")
def condition(catalog: Catalog) -> Iterator[Mutant]:
    """Get one thing of the condition wrong, or have none."""
    for it in _triggers(catalog):
        head, when, tail = it.definition.partition(" WHEN ")
        demand, execute, call = tail.rpartition(" EXECUTE FUNCTION ")
        if not when:
            continue
        yield broken(it, "fires always", *trigger_remade(it, f"{head}{execute}{call}"))
        for other in respellings(demand):
            definition = f"{head}{when}{other.text}{execute}{call}"
            mutant = broken(it, other.detail, *trigger_remade(it, definition))
            yield replace(mutant, is_respelt=True)


@operator("function/body")
def body(catalog: Catalog) -> Iterator[Mutant]:
    """Do nothing, or get one word wrong."""
    for it in _functions(catalog):
        if it.source is None or it.source not in it.definition:
            continue
        if it.result == "trigger" and it.language == "plpgsql":
            nothing = "BEGIN RETURN coalesce(NEW, OLD); END"
            yield broken(it, "does nothing", it.definition.replace(it.source, nothing, 1))
        for other in respellings(it.source):
            if other.kind in IN_BODIES:
                # PostgreSQL keeps a body as it was written.
                definition = it.definition.replace(it.source, other.text, 1)
                yield broken(it, other.detail, definition)


@operator("function/security")
def security(catalog: Catalog) -> Iterator[Mutant]:
    """Run with the rights of the other side."""
    for it in _functions(catalog):
        other = "INVOKER" if it.is_security_definer else "DEFINER"
        yield broken(it, f"SECURITY {other}", f"ALTER {reference(it)} SECURITY {other}")


@operator("function/properties")
def properties(catalog: Catalog) -> Iterator[Mutant]:
    """Promise the planner something else, or forget the settings."""
    for it in _functions(catalog):
        alter_it = f"ALTER {reference(it)}"
        if it.form == "function":
            for other in VOLATILITIES:
                if other != it.volatility:
                    yield broken(it, f"{it.volatility} becomes {other}", f"{alter_it} {other}")
            null = "CALLED ON NULL INPUT" if it.is_strict else "STRICT"
            yield broken(it, null, f"{alter_it} {null}")
        for setting in it.settings:
            name = setting.partition("=")[0]
            yield broken(it, f"{name} is not set", f"{alter_it} RESET {quote_identifier(name)}")


@operator("function/drop")
def drop_function(catalog: Catalog) -> Iterator[Mutant]:
    """Lose the function, and what calls it."""
    for it in catalog.functions:
        yield broken(it, "is gone", f"DROP {reference(it)} CASCADE")


@operator("rule/drop")
def drop_rule(catalog: Catalog) -> Iterator[Mutant]:
    """Lose the rule."""
    for it in catalog.rules:
        yield broken(it, "is gone", f"DROP {reference(it)}")


def _triggers(catalog: Catalog) -> Iterator[Trigger]:
    return (it for it in catalog.triggers if not it.is_inherited)


def _functions(catalog: Catalog) -> Iterator[Function]:
    return (it for it in catalog.functions if it.form in ("function", "procedure"))
