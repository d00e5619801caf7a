"""
The wheel holds the harness alone, and works where this repository is not.
"""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path

import pytest

from tests.harness.acceptance.conftest import REPOSITORY, TWO_TABLES, TWO_TABLES_UP, UV, run_well
from tests.harness.miniature import Step, miniature

# What a browser is given lies beside Python's own; what others wrote of it is compressed.
KINDS = {".py", ".sql", ".md", ".typed", ".html", ".css", ".js", ".gz", ".sh", ".txt"}


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    The ``bin`` folder of an environment that holds the wheel and what it requires.
    """
    folder = tmp_path_factory.mktemp("clean") / "environment"
    if UV:
        run_well(*UV, "venv", "--python", sys.executable, folder, cwd=folder.parent)
        python = folder / "bin" / "python"
        run_well(*UV, "pip", "install", "--python", python, wheel, cwd=folder.parent)
    else:
        run_well(sys.executable, "-m", "venv", folder, cwd=folder.parent)
        run_well(folder / "bin" / "python", "-m", "pip", "install", wheel, cwd=folder.parent)
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
    out = run_well(installed / "schemaproof", "verify", "--format", "json", *html, cwd=project)

    report = json.loads(out)
    assert report["verdict"] == "proved"
    assert report["counts"]["proved"] > 10
    assert (project / "report.html").read_text().startswith("<!doctype html>")
    page = project / "plans.html"
    run_well(
        installed / "schemaproof", "explain-plan", "TABLE authors", "--html", page, cwd=project
    )
    assert page.read_text().startswith("<!doctype html>")
    where = "import schemaproof, sys; sys.stdout.write(schemaproof.__file__)"
    assert str(REPOSITORY) not in run_well(installed / "python", "-c", where, cwd=project)
