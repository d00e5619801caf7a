"""
Lay out a project as it was at a commit, in a directory that goes with the run.

Neither the working tree nor its index is touched, and git is left nothing to forget: the files are
written from an index of our own.

Source: https://git-scm.com/docs/git-checkout-index
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from schemaproof.errors import SchemaproofError
from schemaproof.postgres import scratch_directory


class BadBase(SchemaproofError):
    """The release before cannot be brought up from what ``--base`` names."""


@dataclass(frozen=True, kw_only=True)
class Checkout:
    """
    A tree as it was at a commit.

    Attributes:
        ref: What the commit was called.
        top: Where the tree lies.
        root: The project's folder in it.
        today: The top of the working tree.
        scratch: A folder for whatever else there is.
    """

    ref: str
    top: Path
    root: Path
    today: Path
    scratch: Path


@contextmanager
def checked_out(ref: str, root: Path) -> Iterator[Checkout]:
    """
    Yield the tree at ``ref`` of the repository that holds the folder ``root``.

    Raises:
        BadBase: There is no git, no repository, no such commit, or no project in it.
    """
    home = root.resolve()
    today = Path(_asked(home, "rev-parse", "--show-toplevel", else_=_no_repository(home)))
    # An option is no commit.
    commit = _asked(
        today,
        "rev-parse",
        "--verify",
        f"{ref}^{{commit}}" if ref[:1] != "-" else "",
        else_=_no(ref),
    )
    with scratch_directory() as scratch:
        tree = scratch / "tree"
        index = {"GIT_INDEX_FILE": str(scratch / "index")}
        told = f"--base {ref} cannot be laid out in {scratch}"
        _asked(today, "read-tree", commit, else_=told, **index)
        _asked(today, "checkout-index", "--all", f"--prefix={tree}/", else_=told, **index)
        old = tree / home.relative_to(today)
        if not old.is_dir():
            raise BadBase(
                f"needs the project at --base {ref}; found no {home.relative_to(today)} there: "
                "name a later commit"
            )
        yield Checkout(ref=ref, top=tree, root=old, today=today, scratch=scratch)


def _no_repository(root: Path) -> str:
    return f"--base needs a git repository around {root}: leave --base out where there is none"


def _no(ref: str) -> str:
    return f"--base needs a commit; found none called {ref!r}: fetch it first, or name another"


def _asked(folder: Path, *words: str, else_: str, **env: str) -> str:
    try:
        done = subprocess.run(
            ["git", *words],  # noqa: S607 - whichever git its user calls
            cwd=folder,
            env={**os.environ, **env},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise BadBase("--base needs git; found none on PATH: install it") from error
    if done.returncode:
        told = " ".join(done.stderr.decode(errors="replace").split())
        raise BadBase(f"{else_} (git says: {told})")
    return done.stdout.decode().strip()
