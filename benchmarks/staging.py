"""
Look at a large database in use with `schemaproof staging`: what it finds, costs and leaves behind.

    python benchmarks/staging.py [--images 5000000] [--pairs 10] [--write]

The tables hold twice as many rows as there are images, and one revision is to come. First nobody
else is there: a clean database must give no alarm, each planted fault must be told, and the
position in the write-ahead log must not move. Then a user is at work, by turns alone and while
one look follows the other; all locks that their sessions hold meanwhile are taken down.

Needs two cores: a user is as fast as one core lets him be, and the other is left to who looks, as
on a server that has one to spare. Exit status 1 if a fault is missed, a clean database alarms,
something is written, a lock above ACCESS SHARE is taken, or the user loses 5 % for certain.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.deploy.faults import FAULTS, Fault  # noqa: E402 - needs the path above
from benchmarks.deploy.stage import LOOKER_CORE, Stage, staged  # noqa: E402
from benchmarks.deploy.user import User  # noqa: E402
from benchmarks.noise import Estimate, ratio  # noqa: E402
from benchmarks.pages import write_between  # noqa: E402

PAGE = ROOT / "docs" / "BENCHMARKS.md"
DEADLINE_S = 120
SPELL_S = 10
SNAPSHOT_S = 20
LOOK_EVERY_S = 0.01
AIM = 1.05
POSITION = "SELECT pg_current_wal_insert_lsn()::text"
RECORDS = """
SELECT resource_manager || ' ' || record_type, count(*)
FROM pg_get_wal_records_info(%s, %s) GROUP BY 1 ORDER BY 1
"""
# A page that is read is cleared of dead rows by whoever comes first, whatever he may do
# (heap_page_prune_opt of src/backend/access/heap/pruneheap.c); and once anything was written, the
# server takes down who is at work (LOG_SNAPSHOT_INTERVAL_MS of postmaster/bgwriter.c).
HOUSEKEEPING = {"Heap2 PRUNE_ON_ACCESS", "Standby RUNNING_XACTS"}
LOCKS = """
SELECT pid, mode FROM pg_stat_activity LEFT JOIN pg_locks USING (pid)
WHERE application_name LIKE 'schemaproof%' AND coalesce(locktype, 'relation') = 'relation'
"""


@dataclass(frozen=True, kw_only=True)
class Looked:
    """
    One look at the database.

    Attributes:
        took_s: How long it took, the start of Python included.
        status: The exit status.
        report: What was told, as JSON.
    """

    took_s: float
    status: int
    report: dict[str, Any]

    @property
    def alarms(self) -> list[str]:
        """
        The violations, in words.
        """
        return [
            f"{told['check']} {told['where']}: {told['found']}"
            for told in self.report["violations"]
            if not told["waived"]
        ]

    def tells(self, fault: Fault) -> bool:
        """
        Tell whether a fault was seen.
        """
        return any(
            told["check"] == fault.check and fault.where in told["where"]
            for told in self.report["violations"]
        )


def look(stage: Stage) -> Looked:
    """
    Run the command as an operator does, who works on another machine.
    """
    started = time.perf_counter()
    done = subprocess.run(
        [
            *("taskset", "--cpu-list", str(LOOKER_CORE), sys.executable, "-m", "schemaproof"),
            *("staging", stage.url, str(stage.project)),
            *("--deadline", str(DEADLINE_S), "--format", "json"),
        ],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    took_s = time.perf_counter() - started
    if done.returncode not in (0, 1):
        raise SystemExit(f"staging ended with {done.returncode}: {done.stderr}")
    return Looked(took_s=took_s, status=done.returncode, report=json.loads(done.stdout))


class Watch(threading.Thread):
    """
    Give the session of who looks its core, and take down the locks on relations it is seen with.

    Attributes:
        modes: Each, by the name that PostgreSQL gives it.
    """

    def __init__(self, stage: Stage) -> None:
        super().__init__(daemon=True)
        self.modes: set[str] = set()
        self._stage, self._over = stage, threading.Event()

    def run(self) -> None:
        """
        Look until told that it is over.
        """
        with self._stage.connect() as connection:
            while not self._over.wait(LOOK_EVERY_S):
                for pid, mode in connection.execute(LOCKS).fetchall():
                    self.modes |= {mode} - {None}
                    # Between the question and this it may have ended.
                    with contextlib.suppress(ProcessLookupError):
                        os.sched_setaffinity(pid, {LOOKER_CORE})

    def end(self) -> set[str]:
        """
        Stop, and return the modes.
        """
        self._over.set()
        self.join()
        return self.modes


def written_by(stage: Stage, looked: list[Looked]) -> dict[str, int]:
    """
    Return how many records of each kind a look adds to the log while nobody else is there.
    """
    with stage.connect() as connection:
        # What is due anyway is done before.
        connection.execute("ALTER SYSTEM SET autovacuum = off")
        connection.execute("SELECT pg_reload_conf()")
        connection.execute("VACUUM")
        connection.execute("CHECKPOINT")
        # So is the server's note of who is at work.
        time.sleep(SNAPSHOT_S)
        before = connection.execute(POSITION).fetchone()
        looked.append(look(stage))
        after = connection.execute(POSITION).fetchone()
        connection.execute("ALTER SYSTEM RESET autovacuum")
        connection.execute("SELECT pg_reload_conf()")
    if before == after:
        return {}
    # Elsewhere, so that the database stays what it is.
    with stage.database.server.connect(autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_walinspect")
        return dict(connection.execute(RECORDS, [*before, *after]).fetchall())


def planted(stage: Stage) -> Iterator[tuple[Fault, Looked]]:
    """
    Yield what a look tells of each fault.
    """
    for fault in FAULTS:
        with stage.connect() as connection:
            connection.execute(fault.plant)
            try:
                yield fault, look(stage)
            finally:
                connection.execute(fault.mend)


def slowed(user: User, stage: Stage, pairs: int) -> tuple[Estimate, float, list[float]]:
    """
    Return by what latency is multiplied while somebody looks, what it is, and how long looks took.
    """
    alone, watched, looks = [], [], []
    user.served(SPELL_S)
    with ThreadPoolExecutor(1) as other:
        for _ in range(pairs):
            alone.append(user.served(SPELL_S))
            over = threading.Event()
            looking = other.submit(look_on, stage, over)
            watched.append(user.served(SPELL_S))
            over.set()
            looks += looking.result()
    return ratio(alone, watched), statistics.median(alone), looks


def look_on(stage: Stage, over: threading.Event) -> list[float]:
    """
    Look again and again until told that it is over; return how long each took.
    """
    looks: list[float] = []
    while not over.is_set():
        looks.append(look(stage).took_s)
    return looks


@dataclass
class Findings:
    """
    What was seen.

    Attributes:
        lines: All of it, for the page.
        failed: What should have been otherwise.
    """

    lines: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def tell(self, line: str) -> None:
        """
        Print a line, and keep it.
        """
        print(f"- {line}", flush=True)
        self.lines.append(f"- {line}")


def alone(stage: Stage, findings: Findings) -> None:
    """
    Look while nobody else is there: at a clean database, and after each fault.
    """
    looked: list[Looked] = []
    written = written_by(stage, looked)
    counts = looked[0].report["counts"].items()
    clean = ", ".join(f"{number} {what.replace('_', ' ')}" for what, number in counts)
    findings.tell(f"{stage.rows:,} rows, clean: {clean}, in {looked[0].took_s:.1f} s")
    kinds = ", ".join(f"{number} {kind}" for kind, number in written.items())
    findings.tell(f"written to the log while nobody else was there: {kinds or 'nothing'}")
    findings.failed += looked[0].alarms
    findings.failed += [f"something was written: {kind}" for kind in written.keys() - HOUSEKEEPING]
    for fault, seen in planted(stage):
        is_told = seen.tells(fault)
        findings.tell(f"{fault.name}: {'told' if is_told else 'MISSED'} by `{fault.check}`")
        findings.failed += [] if is_told else [f"{fault.name} was missed: {seen.alarms}"]


def in_use(stage: Stage, user: User, pairs: int, findings: Findings) -> None:
    """
    Look while a user is at work.
    """
    watch = Watch(stage)
    watch.start()
    slower, latency_ms, looks = slowed(user, stage, pairs)
    modes = watch.end()
    findings.tell(f"locks on relations: {', '.join(sorted(modes))}")
    findings.failed += [f"took {mode}" for mode in modes - {"AccessShareLock"}]
    findings.tell(
        f"a user, as pgbench plays him, is served in {latency_ms:.2f} ms on average, and in"
        f" {slower.value:.3f} times that ({slower.low:.3f} to {slower.high:.3f}) while one"
        f" look of {statistics.median(looks):.1f} s follows the other"
    )
    if slower.low > AIM:
        findings.failed.append(f"the user waits {slower.low:.2f} times as long")


def main() -> int:
    """
    Print what was seen.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--images", type=float, default=5_000_000)
    parser.add_argument("--pairs", type=int, default=10)
    parser.add_argument("--write", action="store_true", help="write the figures into docs/")
    asked = parser.parse_args()
    findings = Findings()
    with tempfile.TemporaryDirectory() as folder, staged(asked.images, Path(folder)) as stage:
        alone(stage, findings)
        in_use(stage, User(stage, Path(folder)), asked.pairs, findings)
    if asked.write:
        write_between(PAGE, "staging", findings.lines)
    print(*findings.failed, sep="\n", file=sys.stderr)
    return 1 if findings.failed else 0


if __name__ == "__main__":
    sys.exit(main())
