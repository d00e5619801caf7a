"""
Write what only this repository's pages have, as lines of Markdown.

``schemaproof docs`` writes everything that can be read from the database, the history and the
models; named by ``docs_parts`` in pyproject.toml, this adds what is written down here alone.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterator
from pathlib import Path

from schemaproof.pages import Facts
from schemaproof.pages.markdown import code, table

ROOT = Path(__file__).resolve().parent.parent
# What docs/measure.py has seen.
MEASURED = ROOT / "docs" / "measured.json"
SOURCES = ("models/*.py", "schemas/*.py", "migrations/*.py", "migrations/versions/*.py")


def _measured(_facts: Facts) -> Iterator[str]:
    found = json.loads(MEASURED.read_text("utf-8"))
    heads = ("revision", "lock on tables that were there", "round trip", "data", "longest wait")
    names = ("revision", "lock", "round_trip", "data", "stall")
    yield from table(heads, ([one[name] for name in names] for one in found["revisions"]))
    rows, where = f"{found['rows']:,} rows in each table", found["on"]
    yield from ("", f"The longest wait is that of a request, with {rows}, on {where}.")


def _files(_facts: Facts) -> Iterator[str]:
    files = sorted(file for pattern in SOURCES for file in ROOT.glob(pattern))
    rows = ((code(file.relative_to(ROOT).as_posix()), _first_line(file)) for file in files)
    yield from table(("file", "what it decides"), (row for row in rows if row[1]))


def _decisions(_facts: Facts) -> Iterator[str]:
    for file in sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md")):
        title = file.read_text("utf-8").partition("\n")[0].removeprefix("# ")
        yield f"- [{title}](decisions/{file.name})"


def _first_line(file: Path) -> str:
    documented = ast.get_docstring(ast.parse(file.read_text("utf-8"))) or ""
    return documented.partition("\n")[0].rstrip(".")


PARTS: dict[str, Callable[[Facts], Iterator[str]]] = {
    "decisions": _decisions,
    "files": _files,
    "measured": _measured,
}
