"""
The wheel holds the harness alone, and works where this repository is not.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.harness.acceptance.conftest import REPOSITORY, TWO_TABLES, TWO_TABLES_UP
from tests.harness.miniature import Step, miniature

UV = [sys.executable, "-m", "uv"] if importlib.util.find_spec("uv") else None

# What a browser is given lies beside Python's own; what others wrote of it is compressed.
KINDS = {".py", ".sql", ".md", ".typed", ".html", ".css", ".js", ".gz", ".txt"}


def _run(*command: str | Path, cwd: Path, **env: str) -> str:
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


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    The wheel that this repository builds.
    """
    folder = tmp_path_factory.mktemp("wheel")
    if UV:
        _run(*UV, "build", "--wheel", "--out-dir", folder, REPOSITORY, cwd=folder)
    else:
        pip = [sys.executable, "-m", "pip"]
        _run(*pip, "wheel", "--no-deps", "--wheel-dir", folder, REPOSITORY, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    The ``bin`` folder of an environment that holds the wheel and what it requires.
    """
    folder = tmp_path_factory.mktemp("clean") / "environment"
    if UV:
        _run(*UV, "venv", "--python", sys.executable, folder, cwd=folder.parent)
        python = folder / "bin" / "python"
        _run(*UV, "pip", "install", "--python", python, wheel, cwd=folder.parent)
    else:
        _run(sys.executable, "-m", "venv", folder, cwd=folder.parent)
        _run(folder / "bin" / "python", "-m", "pip", "install", wheel, cwd=folder.parent)
    return folder / "bin"


def test_the_wheel_holds_the_harness_alone(wheel):
    """
    Every file of the package that is not Python's own rubbish, and nothing of the subject.
    """
    names = set(zipfile.ZipFile(wheel).namelist())

    ours = {
        str(path.relative_to(REPOSITORY))
        for path in (REPOSITORY / "schemaproof").rglob("*")
        if path.is_file() and path.suffix in KINDS
    }
    info = {name for name in names if name.partition("/")[0].endswith(".dist-info")}
    assert names - info == ours
    assert {Path(name).suffix for name in ours} == KINDS
    assert "schemaproof/py.typed" in ours


def test_the_installed_wheel_proves_a_project_elsewhere(installed, tmp_path):
    project = miniature(
        tmp_path,
        models=TWO_TABLES,
        revisions=[Step(up=TWO_TABLES_UP, down="DROP TABLE books; DROP TABLE authors")],
    )

    html = ("--html", project / "report.html")
    out = _run(installed / "schemaproof", "verify", "--format", "json", *html, cwd=project)

    report = json.loads(out)
    assert report["verdict"] == "proved"
    assert report["counts"]["proved"] > 10
    assert (project / "report.html").read_text().startswith("<!doctype html>")
    page = project / "plans.html"
    _run(installed / "schemaproof", "explain-plan", "TABLE authors", "--html", page, cwd=project)
    assert page.read_text().startswith("<!doctype html>")
    where = "import schemaproof, sys; sys.stdout.write(schemaproof.__file__)"
    assert str(REPOSITORY) not in _run(installed / "python", "-c", where, cwd=project)
