"""
The hooks that this repository offers run in another one, by pre-commit itself.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.harness.acceptance.conftest import REPOSITORY

OFFERED = REPOSITORY / ".pre-commit-hooks.yaml"
BIN = Path(sys.executable).parent
IDENTITY = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Ada"), ("EMAIL", "ada@example.org"))
}


def run(*command: str, cwd: Path, home: Path) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return subprocess.run(
        command,
        cwd=cwd,
        env={
            **env,
            **IDENTITY,
            "PRE_COMMIT_HOME": str(home),
            "PATH": f"{BIN}:{os.environ['PATH']}",
        },
        capture_output=True,
        text=True,
        check=False,
    )


def committed(folder: Path, home: Path) -> str:
    """Commit all that is in a folder; return the commit."""
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "All of it"]):
        done = run("git", *words, cwd=folder, home=home)
        assert done.returncode == 0, done.stderr
    return run("git", "rev-parse", "HEAD", cwd=folder, home=home).stdout.strip()


@pytest.fixture
def hook(library: Path, tmp_path: Path):
    """
    A function that runs one hook on all files of a project that has both configured.
    """
    if shutil.which("git") is None:
        pytest.skip("needs git: install it")
    offering, home = tmp_path / "offering", tmp_path / "home"
    offering.mkdir()
    shutil.copy(OFFERED, offering)
    hooks = [
        {"id": "schemaproof-verify", "args": ["--only", "references"]},
        {"id": "schemaproof-docs"},
    ]
    assert [one["id"] for one in hooks] == [
        one["id"] for one in yaml.safe_load(OFFERED.read_text())
    ]
    revision = committed(offering, home)
    repos = [{"repo": str(offering), "rev": revision, "hooks": hooks}]
    (library / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": repos}))
    committed(library, home)

    def run_hook(name: str) -> tuple[int, str]:
        run("git", "add", "-A", cwd=library, home=home)
        command = [sys.executable, "-m", "pre_commit", "run", "--all-files", name]
        done = run(*command, cwd=library, home=home)
        return done.returncode, done.stdout + done.stderr

    return run_hook


def test_a_good_schema_may_be_committed_and_a_bad_one_not(hook, library):
    good = hook("schemaproof-verify")
    (step,) = (library / "migrations" / "versions").glob("r1*")
    step.write_text(step.read_text().replace("ON DELETE CASCADE", ""))
    status, told = hook("schemaproof-verify")

    assert good[0] == 0, good[1]
    assert "Passed" in good[1]
    assert status == 1
    assert "references/on-delete-behaves" in told
    assert "books.author_id" in told


def test_pages_that_are_stale_are_not_committed(hook, library):
    """
    The hook names what is missing; after the command that it tells, it passes.
    """
    status, told = hook("schemaproof-docs")
    written = subprocess.run(
        [sys.executable, "-m", "schemaproof", "docs"], cwd=library, check=False
    ).returncode
    after, _ = hook("schemaproof-docs")

    assert (status, written, after) == (1, 0, 0)
    assert "docs/CHECKLIST.md: is missing" in told
    assert "run 'schemaproof docs'" in told
