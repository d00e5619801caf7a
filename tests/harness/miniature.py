"""
Write miniature projects: a real models module, a real Alembic history, four lines of configuration.

The ``env.py`` and ``alembic.ini`` are those that ``alembic init`` generates, untouched: nothing in
them knows that a harness is looking.
"""

from __future__ import annotations

import contextlib
import io
import textwrap
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config

NO_MODELS = "class Base(DeclarativeBase):\n    pass\n"

MODELS_HEAD = """
from __future__ import annotations

from sqlalchemy import *
from sqlalchemy.dialects.postgresql import *
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
"""

SCHEMAS_HEAD = """
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, IntEnum
from typing import Annotated, Any, Literal, Optional
from uuid import UUID

from pydantic import *

import {module} as models
"""

QUERIES_HEAD = """
from sqlalchemy import bindparam, column, func, select, table, text

from schemaproof.rows import Population, Spread, Volume
from schemaproof.workload import Query, Workload

import {module} as models
"""

PYPROJECT = """
[tool.schemaproof]
metadata = "{module}:Base.metadata"
alembic = "alembic.ini"
url_env = {url_env}
"""

WAIVER = """
[[tool.schemaproof.waivers]]
check = "{check}"
where = '{where}'
reason = "for the test"
"""


@dataclass(frozen=True, kw_only=True)
class Step:
    """
    One migration file.

    Attributes:
        up: The body of ``upgrade()``: SQL, or Python if it begins with ``def`` or ``python:``.
        down: The body of ``downgrade()``, likewise; None writes no ``downgrade()`` at all.
        id: Its revision; ``r1``, ``r2`` and so on by default.
        parents: What it builds on; the step before it by default.
        labels: The names of the branch that begins with it.
        depends_on: What else it needs, by revision or label.
    """

    up: str
    down: str | None = ""
    id: str | None = None
    parents: tuple[str, ...] | None = None
    labels: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()


def miniature(
    folder: Path,
    *,
    models: str = NO_MODELS,
    schemas: str | None = None,
    queries: str | None = None,
    revisions: Sequence[Step | str] = (),
    waivers: Sequence[tuple[str, str] | tuple[str, str, str]] = (),
    template: str = "generic",
    url_env: Sequence[str] = (),
) -> Path:
    """
    Write a project into ``folder`` and return its path.

    Args:
        folder: An empty folder.
        models: Declarative classes under a ``Base`` of their own; the imports are given.
        schemas: Pydantic classes and ``ALIGNMENTS``; the imports are given, and ``models``.
        queries: What defines ``QUERIES``; the imports are given, and ``models``.
        revisions: The history, from the first; a plain text is the SQL of an upgrade.
        waivers: ``(check, where)``, or ``(check, where, until)`` with an ISO date.
        template: One of Alembic's own: ``generic``, ``async``, ``pyproject``.
        url_env: The environment variables that ``env.py`` is said to read.
    """
    _initialise(folder, template)
    # In-process imports of two projects must not meet under one name.
    module = f"models_{uuid.uuid4().hex}"
    (folder / f"{module}.py").write_text(MODELS_HEAD + textwrap.dedent(models))
    text = PYPROJECT.format(module=module, url_env=[*url_env])
    if schemas is not None:
        head = SCHEMAS_HEAD.format(module=module)
        (folder / f"schemas_of_{module}.py").write_text(head + textwrap.dedent(schemas))
        text += f'schemas = "schemas_of_{module}:ALIGNMENTS"\n'
    if queries is not None:
        head = QUERIES_HEAD.format(module=module)
        (folder / f"queries_of_{module}.py").write_text(head + textwrap.dedent(queries))
        text += f'queries = "queries_of_{module}:QUERIES"\n'
    for check, where, *until in waivers:
        text += WAIVER.format(check=check, where=where)
        text += f"until = {until[0]}\n" if until else ""
    pyproject = folder / "pyproject.toml"
    # Some templates have written into it.
    there = pyproject.read_text() if pyproject.is_file() else ""
    pyproject.write_text(there + text)
    write_revisions(folder / "migrations" / "versions", revisions)
    return folder


def write_revisions(versions: Path, revisions: Sequence[Step | str]) -> None:
    """
    Write the migration files of a history into their folder.
    """
    before: tuple[str, ...] = ()
    for number, given in enumerate(revisions, 1):
        step = given if isinstance(given, Step) else Step(up=given)
        name = step.id or f"r{number}"
        parents = before if step.parents is None else step.parents
        (versions / f"{name}_step.py").write_text(_migration(name, parents, step))
        before = (name,)


def _initialise(folder: Path, template: str) -> None:
    # A relative path, as people type it, is what ends up relative to alembic.ini in that file.
    with contextlib.chdir(folder), contextlib.redirect_stdout(io.StringIO()):
        options = {"toml_file": "pyproject.toml"} if "pyproject" in template else {}
        command.init(Config("alembic.ini", **options), "migrations", template=template)


def _migration(name: str, parents: tuple[str, ...], step: Step) -> str:
    down_revision = parents[0] if len(parents) == 1 else parents or None
    parts = [
        f'"""Step {name}."""',
        "import sqlalchemy as sa\nfrom alembic import op",
        f"revision = {name!r}\ndown_revision = {down_revision!r}\n"
        f"branch_labels = {step.labels or None!r}\ndepends_on = {step.depends_on or None!r}",
        f"def upgrade():\n{_body(step.up)}",
    ]
    if step.down is not None:
        parts.append(f"def downgrade():\n{_body(step.down)}")
    return "\n\n".join(parts) + "\n"


def _body(text: str) -> str:
    if text.startswith("python:"):
        return textwrap.indent(textwrap.dedent(text.removeprefix("python:")), "    ")
    return f"    op.execute(sa.text({text!r}))" if text.strip() else "    pass"
