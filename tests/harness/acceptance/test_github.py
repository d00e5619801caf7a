"""
The workflow and the action: pinned, and their commands do on a machine what they do on GitHub's.
"""

from __future__ import annotations

import configparser
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from schemaproof.cli import commands
from tests.harness.acceptance.conftest import REPOSITORY

WORKFLOWS = sorted((REPOSITORY / ".github" / "workflows").glob("*.yml"))
ACTION = REPOSITORY / "action.yml"
# How GitHub runs a step whose shell is bash.
BASH = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c"]
BIN = Path(sys.executable).parent
PINNED = re.compile(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
TOX = configparser.ConfigParser()
TOX.read(REPOSITORY / "tox.ini")


def read(file: Path) -> dict[str, Any]:
    found = yaml.safe_load(file.read_text("utf-8"))
    assert isinstance(found, dict)
    return found


def steps() -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return every step of every workflow, with its job."""
    return [
        (job, step)
        for file in WORKFLOWS
        for job in read(file)["jobs"].values()
        for step in job["steps"]
    ]


@pytest.mark.parametrize("file", [*WORKFLOWS, ACTION], ids=lambda file: file.name)
def test_what_is_used_is_pinned(file: Path):
    """
    By its commit, with the version beside it; the action of this repository is used as it is.
    """
    used = re.findall(r"uses: (.+)", file.read_text("utf-8"))

    assert file is ACTION or len(used) > 3
    assert [one for one in used if one != "./" and not PINNED.fullmatch(one)] == []


def test_one_action_has_one_version():
    used = {
        one for file in WORKFLOWS for one in re.findall(r"uses: (.+/.+)", file.read_text("utf-8"))
    }

    names = [one.partition("@")[0] for one in used]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_a_workflow_may_read_and_ends(file: Path):
    """
    It has no right to write, and no job of it may hang for hours.
    """
    found = read(file)

    assert found["permissions"] == {"contents": "read"}
    # YAML 1.1 reads the key "on" as true.
    assert {*found[True]} == {"push", "pull_request"}
    for job in found["jobs"].values():
        assert job["timeout-minutes"] <= 60


def test_every_environment_of_tox_is_there():
    """
    What the workflow asks of tox, tox.ini has; and all that a bare ``tox`` runs, it runs.
    """
    asked: set[str] = set()
    for job, step in steps():
        words = shlex.split(step.get("run", ""))
        if words[:2] == ["tox", "-e"]:
            rows = job.get("strategy", {}).get("matrix", {}).get("include", [{}])
            for row in rows:
                name = " ".join(words[2:]).replace(
                    "${{ matrix.environment }}", row.get("environment", "")
                )
                asked |= {*name.split(",")}

    usual = {*TOX["tox"]["env_list"].split()}
    known = usual | {name.removeprefix("testenv:") for name in TOX.sections()}
    assert asked <= known
    # The action proves the schema.
    assert usual - asked == {"verify"}


def test_every_command_of_ours_has_its_options():
    ours = [
        words[1:]
        for _, step in steps()
        if (words := shlex.split(step.get("run", "")))[:1] == ["schemaproof"]
    ]

    assert ours
    for name, *words in ours:
        command = commands.commands[name]
        command.make_parser(click.Context(command)).parse_args(words)


def act(tmp_path: Path, project: Path, arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the step of the action that verifies, as GitHub does."""
    (step,) = (one for one in read(ACTION)["runs"]["steps"] if one.get("id") == "verify")
    assert step["working-directory"] == "${{ inputs.path }}"
    assert step["env"] == {"ARGUMENTS": "${{ inputs.arguments }}"}
    names = ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")
    return subprocess.run(
        [*BASH, step["run"]],
        cwd=project,
        env={
            **os.environ,
            **{name: str(tmp_path / name) for name in names},
            "RUNNER_TEMP": str(tmp_path),
            "PATH": f"{BIN}:{os.environ['PATH']}",
            "ARGUMENTS": arguments,
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def runner_temp(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runner")


@pytest.mark.parametrize(
    ("arguments", "status", "verdict"),
    [
        pytest.param("--only references", 0, "proved", id="good"),
        pytest.param("--only references --only history/single-head", 1, "violated", id="bad"),
    ],
)
def test_the_action_proves_a_project(arguments, status, verdict, library, runner_temp):
    """
    The verdict is its status; the report is a file, its output, and the summary of the step.
    """
    if status:
        (step,) = (library / "migrations" / "versions").glob("r1*")
        step.write_text(
            step.read_text()
            .replace("CREATE INDEX ix_books", "SELECT 1 AS ix_books")
            .replace("ON books (author_id)", "")
        )

    done = act(runner_temp, library, arguments)

    assert done.returncode == status, done.stderr
    (line,) = (runner_temp / "GITHUB_OUTPUT").read_text().splitlines()
    report = json.loads(Path(line.removeprefix("report=")).read_text())
    summary = (runner_temp / "GITHUB_STEP_SUMMARY").read_text()
    assert report["verdict"] == verdict
    assert summary == f"```text\n{done.stdout}```\n"
    assert ("books.author_id" in summary) is bool(status)


def test_words_of_the_action_are_no_commands(library, runner_temp):
    """
    What a workflow passes on from a branch's name is split into words, and nothing more.
    """
    done = act(runner_temp, library, "--only $(touch${IFS}pwned);touch --skip `touch${IFS}pwned`")

    assert done.returncode == 2
    assert not (library / "pwned").exists()
    assert "found '$(touch${IFS}pwned);touch'" in " ".join(done.stderr.split())


def test_the_action_installs_what_is_here():
    """
    Its own folder, with the extra that lints; both are there.
    """
    (step,) = (one for one in read(ACTION)["runs"]["steps"] if one["name"] == "Install")

    assert step["run"] == 'python -m pip install "$GITHUB_ACTION_PATH[lint]"'
    assert "lint = [" in (REPOSITORY / "pyproject.toml").read_text().partition("optional-")[2]
