"""
Time the harness, each figure beside its floor in the same run.

    python benchmarks/harness.py [--runs 15]

The floor is the least that PostgreSQL itself needs for the same result: raw initdb, a raw copy of a
prepared data directory, the raw statement. Medians of several runs; the ratio is what to look at,
since machines differ and are noisy.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg

from schemaproof.catalog import snapshot
from schemaproof.postgres import Databases, _archive, _cluster, _places, new_prefix, open_server
from schemaproof.postgres._account import Account, server_account
from schemaproof.postgres._binaries import Binaries, find_binaries, reachable
from schemaproof.postgres._embedded import SETTINGS
from schemaproof.project import Project
from schemaproof.runner import Order, opened
from schemaproof.subject import Subject

ROOT = Path(__file__).resolve().parents[1]
BODY_S = 0.030  # what a test does with its database


def median_ms(measure: Callable[[], float], runs: int) -> float:
    """
    Return the median of what ``measure`` returns in seconds, in milliseconds.
    """
    return 1e3 * statistics.median(measure() for _ in range(runs))


def took(action: Callable[[], object]) -> float:
    """
    Return how long an action takes, in seconds.
    """
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


class Floor:
    """
    PostgreSQL without the harness, run by hand.
    """

    def __init__(self, account: Account, binaries: Binaries, place: Path) -> None:
        self.account, self.binaries, self.place = account, binaries, place
        self.prepared = place / "prepared"
        os.chown(place, account.uid, account.gid)
        with open_server("embedded", prefix=new_prefix()):
            archive = next((_places.cache_directory() / "clusters").glob(f"{binaries.major}-*"))
        _archive.unpack(archive, self.prepared, uid=account.uid, gid=account.gid)

    def initdb(self) -> float:
        """
        Time initdb and the first answer of a server on what it made.
        """
        data = self.place / "fresh"
        argv = [self.binaries.program("initdb"), "--pgdata", str(data)]
        flags = _cluster._initdb(self.binaries)

        def make() -> None:
            subprocess.run(
                [*argv, *flags], check=True, stdout=subprocess.DEVNULL, **self._as_user()
            )

        with self._removing(data):
            elapsed_s = took(make)
            _cluster._write(data / "pg_hba.conf", "local all all trust\n")
            return elapsed_s + self._first_answer(data)

    def copy(self) -> float:
        """
        Time a raw copy of a prepared data directory and the first answer of a server on it.
        """
        data = self.place / "copy"
        with self._removing(data):
            argv = ["cp", "-a", str(self.prepared), str(data)]
            return took(lambda: subprocess.run(argv, check=True)) + self._first_answer(data)

    def _first_answer(self, data: Path) -> float:
        settings = {**SETTINGS, "unix_socket_directories": str(self.place), "io_method": "sync"}
        options = [word for item in settings.items() for word in ("-c", "=".join(item))]
        started = time.perf_counter()
        server = subprocess.Popen(
            [self.binaries.program("postgres"), "-D", str(data), *options],
            stderr=subprocess.DEVNULL,
            **self._as_user(),
        )
        try:
            while True:
                with (
                    contextlib.suppress(psycopg.OperationalError),
                    psycopg.connect(
                        host=str(self.place), user=_cluster.SUPERUSER, dbname="postgres"
                    ) as connection,
                ):
                    connection.execute("SELECT 1")
                    return time.perf_counter() - started
                time.sleep(0.001)
        finally:
            server.send_signal(signal.SIGQUIT)
            server.wait()

    def _as_user(self) -> dict[str, object]:
        if os.geteuid() != 0:
            return {}
        return {"user": self.account.uid, "group": self.account.gid, "extra_groups": []}

    @contextlib.contextmanager
    def _removing(self, data: Path) -> Iterator[None]:
        try:
            yield
        finally:
            shutil.rmtree(data, ignore_errors=True)


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


def starts(runs: int) -> Iterator[tuple[str, float, float]]:
    """
    Time servers: from nothing and from the cache.
    """
    account = server_account()
    binaries = reachable(find_binaries(), uid=account.uid)
    with tempfile.TemporaryDirectory(dir=_places.data_home()) as place:
        floor = Floor(account, binaries, Path(place))
        with tempfile.TemporaryDirectory() as cache:
            cold = median_ms(lambda: harness_start(Path(cache)), max(3, runs // 3))
        yield "server ready from nothing", cold, median_ms(floor.initdb, max(3, runs // 3))
        yield "server ready from cache", median_ms(harness_start, runs), median_ms(floor.copy, runs)


def clones(runs: int) -> Iterator[tuple[str, float, float]]:
    """
    Time databases: cloned on demand, taken from the pool, connected to; and their snapshot.
    """
    with opened(Project.load(ROOT), Order()) as subject:
        databases, template = subject.databases, subject.migrated
        with databases.server.connect() as admin:
            raw = median_ms(lambda: _raw_clone(admin, template.name), runs)
        # Each clone alone: a pool of its own, so that nothing was made ahead.
        alone = median_ms(lambda: _alone(databases, template.name), runs)
        yield "clone, alone", alone, raw
        with databases.clone(template):  # the pool wakes up
            time.sleep(BODY_S * 3)
        in_hand = median_ms(lambda: _in_hand(subject), runs)
        with databases.clone(template) as clone:
            connecting = median_ms(lambda: took(lambda: clone.connect().close()), runs)
            yield f"database in hand, {1e3 * BODY_S:.0f} ms bodies", in_hand, connecting
            with clone.connect() as connection:
                snapshot(connection)
                warm = median_ms(lambda: took(lambda: snapshot(connection)), runs)
                answer = median_ms(lambda: took(lambda: connection.execute("SELECT 1")), runs)
        yield "catalogue snapshot, warm", warm, answer


def _raw_clone(admin: psycopg.Connection, template: str) -> float:
    elapsed_s = took(
        lambda: admin.execute(f"CREATE DATABASE raw TEMPLATE {template} STRATEGY FILE_COPY")
    )
    admin.execute("DROP DATABASE raw")
    return elapsed_s


def _alone(databases: Databases, template: str) -> float:
    with databases.server.connect() as admin:
        elapsed_s = took(lambda: databases._create(admin, "alone", template))
        databases._drop(admin, "alone")
    return elapsed_s


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


def whole(runs: int) -> Iterator[tuple[str, float, float]]:
    """
    Time the command, beside a Python that only imports what it is built on.
    """
    verify = [sys.executable, "-m", "schemaproof", "verify"]
    imports = [sys.executable, "-c", "import alembic.command, psycopg, sqlalchemy.orm"]

    def run(argv: list[str]) -> float:
        return took(lambda: subprocess.run(argv, cwd=ROOT, check=True, stdout=subprocess.DEVNULL))

    count = max(3, runs // 3)
    yield (
        "schemaproof verify, from cache",
        median_ms(lambda: run(verify), count),
        median_ms(lambda: run(imports), count),
    )


def main() -> None:
    """
    Print the table.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    print(f"{'median of ' + str(runs) + ' runs':<34}{'harness':>10}{'floor':>10}{'ratio':>8}")
    for measure in (starts, clones, whole):
        for name, harness, floor in measure(runs):
            print(f"{name:<34}{harness:>7.1f} ms{floor:>7.1f} ms{harness / floor:>8.2f}")


if __name__ == "__main__":
    main()
