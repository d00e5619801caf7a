"""
Bring a revision's schema up on a server that several revisions share, each in a process of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from schemaproof.postgres import Connection, Server, new_prefix
from schemaproof.trials.release.checkout import Checkout

ROOT = Path(__file__).resolve().parents[2]
SIDE = ROOT / "benchmarks" / "compared" / "side.py"


@dataclass(frozen=True, kw_only=True)
class Side:
    """
    One revision, brought up.

    Attributes:
        rev: What it was called.
        connection: A connection to its database.
        queries: What it asks, by name, with the values in it.
    """

    rev: str
    connection: Connection
    queries: dict[str, str]


def brought_up(held: ExitStack, server: Server, checkout: Checkout, rows: float) -> Side:
    """
    Migrate and fill one revision.
    """
    handed = {"server": server.hand_over(), "prefix": new_prefix()}
    done = subprocess.run(
        [sys.executable, str(SIDE), str(checkout.root), str(rows)],
        input=json.dumps(handed),
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=checkout.root,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{checkout.ref} cannot be brought up; what it said stands above")
    told = json.loads(done.stdout)
    connection = held.enter_context(server.connect(told["database"]))
    return Side(rev=checkout.ref, connection=connection, queries=told["queries"])
