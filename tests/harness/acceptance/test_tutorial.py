"""
The tutorial is replayed: every command in its order, every quoted line in what it prints.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.docs_pages import Block, blocks
from tests.harness.acceptance.conftest import REPOSITORY, UV

PAGE = "docs/tutorial/first-proof.md"
INSTALL = "pip install "
# One shell for all, as the reader's: what a block changes stays so for the next.
STEP = """
{{ {command}
}} > {folder}/{number}.out 2>&1; echo $? > {folder}/{number}.status
"""
ELIDED = "…"


@dataclass(frozen=True, kw_only=True)
class Step:
    """
    One block of commands.

    Attributes:
        block: The block.
        quoted: What the page quotes of its output; empty if nothing.
        status: Its exit status.
        output: What it printed.
    """

    block: Block
    quoted: str
    status: int
    output: str


def commands() -> list[tuple[Block, str]]:
    """Return the blocks of commands, each with the text that is quoted right after it."""
    found = sorted([*blocks("sh", page=PAGE), *blocks("text", page=PAGE)], key=lambda b: b.line)
    pairs = zip(found, [*found[1:], None], strict=True)
    return [
        (block, after.text if after and after.language == "text" and not is_yaml(after) else "")
        for block, after in pairs
        if block.language == "sh"
    ]


def is_yaml(block: Block) -> bool:
    return block.text.startswith(("- run", "repos:"))


def quickly(command: str, wheels: Path) -> str:
    """Return the same installation by uv, which takes a second and not half a minute."""
    if INSTALL not in command or UV is None:
        return command
    words = shlex.join(shlex.split(command.partition(INSTALL)[2]))
    uv = shlex.join(UV)
    return (
        f"{uv} venv -q --python {shlex.quote(sys.executable)} .venv\n. .venv/bin/activate\n"
        f"{uv} pip install -q --python .venv/bin/python --find-links {wheels} {words}"
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    Where the reader is: a folder with a clone of this repository.
    """
    folder = tmp_path_factory.mktemp("reader")
    (folder / "schemaproof").symlink_to(REPOSITORY)
    return folder


@pytest.fixture(scope="module")
def steps(folder: Path, wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Step]:
    """
    Every block of commands, run in one shell with the built wheel, and what came of it.
    """
    kept = tmp_path_factory.mktemp("kept")
    script = "".join(
        STEP.format(command=quickly(block.text, wheel.parent), folder=kept, number=number)
        for number, (block, _) in enumerate(commands())
    )
    # Without its bytecode every start of the program takes seconds more.
    left_out = ("PYTHONDONTWRITEBYTECODE", "CI", "PYTHONPATH", "HARBOUR_DSN", "VIRTUAL_ENV")
    env = {name: value for name, value in os.environ.items() if name not in left_out}
    env["PIP_FIND_LINKS"] = str(wheel.parent)
    subprocess.run(["bash", "-c", script], cwd=folder, env=env, check=True)  # noqa: S607 - a reader's
    return [
        Step(
            block=block,
            quoted=quoted,
            status=int((kept / f"{number}.status").read_text()),
            output=(kept / f"{number}.out").read_text(),
        )
        for number, (block, quoted) in enumerate(commands())
    ]


def pattern(quoted: str) -> str:
    """Return a pattern for what is quoted: `…` on a line stands for any, times differ."""
    lines = [
        r"(?:.*\n)*?"
        if line == ELIDED
        # A time may have another width, and then so has what is cut off at the right.
        else re.sub(r"(?:\\ )+\d+\\\.\d+\\ s\\ .*", r" +[\\d.]+ s  .*", re.escape(line)) + r" *\n"
        for line in quoted.splitlines()
    ]
    return "".join(lines)


def test_every_command_does_what_the_page_says(steps):
    """
    It prints what is quoted, and fails only where the page quotes a violation.
    """
    for step in steps:
        expected = 1 if "VIOLATED" in step.quoted else 0
        assert step.status == expected, f"{step.block}\n{step.output}"
        assert re.fullmatch(pattern(step.quoted), step.output) or not step.quoted, (
            f"{step.block}\n{step.output}"
        )


def test_the_page_quotes_what_matters(steps):
    """
    One violation, then none; and the pages that were written.
    """
    quoted = [step.quoted for step in steps if step.quoted]

    assert ["VIOLATED" in text for text in quoted] == [True, False, False, False, False]
    assert sum("PROVED  " in text for text in quoted) == 2


def test_nothing_is_left_to_prove(steps, folder):
    """
    The last report has no violation and no skip; what is not covered has no schema or query.
    """
    report = json.loads((folder / "harbour" / "report.json").read_text())

    assert report["verdict"] == "proved"
    assert (report["counts"]["violated"], report["counts"]["skipped"]) == (0, 0)


def test_the_wheel_was_used(steps, folder):
    """
    The harness is the built one, in the environment of the project.
    """
    python = folder / "harbour" / ".venv" / "bin" / "python"
    where = "import schemaproof, harbour; print(schemaproof.__file__, harbour.__file__)"
    done = subprocess.run(
        [python, "-P", "-c", where], capture_output=True, text=True, check=True, cwd=folder
    )

    harness, project = done.stdout.split()
    assert Path(harness).is_relative_to(folder / "harbour" / ".venv")
    assert Path(project).is_relative_to(folder / "harbour" / "src")


def test_the_project_itself_was_not_touched():
    """
    What is shipped knows nothing of the harness.
    """
    shipped = REPOSITORY / "tests" / "projects" / "harbour"

    files = [file for file in shipped.rglob("*") if file.is_file() and file.suffix != ".pyc"]
    assert len(files) > 10
    assert [file for file in files if "schemaproof" in file.read_text("utf-8")] == []
