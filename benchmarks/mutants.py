"""
Time how many mutants of this repository's schema are judged in a second, beside their floor.

    python benchmarks/mutants.py [--jobs 2] [--most 200] [--rounds 3]

The floor is the least that PostgreSQL itself needs. For mutants of the migrations alone: apply the
statements, take one snapshot, roll back. For mutants of models and migrations alike: apply the
statements and roll back, on both databases, and judge nothing. Both kinds are taken from all
operators, and each figure is the median of the rounds. Exit status 1 if the aim of 20 mutants a
second was missed for the first kind.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from schemaproof.catalog import snapshot  # noqa: E402 - needs the path above
from schemaproof.mutation.alike.judge import alike_checks  # noqa: E402
from schemaproof.mutation.choice import Choice  # noqa: E402
from schemaproof.mutation.control import control  # noqa: E402
from schemaproof.mutation.court import Court  # noqa: E402
from schemaproof.mutation.making import made_of  # noqa: E402
from schemaproof.mutation.migrations.scratch import Refused, applied  # noqa: E402
from schemaproof.mutation.mutant import Mutant  # noqa: E402
from schemaproof.mutation.ownership import own  # noqa: E402
from schemaproof.project import Project  # noqa: E402
from schemaproof.prover import Prover  # noqa: E402
from schemaproof.runner import Order, opened  # noqa: E402
from schemaproof.subject import Subject  # noqa: E402

AIM = 20  # mutants a second on 2 cores


def floor_of_drift(subject: Subject, mutants: Sequence[Mutant]) -> None:
    """
    Apply each, take one snapshot, roll back.
    """
    with (
        subject.databases.clone(subject.migrated) as database,
        database.connect(autocommit=True) as connection,
    ):
        for mutant in mutants:
            with suppress(Refused), applied(mutant, connection):
                snapshot(connection)


def floor_of_behaviour(subject: Subject, mutants: Sequence[Mutant]) -> None:
    """
    Apply each on both databases, roll back.
    """
    for template in (subject.migrated, subject.created):
        with (
            subject.databases.clone(template) as database,
            database.connect(autocommit=True) as connection,
        ):
            for mutant in mutants:
                with suppress(Refused), applied(mutant, connection):
                    pass


def rate(mutants: Sequence[Mutant], work: Callable[[Sequence[Mutant]], object]) -> float:
    """
    Return how many are done in a second.
    """
    started = time.perf_counter()
    work(mutants)
    return len(mutants) / (time.perf_counter() - started)


def spread(
    jobs: int, work: Callable[[Sequence[Mutant]], object]
) -> Callable[[Sequence[Mutant]], object]:
    """
    Return what does the work in as many threads.
    """

    def shared(mutants: Sequence[Mutant]) -> None:
        with ThreadPoolExecutor(jobs) as pool:
            for _ in pool.map(work, [mutants[n::jobs] for n in range(jobs)]):
                pass

    return shared


def sample(mutants: Iterable[Mutant], most: int) -> list[Mutant]:
    """
    Return as many of the mutants, from all over.
    """
    every = [*mutants]
    return every[:: max(1, len(every) // most)][:most]


def main() -> int:
    """
    Print both kinds, each beside its floor.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--jobs", type=int, default=Order().jobs)
    parser.add_argument("--most", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    rates: dict[str, float] = {}
    with opened(Project.load(ROOT), Order(jobs=given.jobs)) as subject:
        costs_s = control(Prover(subject), alike_checks(), given.jobs).costs_s
        court = Court(subject, given.jobs, costs_s, None)
        drift = sample(made_of(own(subject), Choice()), given.most)
        alike = [replace(mutant, side="alike") for mutant in drift]
        kinds = (("drift", drift, floor_of_drift), ("behaviour", alike, floor_of_behaviour))
        print(f"{'':<12}{'mutants':>8}{'judged/s':>10}{'floor/s':>10}{'ratio':>8}{'aim/s':>8}")
        for name, mutants, floor in kinds:
            pairs = [
                (
                    rate(mutants, spread(given.jobs, partial(floor, subject))),
                    rate(mutants, lambda part: [*court.judged(part)]),
                )
                for _ in range(given.rounds)
            ]
            least, rates[name] = map(statistics.median, zip(*pairs, strict=True))
            ratio = least / rates[name]
            told = f"{name:<12}{len(mutants):>8}{rates[name]:>10.1f}{least:>10.1f}{ratio:>8.2f}"
            print(f"{told}{AIM:>8}", flush=True)
    return 0 if rates["drift"] >= AIM else 1


if __name__ == "__main__":
    sys.exit(main())
