"""
Compare what the release before does on two schemas.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from schemaproof.trials.release.plan import Plan, Target

# As the child says it.
Outcome = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Breakage:
    """
    One thing that works on the schema of the release before, and not on today's.

    Attributes:
        operation: INSERT, SELECT, UPDATE or DELETE.
        attribute: The attribute that was updated, if it was an UPDATE.
        place: The constraint or column that the server named, if any.
        sqlstate: The server's code; empty if it raised nothing.
        told: The server's words, or what was read in the place of what was written.
        statement: What was sent.
    """

    operation: str
    attribute: str
    place: str
    sqlstate: str
    told: str
    statement: str


@dataclass(frozen=True, kw_only=True)
class Ran:
    """
    What became of one class of the release before.

    Attributes:
        name: The class; or the table, if it has none.
        ref: What the commit was called.
        breakages: What it can no longer do, each once.
        done: How often each operation went as it had before.
        obstacle: Why nothing was inserted, if nothing was.
    """

    name: str
    ref: str
    breakages: tuple[Breakage, ...]
    done: dict[str, int]
    obstacle: str | None


def _key(outcome: Outcome) -> tuple[Any, ...]:
    return tuple(outcome[name] for name in ("target", "operation", "row", "column"))


def compared(
    target: Target, plan: Plan, before: list[Outcome], now: list[Outcome], *, ref: str
) -> Ran:
    """
    Return what works before and not now, for one target.
    """
    own = [one for one in before if one["target"] == target.name]
    there = {_key(one): one for one in now}
    done: Counter[str] = Counter()
    breakages: dict[tuple[str, str, str], Breakage] = {}
    for was in own:
        # What a failed INSERT left undone, here or there, tells nothing.
        became = there.get(_key(was))
        if was["error"] or was["skipped"] or became is None or became["skipped"]:
            continue
        broken = _breakage(was, became)
        if broken is None:
            done[was["operation"]] += 1
        else:
            breakages.setdefault((broken.operation, broken.sqlstate, broken.place), broken)
    is_tried = bool(done["INSERT"] or breakages)
    return Ran(
        name=target.name,
        ref=ref,
        breakages=tuple(breakages.values()),
        done=dict(done),
        obstacle=None if is_tried else _obstacle(target, plan, own),
    )


def _obstacle(target: Target, plan: Plan, own: list[Outcome]) -> str:
    for was in own:
        if was["error"] and was["operation"] == "INSERT":
            words: str = was["error"]["words"]
            return words
    return plan.refused.get(target.tables[-1], "no row of its own, or of its parents, was taken")


def _breakage(was: Outcome, became: Outcome) -> Breakage | None:
    error = became["error"]
    if error:
        code = f" {error['sqlstate']}" if error["sqlstate"] else ""
        return Breakage(
            operation=was["operation"],
            attribute=was["column"],
            place=error["place"],
            sqlstate=error["sqlstate"],
            told=f"{error['name']}{code}: {error['words']}",
            statement=error["statement"],
        )
    for name in was["faithful"]:
        value = was["read"][name]
        if became["read"].get(name) != value:
            return Breakage(
                operation=was["operation"],
                attribute=name,
                place=name,
                sqlstate="",
                told=f"{name} reads {became['read'].get(name)} where {value} was written",
                statement="",
            )
    return None
