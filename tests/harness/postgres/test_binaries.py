"""
The right server programs are found, and are made reachable for the user who runs them.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from schemaproof.postgres import _binaries
from schemaproof.postgres._binaries import NoServerBinaries, find_binaries, reachable


def _pretend(folder: Path, version: str) -> Path:
    folder.mkdir(parents=True)
    program = folder / "postgres"
    program.write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")
    program.chmod(0o755)
    return folder


def test_the_embedded_programs_are_there(monkeypatch):
    monkeypatch.delenv("SCHEMAPROOF_POSTGRES_BIN", raising=False)

    found = find_binaries()

    assert found.major >= 18
    assert {"postgres", "initdb"} <= {path.name for path in found.folder.iterdir()}


def test_a_named_folder_comes_first(tmp_path, monkeypatch):
    folder = _pretend(tmp_path / "bin", "17.2")
    monkeypatch.setenv("SCHEMAPROOF_POSTGRES_BIN", str(folder))

    assert find_binaries().folder == folder
    assert find_binaries(17).major == 17
    assert find_binaries(18).folder != folder


def test_a_named_folder_without_programs_is_a_mistake(tmp_path, monkeypatch):
    """
    Who names a folder means it, and does not want another server instead.
    """
    monkeypatch.setenv("SCHEMAPROOF_POSTGRES_BIN", str(tmp_path))

    with pytest.raises(NoServerBinaries, match=f"{tmp_path} holds no such 'postgres'"):
        find_binaries()


def test_a_version_that_is_not_here_is_told_with_what_is(tmp_path, monkeypatch):
    monkeypatch.setenv("SCHEMAPROOF_POSTGRES_BIN", str(_pretend(tmp_path / "bin", "17.2")))

    with pytest.raises(
        NoServerBinaries,
        match=r"needs PostgreSQL server programs of version 9; found 17, 18",
    ):
        find_binaries(9)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
@pytest.mark.parametrize(
    ("closed", "umask"),
    [
        pytest.param("above", 0o022, id="a folder above is closed"),
        pytest.param("inside", 0o077, id="a folder inside and the umask are closed"),
    ],
)
def test_programs_in_a_closed_folder_are_copied_for_the_servers_user(
    closed, umask, tmp_path, monkeypatch
):
    """
    Root's home is closed to others; the copy is not, and the libraries come with it.
    """
    original = find_binaries()
    site = tmp_path / "site-packages"
    package = original.folder.parents[1]
    for tree in (package, *package.parent.glob(f"{package.name}.libs")):
        shutil.copytree(tree, site / tree.name, symlinks=True, copy_function=_link)
    folder = site / package.name / original.folder.relative_to(package)
    (site if closed == "above" else folder.parent).chmod(0o700)
    # A place that all users can reach, which this test's own folder is not.
    public = Path("/var/tmp", f"schemaproof-test-{os.getpid()}")  # noqa: S108 - removed below
    monkeypatch.setattr(_binaries, "SYSTEM_CACHE", public)
    nobody = pwd.getpwnam("nobody").pw_uid
    before = os.umask(umask)
    try:
        found = reachable(_binaries.Binaries(folder=folder, version="x) 18"), uid=nobody)
        again = reachable(_binaries.Binaries(folder=folder, version="x) 18"), uid=nobody)

        told = subprocess.run(
            [found.program("postgres"), "--version"], user=nobody, capture_output=True, check=True
        )
        assert told.stdout.startswith(b"postgres (PostgreSQL)")
        assert found == again
        assert found.folder.is_relative_to(public)
        assert [path.name for path in public.iterdir()] == [found.folder.parents[2].name]
    finally:
        os.umask(before)
        shutil.rmtree(public)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_programs_that_cannot_be_copied_are_told(tmp_path, monkeypatch):
    """
    Where the copy cannot be made, a sentence says what to do.
    """
    (tmp_path / "taken").write_text("a file where the folder should be")
    monkeypatch.setattr(_binaries, "SYSTEM_CACHE", tmp_path / "taken")
    folder = tmp_path / "pg" / "bin"
    folder.mkdir(parents=True, mode=0o700)
    (folder / "postgres").touch(mode=0o700)

    with pytest.raises(NoServerBinaries, match=r"cannot be copied to .*: name the bin folder"):
        reachable(_binaries.Binaries(folder=folder, version="x) 18"), uid=65534)


@pytest.mark.parametrize(("age_s", "stays"), [(0.0, True), (3600.0, False)])
def test_what_a_killed_copy_left_is_removed(age_s, stays, tmp_path):
    """
    A copy that is under way is left alone.
    """
    scratch = tmp_path / f"{_binaries.SCRATCH}x"
    scratch.mkdir()
    then = time.time() - age_s
    os.utime(scratch, (then, then))

    _binaries._remove_scratch(tmp_path)

    assert scratch.exists() == stays


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)
