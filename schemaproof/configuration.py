"""
Read ``[tool.schemaproof]`` and tell all its mistakes at once.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemaproof.errors import SchemaproofError

REQUIRED: dict[str, Any] = {"metadata": str, "alembic": str}
OPTIONAL: dict[str, Any] = {
    "alembic_section": str,
    "bootstrap": str,
    "checklist": str,
    "checklist_outcomes": str,
    "deployed": str,
    "docs": str,
    "docs_parts": str,
    "downgrade_floor": str,
    "env_context": str,
    "hints": list,
    "invariants": list,
    "lock_wait_ms": int,
    "plans_baseline": str,
    "queries": str,
    "schemas": str,
    "stall_budget_ms": int,
    "traffic_rows": int,
    "url_env": list,
    "waivers": list,
    "x_args": list,
}
REFERENCES = ("bootstrap", "docs_parts", "env_context", "metadata", "queries", "schemas")
# What must be greater than zero.
POSITIVE = ("lock_wait_ms", "stall_budget_ms", "traffic_rows")
WAIVER = {"check": str, "where": str, "reason": str}
INVARIANT = {"name": str, "sql": str, "because": str}
REFERENCE = re.compile(r"[\w.]+:[\w.]+")


class NoProject(SchemaproofError):
    """There is no subject at the path that was given."""


class BadConfiguration(SchemaproofError):
    """``[tool.schemaproof]`` does not say what it must say."""


@dataclass(frozen=True, kw_only=True)
class Waiver:
    """
    A reviewed exception.

    Attributes:
        check: The check that is waived.
        where: The violation's place, as the report names it.
        reason: Why it may stay.
        until: The last day on which it holds; None for no end.
    """

    check: str
    where: str
    reason: str
    until: dt.date | None = None


@dataclass(frozen=True, kw_only=True)
class Hint:
    """
    A row that a search does not find, written down by somebody who knows it.

    Attributes:
        table: The table, with its schema unless that is ``public``.
        values: A text for each column that matters.
        breaks: The constraint that must refuse the row; None for a row that must be taken.
    """

    table: str
    values: dict[str, str]
    breaks: str | None = None


@dataclass(frozen=True, kw_only=True)
class Invariant:
    """
    What must hold of the rows, and what no constraint can say.

    Attributes:
        name: What it is called.
        sql: A SELECT of the rows that break it; its first column names each, best by its key.
        because: What goes wrong if there are any.
    """

    name: str
    sql: str
    because: str


def read_table(file: Path) -> dict[str, Any]:
    """
    Return the table ``[tool.schemaproof]`` of a ``pyproject.toml``, found to be sound.

    Raises:
        NoProject: There is no such file, or it has no such table.
        BadConfiguration: Some of its keys are missing, unknown or of the wrong type.
    """
    if not file.is_file():
        raise NoProject(
            f"needs a project with a pyproject.toml; found none at {file.parent}: "
            "give the path of its folder"
        )
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadConfiguration(f"{file} is not valid TOML: {error}") from error
    tools = tables.get("tool")
    table = tools.get("schemaproof") if isinstance(tools, dict) else None
    if not isinstance(table, dict):
        raise NoProject(
            f"needs [tool.schemaproof] in {file}; found none: "
            'add it with metadata = "module:attribute" and alembic = "alembic.ini"'
        )
    mistakes = [*_mistakes(table, file.parent)]
    if mistakes:
        raise BadConfiguration(f"[tool.schemaproof] in {file}: {'; '.join(mistakes)}")
    return table


def _mistakes(table: dict[str, Any], root: Path) -> Iterator[str]:
    known = REQUIRED | OPTIONAL
    for key in sorted(REQUIRED.keys() - table.keys()):
        yield f"{key!r} is missing"
    for key, value in table.items():
        if key not in known:
            nearest = difflib.get_close_matches(key, known, n=1)
            yield f"{key!r} is unknown{f' (is {nearest[0]!r} meant?)' if nearest else ''}"
        elif not isinstance(value, known[key]):
            yield f"{key!r} must be a {known[key].__name__}, not {value!r}"
        elif key in REFERENCES and not REFERENCE.fullmatch(value):
            yield f"{key!r} must look like 'module:attribute', not {value!r}"
        elif key in POSITIVE and (isinstance(value, bool) or value < 1):
            yield f"{key!r} must be greater than 0, not {value!r}"
        elif key == "url_env" and not all(isinstance(name, str) for name in value):
            yield f"{key!r} must be a list of names, not {value!r}"
        elif key == "x_args" and not all(isinstance(one, str) for one in value):
            yield f"{key!r} must be a list of texts like 'name=value', not {value!r}"
    if isinstance(table.get("alembic"), str) and not (root / table["alembic"]).is_file():
        yield f"'alembic' names {table['alembic']!r}, which is not a file"
    for key, look in (
        ("waivers", _waiver_mistakes),
        ("hints", _hint_mistakes),
        ("invariants", _invariant_mistakes),
    ):
        entries = table.get(key, [])
        for number, entry in enumerate(entries if isinstance(entries, list) else [], 1):
            yield from (f"{key[:-1]} {number}: {mistake}" for mistake in look(entry))
    yield from _same_names(table.get("invariants"))


def _waiver_mistakes(waiver: object) -> Iterator[str]:
    if not isinstance(waiver, dict):
        yield f"must be a table, not {waiver!r}"
        return
    for key, wanted in WAIVER.items():
        if not isinstance(waiver.get(key), wanted) or not waiver[key].strip():
            yield f"{key!r} must be a text"
    until = waiver.get("until")
    if until is not None and type(until) is not dt.date:
        yield f"'until' must be a date like 2025-06-30, not {until!r}"
    for key in sorted(waiver.keys() - {*WAIVER, "until"}):
        yield f"{key!r} is unknown"


def _hint_mistakes(hint: object) -> Iterator[str]:
    if not isinstance(hint, dict):
        yield f"must be a table, not {hint!r}"
        return
    if not isinstance(hint.get("table"), str):
        yield "'table' must be a text"
    values = hint.get("values")
    if not (isinstance(values, dict) and values and {*map(type, values.values())} == {str}):
        yield f"'values' must give columns their values as texts, not {values!r}"
    if not isinstance(hint.get("breaks", ""), str):
        yield f"'breaks' must name a constraint, not {hint['breaks']!r}"
    for key in sorted(hint.keys() - {"table", "values", "breaks"}):
        yield f"{key!r} is unknown"


def _invariant_mistakes(invariant: object) -> Iterator[str]:
    if not isinstance(invariant, dict):
        yield f"must be a table, not {invariant!r}"
        return
    for key, wanted in INVARIANT.items():
        if not isinstance(invariant.get(key), wanted) or not invariant[key].strip():
            yield f"{key!r} must be a text"
    for key in sorted(invariant.keys() - INVARIANT.keys()):
        yield f"{key!r} is unknown"


def _same_names(invariants: object) -> Iterator[str]:
    entries = invariants if isinstance(invariants, list) else []
    names = Counter(str(one.get("name")) for one in entries if isinstance(one, dict))
    yield from (
        f"{count} invariants are named {name!r}" for name, count in names.items() if count > 1
    )
