"""
One run writes what each program reads, and a later one fails only by what is new.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.harness.miniature import Step, miniature

UP = "CREATE TABLE {0} (id serial PRIMARY KEY)"
MODEL = """
class {0}(Base):
    __tablename__ = "{1}"
    id: Mapped[int] = mapped_column(primary_key=True)
"""
BASE = "class Base(DeclarativeBase):\n    pass\n"
CHECKS = ("--only", "drift/models-match-migrations", "--only", "history/single-head")
# A run would fail by this before it wrote a thing.
NOWHERE = ("--server", "postgresql://127.0.0.1:1/x")
FORMATS = ("json", "junit", "sarif", "markdown")


def _project(root: Path, *, made: list[str], declared: list[str], before: str = "") -> Path:
    root.mkdir(exist_ok=True)
    models = "".join(MODEL.format(name.title(), name) for name in declared)
    steps = [Step(up="; ".join(UP.format(name) for name in made), down=None)]
    return miniature(root, models=f"{BASE}{before}{models}", revisions=steps)


def _files(folder: Path) -> dict[str, Path]:
    folder.mkdir(exist_ok=True)
    return {name: folder / f"report.{name}" for name in FORMATS}


def _options(files: dict[str, Path]) -> list[str]:
    return [word for name, file in files.items() for word in (f"--{name}", str(file))]


def test_one_run_writes_every_format(run_main, tmp_path, capsys):
    project = _project(tmp_path / "p", made=["one"], declared=["one", "two"])
    files = _files(tmp_path / "out")

    status = run_main(["verify", str(project), *CHECKS, *_options(files)])

    assert status == 1
    (violation,) = json.loads(files["json"].read_text())["violations"]
    (result,) = json.loads(files["sarif"].read_text())["runs"][0]["results"]
    assert result["partialFingerprints"]["schemaproof/v1"] == violation["fingerprint"]
    assert ET.parse(files["junit"]).getroot().get("failures") == "1"  # noqa: S314 - our own
    assert violation["fix"].split()[0] in files["markdown"].read_text()
    assert "VIOLATED" in capsys.readouterr().out


def test_two_runs_write_the_same_bytes(run_main, tmp_path):
    """
    But for the seconds in JSON.
    """
    project = _project(tmp_path / "p", made=["one"], declared=["one", "two"])
    first, second = _files(tmp_path / "a"), _files(tmp_path / "b")

    for files in (first, second):
        run_main(["verify", str(project), *CHECKS, *_options(files)])

    for name in ("junit", "sarif", "markdown"):
        assert first[name].read_bytes() == second[name].read_bytes()


def test_only_what_is_new_fails(run_main, tmp_path, capsys):
    """
    Known violations stay known while their lines move; a new one fails, a mended one is told.
    """
    baseline = tmp_path / "baseline.json"
    first = _project(tmp_path / "a", made=["one"], declared=["one", "two"])
    assert run_main(["verify", str(first), *CHECKS, "--json", str(baseline)]) == 1
    later = [*CHECKS, "--baseline", str(baseline)]

    moved = {"made": ["one", "six"], "declared": ["six", "one", "two"], "before": "\n" * 9}
    assert run_main(["verify", str(_project(tmp_path / "b", **moved)), *later]) == 0
    assert "1 violation is known from the baseline" in capsys.readouterr().out

    worse = _project(tmp_path / "c", made=["one"], declared=["one", "two", "three"])
    assert run_main(["verify", str(worse), *later, "--format", "lines"]) == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert re.match(r"\S+:\d+: error: drift/models-match-migrations: three: ", line)

    mended = _project(tmp_path / "d", made=["one"], declared=["one"])
    assert run_main(["verify", str(mended), *later]) == 0
    assert re.search("no longer found.*two", capsys.readouterr().out)


def test_github_is_told_where_it_asks(run_main, tmp_path, capsys, monkeypatch):
    """
    Beside a JSON document on the first stream, the annotations go to the second.
    """
    project = _project(tmp_path / "p", made=["one"], declared=["one", "two"])
    summary = tmp_path / "summary.md"
    summary.write_text("of the step before\n")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    order = ["verify", str(project), *CHECKS, "--format", "json"]

    run_main(order)
    told = capsys.readouterr()
    run_main([*order, "--no-github"])

    assert json.loads(told.out)["verdict"] == "violated"
    assert re.search(r"^::error file=[^,]+,line=\d+,title=drift/models", told.err, re.MULTILINE)
    assert summary.read_text().startswith("of the step before\n## schemaproof: violated")
    assert summary.read_text().count("## schemaproof:") == 1
    assert "::error" not in capsys.readouterr().err


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_that_cannot_be_written_is_refused_before_the_run(name, run_main, library, capsys):
    status = run_main(["verify", str(library), *NOWHERE, f"--{name}", str(library / "no" / "file")])

    out, err = capsys.readouterr()
    assert (status, out) == (2, "")
    assert re.search("cannot write .*no/file: No such file", " ".join(err.split()))


def test_a_baseline_that_is_none_is_refused_before_the_run(run_main, library, capsys):
    status = run_main(
        ["verify", str(library), *NOWHERE, "--baseline", str(library / "pyproject.toml")]
    )

    out, err = capsys.readouterr()
    assert (status, out) == (2, "")
    assert re.search("needs a report of version 1.*found no JSON", " ".join(err.split()))
