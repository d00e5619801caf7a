"""
Run Alembic as its users do: the command, in a process of its own.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
Alembic = Callable[..., subprocess.CompletedProcess[str]]
# A migration that hangs is a failure, and soon.
TIMEOUT_S = 60


def start(*arguments: str, cwd: Path = ROOT, **environment: str) -> subprocess.Popen[str]:
    """
    Start ``alembic`` in ``cwd`` with only the given variables naming a database.
    """
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name != "DATABASE_URL" and not name.startswith("PG")
    }
    return subprocess.Popen(
        [sys.executable, "-m", "alembic", *arguments],
        cwd=cwd,
        env={**inherited, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> subprocess.CompletedProcess[str]:
    """
    Wait for a started ``alembic`` and return how it ended.
    """
    try:
        output, errors = process.communicate(timeout=TIMEOUT_S)
    finally:
        process.kill()
    return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


@pytest.fixture
def alembic() -> Alembic:
    """
    A function that runs ``alembic`` with the given arguments and environment, and waits for it.
    """
    return lambda *arguments, **options: finish(start(*arguments, **options))
