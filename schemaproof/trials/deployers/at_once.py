"""
Let several deployers upgrade one database at the same time, each a process of its own.

``env.py`` and Alembic belong to a process, so that threads cannot play them.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

from schemaproof.errors import SchemaproofError
from schemaproof.postgres import Database
from schemaproof.project import Project
from schemaproof.trials.deployers import _program

COUNT = 8

# How long nobody may come to a gate before those who wait there are let through. Without turns all
# come within a fraction of it; with turns this is how long the first one holds its turn in vain.
QUIET_S = 1.0

# How long nothing may happen before those who are left are taken to wait for ever.
PATIENCE_S = 300.0


class NoDeployers(SchemaproofError):
    """The processes of the deployers could not be run."""


@dataclass(frozen=True, kw_only=True)
class Deployer:
    """
    What became of one deployer.

    Attributes:
        kind: ``done``, ``failed``, or ``hung`` if it was still waiting when nothing moved any more.
        steps: How many revisions it applied.
        told: What it failed with: the words of the server, or of the exception.
        statement: The SQL that the server refused, if it did.
        path: The file in which it failed; None if Alembic itself raised.
        line: The line of that file.
    """

    kind: Literal["done", "failed", "hung"]
    steps: int = 0
    told: str = ""
    statement: str | None = None
    path: Path | None = None
    line: int | None = None


def deploy_at_once(
    project: Project,
    database: Database,
    *,
    count: int = COUNT,
    patience_s: float = PATIENCE_S,
) -> tuple[Deployer, ...]:
    """
    Upgrade ``database`` to the heads by ``count`` processes that start together.

    Raises:
        SchemaproofError: What was asked is impossible; as `History.upgrade`.
    """
    order = {
        "path": sys.path,
        "project": str(project.root),
        "server": database.server.hand_over(),
        "database": database.name,
        "count": count,
        "quiet_s": QUIET_S,
        "patience_s": patience_s,
    }
    return tuple(map(_deployer_of, json.loads(_answer(order))))


def _answer(order: dict[str, Any]) -> str:
    answer = ""
    # A file without a name: nothing is left of it, however the run ends.
    with tempfile.TemporaryFile() as errors:
        # It may end before it has read the order.
        with suppress(BrokenPipeError), _started(errors) as program:
            assert program.stdin is not None  # noqa: S101 - asked for
            assert program.stdout is not None  # noqa: S101 - asked for
            program.stdin.write(f"{json.dumps(order)}\n")
            program.stdin.flush()
            answer = program.stdout.read()
        errors.seek(0)
        said = errors.read().decode(errors="replace").strip().splitlines()
    if not answer:
        raise NoDeployers(
            f"needs processes that run {sys.executable}; found that they end at once"
            f"{f' ({said[-1]})' if said else ''}: skip the check that asks for them"
        )
    return answer


@contextmanager
def _started(errors: IO[bytes]) -> Iterator[subprocess.Popen[str]]:
    program = subprocess.Popen(
        [sys.executable, "-I", _program.__file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
        start_new_session=True,
    )
    # Leaving closes its standard input, and it ends with all that it has started.
    with program:
        yield program


def _deployer_of(outcome: dict[str, Any]) -> Deployer:
    if outcome["kind"] == "impossible":
        raise NoDeployers(outcome["told"])
    path = outcome.pop("path", None)
    return Deployer(**outcome, path=Path(path) if path else None)
