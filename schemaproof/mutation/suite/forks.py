"""
Try a suite on one mutant after another, without starting Python for each.

The process that was started imports the project and is then forked for each mutant, before pytest
imports a test: what a fork imports from there on meets the mutant, and ends with the fork.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from schemaproof.bench import MUTANT, Bench
from schemaproof.postgres import new_prefix

CAN_FORK = hasattr(os, "fork")
# Stands in the output after that of each mutant.
ENDED = "schemaproof: the next mutant"


def write(files: Iterable[Path], folder: Path, patience_s: float) -> Path:
    """
    Return a new file that names those of several mutants.

    Args:
        files: The files of the mutants.
        folder: Where.
        patience_s: How long the suite may take on each, in seconds.
    """
    several = [str(file) for file in files]
    with tempfile.NamedTemporaryFile(
        "w", dir=folder, suffix=".several.json", encoding="utf-8", delete=False
    ) as file:
        json.dump({"side": "schemas", "several": several, "patience_s": patience_s}, file)
    return Path(file.name)


def status(file: Path) -> int | None:
    """
    Return the status that the suite ended with on a mutant; None if it was not tried.
    """
    try:
        return int(_status_of(file).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None


def is_fork(files: Iterable[str], patience_s: float, bench: Bench) -> bool:
    """
    Fork for each file, one after the other, and tell whether this process is one of the forks.

    A fork finds its own mutant where the process that was started found them all.
    """
    bench.project.alignments  # noqa: B018 - imported once, for all
    for each in files:
        sys.stdout.flush()
        sys.stderr.flush()
        process = os.fork()
        if process == 0:
            signal.alarm(int(patience_s) + 1)
            os.environ[MUTANT] = each
            # What it makes on a server is its own.
            bench.prefix = new_prefix()
            return True
        _, ended = os.waitpid(process, 0)
        _status_of(Path(each)).write_text(str(os.waitstatus_to_exitcode(ended)), encoding="utf-8")
        os.write(sys.__stdout__.fileno() if sys.__stdout__ else 1, f"\n{ENDED}\n".encode())
    return False


def _status_of(file: Path) -> Path:
    return file.with_suffix(".ended")
