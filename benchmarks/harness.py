"""
Time the harness, each figure beside its floor in the same run and beside what is aimed at.

    python benchmarks/harness.py [--runs 15]

The floor is the least that PostgreSQL itself needs for the same result: raw initdb, a raw copy of a
prepared data directory, the raw statement. Medians of several runs; the ratio is what to look at,
since machines differ and are noisy. Exit status 1 if an aim was missed.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.floor import Floor, median_ms, raw_clone, took  # noqa: E402 - needs the path above
from schemaproof.catalog import snapshot  # noqa: E402
from schemaproof.catalog.snapshot import _statement  # noqa: E402
from schemaproof.postgres import Connection, Databases, _places, new_prefix, open_server  # noqa: E402
from schemaproof.postgres._account import server_account  # noqa: E402
from schemaproof.postgres._binaries import find_binaries, reachable  # noqa: E402
from schemaproof.project import Project  # noqa: E402
from schemaproof.runner import Order, opened  # noqa: E402
from schemaproof.subject import Subject  # noqa: E402

BODY_S = 0.030  # what a test does with its database


@dataclass(frozen=True, kw_only=True)
class Figure:
    """
    One line of the table.

    Attributes:
        name: What was timed.
        harness_ms: What the harness took.
        floor_ms: What the least takes.
        most_ms: What it may take at most, if that is the aim.
        most_ratio: How many times the floor it may take, if that is the aim.
    """

    name: str
    harness_ms: float
    floor_ms: float
    most_ms: float | None = None
    most_ratio: float | None = None

    @property
    def is_missed(self) -> bool:
        """
        Whether there is an aim and it was not reached.
        """
        limit_ms = self.most_ms or self.floor_ms * (self.most_ratio or float("inf"))
        return self.harness_ms > limit_ms

    def __str__(self) -> str:
        aim = f"{self.most_ms:g} ms" if self.most_ms else ""
        aim = f"{self.most_ratio:g} x" if self.most_ratio else aim
        verdict = "" if not aim else ("missed" if self.is_missed else "met")
        return (
            f"{self.name:<34}{self.harness_ms:>8.1f} ms{self.floor_ms:>8.1f} ms"
            f"{self.harness_ms / self.floor_ms:>8.2f}{aim:>10}  {verdict}"
        )


def harness_start(cache: Path | None = None) -> float:
    """
    Time the harness from the call to the first answer; from nothing, if given an empty cache.
    """
    if cache is not None:
        shutil.rmtree(cache, ignore_errors=True)
        os.environ["SCHEMAPROOF_CACHE_DIR"] = str(cache)
    try:
        started = time.perf_counter()
        with open_server("embedded", prefix=new_prefix()) as server:
            with server.connect() as connection:
                connection.execute("SELECT 1")
            return time.perf_counter() - started
    finally:
        if cache is not None:
            del os.environ["SCHEMAPROOF_CACHE_DIR"]


def starts(runs: int) -> Iterator[Figure]:
    """
    Time servers: from nothing and from the cache.
    """
    account = server_account()
    binaries = reachable(find_binaries(), uid=account.uid)
    few = max(3, runs // 3)
    with tempfile.TemporaryDirectory(dir=_places.data_home()) as place:
        floor = Floor(account, binaries, Path(place))
        with tempfile.TemporaryDirectory() as cache:
            cold_ms = median_ms(lambda: harness_start(Path(cache)), few)
        yield Figure(
            name="server ready from nothing",
            harness_ms=cold_ms,
            floor_ms=median_ms(floor.initdb, few),
        )
        yield Figure(
            name="server ready from cache",
            harness_ms=median_ms(harness_start, runs),
            floor_ms=median_ms(floor.copy, runs),
            most_ratio=2,
        )


def clones(runs: int) -> Iterator[Figure]:
    """
    Time databases: asked for faster than they are made, and as tests ask for them; a snapshot.
    """
    with opened(Project.load(ROOT), Order()) as subject:
        databases, template = subject.databases, subject.migrated
        with databases.server.connect() as admin:
            raw_ms = median_ms(lambda: raw_clone(admin, template.name), runs)
        yield Figure(
            name="clone, one after the other",
            harness_ms=_in_a_row_ms(databases, subject, runs),
            floor_ms=raw_ms,
            most_ratio=1.5,
        )
        with databases.clone(template):  # the pool wakes up
            time.sleep(BODY_S * 3)
        in_hand_ms = median_ms(lambda: _in_hand(subject), runs)
        with databases.clone(template) as clone:
            yield Figure(
                name=f"database in hand, {1e3 * BODY_S:.0f} ms bodies",
                harness_ms=in_hand_ms,
                floor_ms=median_ms(lambda: took(lambda: clone.connect().close()), runs),
                most_ms=10,
            )
            with clone.connect() as connection:
                snapshot(connection)
                yield Figure(
                    name="catalogue snapshot, warm",
                    harness_ms=median_ms(lambda: took(lambda: snapshot(connection)), runs),
                    floor_ms=median_ms(lambda: took(lambda: _bare(connection)), runs),
                    most_ms=10,
                )


def _bare(connection: Connection) -> None:
    # The statement alone, without the records that are made of what it returns.
    statement = _statement().encode()
    connection.execute(statement, prepare=True).fetchone()  # type: ignore[arg-type]


def _in_a_row_ms(databases: Databases, subject: Subject, runs: int) -> float:
    # Whoever asks at once for the next one waits for it to be made: nothing is left ahead.
    with contextlib.ExitStack() as held:

        def take() -> float:
            return took(lambda: held.enter_context(databases.clone(subject.migrated)))

        median_ms(take, 4)
        return median_ms(take, runs)


def _in_hand(subject: Subject) -> float:
    started = time.perf_counter()
    with (
        subject.databases.clone(subject.migrated) as clone,
        clone.connect() as connection,
    ):
        connection.execute("SELECT 1")
        elapsed_s = time.perf_counter() - started
        time.sleep(BODY_S)
    return elapsed_s


def whole(runs: int) -> Iterator[Figure]:
    """
    Time the command, beside a Python that only imports what it is built on.
    """
    verify = [sys.executable, "-m", "schemaproof", "verify"]
    imports = [sys.executable, "-c", "import alembic.command, psycopg, sqlalchemy.orm"]

    few = max(3, runs // 3)
    with tempfile.TemporaryDirectory(prefix="bytecode-") as bytecode:
        # As pip leaves an installed package: compiled once, whatever this machine is set to.
        env = {**os.environ, "PYTHONPYCACHEPREFIX": bytecode}
        env.pop("PYTHONDONTWRITEBYTECODE", None)

        def run(argv: list[str]) -> float:
            done = partial(subprocess.run, argv, cwd=ROOT, check=True, env=env)
            return took(lambda: done(stdout=subprocess.DEVNULL))

        run(verify)
        yield Figure(
            name="schemaproof verify, from cache",
            harness_ms=median_ms(lambda: run(verify), few),
            floor_ms=median_ms(lambda: run(imports), few),
            most_ms=5000,
        )


def main() -> int:
    """
    Print the table.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    what = f"median of {runs} runs"
    print(f"{what:<34}{'harness':>11}{'floor':>11}{'ratio':>8}{'aim':>10}")
    missed = 0
    for measure in (starts, clones, whole):
        for figure in measure(runs):
            print(figure, flush=True)
            missed += figure.is_missed
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
