"""
Lint the statements that each revision really sends.

Reading the files of migrations misses what data migrations and loops send, and reading a whole
history at once takes every table for new. Here the statements were noted while they ran, each
revision is read alone, and what the catalogues know better than the text is taken from them.

Source: https://squawkhq.com/docs/rules
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaproof.checks.check import Evidence, Location, Skip, Violation, Yielded, check
from schemaproof.history import Revision, RoundTrips
from schemaproof.linting import MINIMUM, RULES, Hazard, Lint, Linted
from schemaproof.targets import short_name

LONGEST = 120  # characters of a statement
HEAD = 40  # characters that stand for a statement whose table is not known


@check("history/sql-lint", severity="warning")
def sql_lint(undeployed: Revision, round_trips: RoundTrips, lint: Lint) -> Iterator[Yielded]:
    round_trips.of(undeployed)  # raises what was in the way, if it was never reached
    linted = lint.of(undeployed)
    if not lint.is_installed:
        yield Skip(why=f"needs squawk: run \"pip install 'squawk-cli>={MINIMUM}'\"")
        return
    if linted is None:
        yield Skip(why="it fails: other history/ checks say how")
        return
    places: dict[str, list[Hazard]] = {}
    for hazard in linted.hazards:
        places.setdefault(f"{undeployed.id}: {hazard.rule} at {_at(hazard)}", []).append(hazard)
    for where, hazards in places.items():
        yield _violation(where, hazards, undeployed)
    yield Evidence(seen=_seen(linted))


def _seen(linted: Linted) -> str:
    seen = f"{linted.statements} statements read"
    return f"{seen}, {linted.unread} too long or not understood" if linted.unread else seen


def _violation(where: str, hazards: list[Hazard], revision: Revision) -> Violation:
    hazard, *others = hazards
    rule = RULES.get(hazard.rule)
    more = f" and {len(others)} more" if others else ""
    advice = hazard.help or f"Follow https://squawkhq.com/docs/{hazard.rule}"
    return Violation(
        where=where,
        found=f"{_short(hazard.piece.code)}{more}; squawk says: {hazard.message.rstrip('.!')}",
        because=rule.because if rule else "the project's .squawk.toml asks for that rule",
        fix=rule.fix if rule else f"{advice.rstrip('.')}.",
        location=Location(file=revision.path, line=hazard.piece.source),
        revision=revision.id,
    )


def _at(hazard: Hazard) -> str:
    if hazard.table is not None:
        return short_name(hazard.table)
    return hazard.piece.code[:HEAD]


def _short(code: str) -> str:
    return code if len(code) <= LONGEST else f"{code[:LONGEST]}…"
