"""
Run ``schemaproof verify`` until something is left behind.

A hundred runs in a row, ten at once, and thirty that are ended at random moments, by SIGKILL,
SIGTERM or Ctrl-C: every run that was left alone must be green, one that was asked to end must say
so by its exit status, and of none may a process, socket, directory or System V segment be left.
Exit status 1 if one is.

    python benchmarks/soak.py --runs 100 --at-once 10 --kills 30 --seed 1
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

from schemaproof.cli import INTERRUPTED, PROVED, TERMINATED  # noqa: E402 - needs the path above
from tests.harness import traces  # noqa: E402
from tests.harness.runs import COMMAND_LINE, Run  # noqa: E402

SAYS_EVERY_S = 20.0
# What a run's exit status is after each signal; it may also have been done a moment before.
ENDINGS = {
    signal.SIGKILL: {-signal.SIGKILL},
    signal.SIGTERM: {TERMINATED, PROVED},
    signal.SIGINT: {INTERRUPTED, PROVED},
}


class Soak:
    """
    What was asked for, and what has been seen so far.
    """

    def __init__(self, asked: argparse.Namespace) -> None:
        self.command = ["verify", asked.project]
        self.command += [word for name in asked.only for word in ("--only", name)]
        self.chance = random.Random(asked.seed)  # noqa: S311 - nothing secret
        self.failed: list[str] = []
        self.left: list[str] = []
        self._said = time.monotonic()

    def in_a_row(self, runs: int) -> float:
        """
        Return the median of the seconds that a run takes.
        """
        took = []
        for number in range(runs):
            started = time.perf_counter()
            with Run(COMMAND_LINE, *self.command) as run:
                self.judge(run, {PROVED})
            took.append(time.perf_counter() - started)
            self.say(f"{number + 1} in a row", within_s=SAYS_EVERY_S)
        return sorted(took)[len(took) // 2]

    def at_once(self, runs: int) -> None:
        """
        Start all, then wait for all.
        """
        started = [Run(COMMAND_LINE, *self.command) for _ in range(runs)]
        for run in started:
            with run:
                self.judge(run, {PROVED})

    def end_one(self, longest_s: float, cache: str | None) -> bool:
        """
        End a run at a random moment; return whether it was still alive.
        """
        env = {"SCHEMAPROOF_CACHE_DIR": cache} if cache else {}
        with Run(COMMAND_LINE, *self.command, **env) as run:
            time.sleep(self.chance.uniform(0.0, longest_s))
            if run.process.poll() is not None:
                self.judge(run, {PROVED})
                return False
            number = self.chance.choice([*ENDINGS])
            # Sometimes all that is in its process group, sometimes the process alone.
            end = self.chance.choice([os.killpg, os.kill])
            # Before anything is brought up, a signal does what it does to every program.
            is_bare = not traces.directories(run.word)
            end(run.process.pid, number)
            self.judge(run, ENDINGS[number] | ({-number} if is_bare else set()), number.name)
        self.say("ended", within_s=SAYS_EVERY_S)
        return True

    def judge(self, run: Run, statuses: set[int], after: str = "") -> None:
        """
        Wait for a run and note what it should not have done, and what is left of it.
        """
        try:
            status, out, err = run.end()
        except subprocess.TimeoutExpired:
            self.failed.append(f"{after} still running after a minute")
            return
        if status not in statuses:
            self.failed.append(f"{after} exit status {status}: {err or out}")
        self.left.extend(f"{after} {line}" for line in run.left())

    def say(self, what: str, *, within_s: float = 0.0) -> None:
        """
        Print where it stands, unless that was done ``within_s`` seconds.
        """
        if time.monotonic() - self._said >= within_s:
            self._said = time.monotonic()
            print(f"{what}: {len(self.failed)} failed, {len(self.left)} left behind", flush=True)


def main() -> int:
    """
    Run all three parts and print what they came to.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--at-once", type=int, default=10)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", action="append", default=[], help="as of schemaproof verify")
    parser.add_argument("--project", default=str(REPOSITORY))
    asked = parser.parse_args()
    soak = Soak(asked)
    usual_s = soak.in_a_row(asked.runs)
    soak.say(f"{asked.runs} in a row, {usual_s:.2f} s each")
    soak.at_once(asked.at_once)
    soak.say(f"{asked.at_once} at once")
    with tempfile.TemporaryDirectory(prefix="cache-") as caches:
        # Every other one starts from nothing, initdb included.
        ended = [
            soak.end_one(1.2 * usual_s, f"{caches}/{number}" if number % 2 else None)
            for number in range(asked.kills)
        ]
    soak.say(f"{sum(ended)} of {asked.kills} ended before their time")
    print(*soak.failed, *soak.left, sep="\n")
    return 1 if soak.failed or soak.left else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
