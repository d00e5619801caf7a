"""
Give the acceptance tests the command line, a copy of this repository and a miniature project.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from schemaproof.cli import main
from tests.harness.acceptance.fix_stage import TWO_TABLES, TWO_TABLES_UP, stage
from tests.harness.miniature import Step, miniature

__all__ = ["TWO_TABLES", "TWO_TABLES_UP", "cli", "library", "run_main", "stage", "subject"]

REPOSITORY = Path(__file__).parents[3]
SUBJECT = ("benchmarks", "models", "schemas", "migrations", "alembic.ini", "pyproject.toml")

UV = [sys.executable, "-m", "uv"] if importlib.util.find_spec("uv") else None

Cli = Callable[..., subprocess.CompletedProcess[str]]


def run_well(*command: str | Path, cwd: Path, **env: str) -> str:
    """
    Run a command to its good end, without our own packages on its path; return its output.
    """
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [*map(str, command)],
        cwd=cwd,
        env={**clean, **env},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    The wheel that this repository builds; for the whole run.
    """
    folder = tmp_path_factory.mktemp("wheel")
    if UV:
        run_well(*UV, "build", "--wheel", "--out-dir", folder, REPOSITORY, cwd=folder)
    else:
        pip = [sys.executable, "-m", "pip"]
        run_well(*pip, "wheel", "--no-deps", "--wheel-dir", folder, REPOSITORY, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(autouse=True)
def _not_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Take out of the environment what makes proofs thorough ones, and what GitHub is told by.
    """
    for name in ("CI", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def cli() -> Cli:
    """
    A function that runs ``schemaproof`` in a process of its own and returns what came of it.
    """

    def run(*arguments: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "schemaproof", *map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            env={**os.environ, **env},
        )

    return run


@pytest.fixture
def run_main() -> Iterator[object]:
    """
    The command line in this process; its handler of SIGTERM is taken back afterwards.
    """
    before = signal.getsignal(signal.SIGTERM)
    yield main
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def subject(tmp_path: Path) -> Path:
    """
    A copy of this repository's schema, for one test to break.
    """
    for name in SUBJECT:
        source, target = REPOSITORY / name, tmp_path / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    return tmp_path


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """
    A miniature project without a fault: authors and their books.
    """
    (tmp_path / "library").mkdir()
    return miniature(
        tmp_path / "library",
        models=TWO_TABLES,
        revisions=[Step(up=TWO_TABLES_UP, down="DROP TABLE books; DROP TABLE authors")],
    )
