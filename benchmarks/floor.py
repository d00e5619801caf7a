"""
Do by hand what the harness does, with as little as PostgreSQL allows: the floor to measure against.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg

from schemaproof.postgres import _archive, _cluster, _places, new_prefix, open_server
from schemaproof.postgres._account import Account
from schemaproof.postgres._binaries import Binaries
from schemaproof.postgres._embedded import SETTINGS


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


def raw_clone(admin: psycopg.Connection, template: str) -> float:
    """
    Time the statement that makes a clone; the clone is dropped again.
    """
    statement = f"CREATE DATABASE raw TEMPLATE {template} STRATEGY FILE_COPY"
    elapsed_s = took(lambda: admin.execute(statement))
    admin.execute("DROP DATABASE raw")
    return elapsed_s
