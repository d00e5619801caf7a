"""
Run ``schemaproof verify`` until something is left behind.

A hundred runs in a row, ten at once, and thirty that are killed at random moments: every run that
was not killed must be green, and of none may a process, socket, directory or System V segment be
left. Exit status 1 if one is.

    python benchmarks/soak.py --runs 100 --at-once 10 --kills 30 --seed 1
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
sys.path.insert(0, str(REPOSITORY))

from tests.harness.runs import COMMAND_LINE, Run  # noqa: E402 - needs the path above


class Soak:
    """
    What was asked for, and what has been seen so far.
    """

    def __init__(self, asked: argparse.Namespace) -> None:
        self.asked = asked
        self.command = ["verify", asked.project, "--only", asked.only]
        self.chance = random.Random(asked.seed)  # noqa: S311 - nothing secret
        self.failed: list[str] = []
        self.left: list[str] = []

    def in_a_row(self) -> float:
        """
        Return the median of the seconds that a run takes.
        """
        took = []
        for _ in range(self.asked.runs):
            started = time.perf_counter()
            with Run(COMMAND_LINE, *self.command) as run:
                self.judge(run)
            took.append(time.perf_counter() - started)
        return sorted(took)[len(took) // 2]

    def at_once(self) -> None:
        runs = [Run(COMMAND_LINE, *self.command) for _ in range(self.asked.at_once)]
        for run in runs:
            self.judge(run)

    def kill_one(self, longest_s: float, cache: str | None) -> bool:
        """
        Kill a run at a random moment; return whether it was still alive.
        """
        env = {"SCHEMAPROOF_CACHE_DIR": cache} if cache else {}
        with Run(COMMAND_LINE, *self.command, **env) as run:
            time.sleep(self.chance.uniform(0.0, longest_s))
            if run.process.poll() is not None:
                self.judge(run)
                return False
            # Sometimes all that is in its process group, sometimes the process alone.
            kill = os.killpg if self.chance.random() < 0.5 else os.kill
            kill(run.process.pid, signal.SIGKILL)
            run.process.communicate()
            self.left.extend(f"after SIGKILL: {line}" for line in run.left())
            return True

    def judge(self, run: Run) -> None:
        """
        Wait for a run and note whether it was green and what is left of it.
        """
        status, out, err = run.end()
        if status != 0:
            self.failed.append(f"exit status {status}: {err or out}")
        self.left.extend(run.left())

    def say(self, what: str) -> None:
        print(f"{what}: {len(self.failed)} failed, {len(self.left)} left behind", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--at-once", type=int, default=10)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="references", help="the check or family that is run")
    parser.add_argument("--project", default=str(REPOSITORY))
    asked = parser.parse_args()
    soak = Soak(asked)
    usual_s = soak.in_a_row()
    soak.say(f"{asked.runs} in a row, {usual_s:.2f} s each")
    soak.at_once()
    soak.say(f"{asked.at_once} at once")
    with tempfile.TemporaryDirectory(prefix="cache-") as caches:
        # Every other one starts from nothing, initdb included.
        killed = [
            soak.kill_one(1.2 * usual_s, f"{caches}/{number}" if number % 2 else None)
            for number in range(asked.kills)
        ]
    soak.say(f"{sum(killed)} of {asked.kills} killed before their end")
    print(*soak.failed, *soak.left, sep="\n")
    return 1 if soak.failed or soak.left else 0


if __name__ == "__main__":
    sys.exit(main())
