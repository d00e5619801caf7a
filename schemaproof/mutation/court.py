"""
Have mutants judged, several at a time, each by those who can see what was broken.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from typing import Generic, TypeVar

from schemaproof.mutation.alike.company import companies
from schemaproof.mutation.alike.judge import alike_judge
from schemaproof.mutation.history.judge import HistoryJudge
from schemaproof.mutation.history.slips import Slip
from schemaproof.mutation.judged import Judged
from schemaproof.mutation.migrations.judge import drift_judge
from schemaproof.mutation.mutant import Mutant
from schemaproof.mutation.schemas.judge import SchemaJudge
from schemaproof.mutation.schemas.mutants import SchemaMutant
from schemaproof.mutation.suite.suite import Suite
from schemaproof.mutation.suite.survivors import tried
from schemaproof.mutation.workers import workers
from schemaproof.subject import Subject

AnyJudge = TypeVar("AnyJudge")


@dataclass(frozen=True)
class Court:
    """
    The judges of one run.

    Attributes:
        subject: The subject as it is.
        jobs: How many mutants to judge at once.
        costs_s: How long each claim took on the subject as it is, in seconds.
        suite: The project's own suite, if it is to judge what no check noticed.
    """

    subject: Subject
    jobs: int
    costs_s: dict[str, float]
    suite: Suite | None

    def judged(self, mutants: Iterable[Mutant]) -> Generator[Judged]:
        """
        Yield what becomes of each mutant, as soon as it is known.
        """
        mutants = [*mutants]
        # Alembic's environment belongs to the process, so that these take turns.
        history = HistoryJudge(self.subject)
        schemas = SchemaJudge(self.subject)
        yield from (history.judge(slip) for slip in mutants if isinstance(slip, Slip))
        with workers(self.jobs) as pool:
            changed = [mutant for mutant in mutants if isinstance(mutant, SchemaMutant)]
            if changed:
                schemas.learn()
            for verdicts in (
                pool.map(schemas.judge, changed),
                self._of_migrations(_of("migrations", mutants), pool),
                self._of_both(_of("alike", mutants), pool),
            ):
                yield from verdicts if self.suite is None else tried(self.suite, verdicts, pool)

    def _of_migrations(self, mutants: list[Mutant], pool: ThreadPoolExecutor) -> Iterator[Judged]:
        with _PerThread(lambda: drift_judge(self.subject)) as judges:
            yield from pool.map(lambda mutant: judges.own().judge(mutant), mutants)

    def _of_both(self, mutants: list[Mutant], pool: ThreadPoolExecutor) -> Iterator[Judged]:
        left: list[Mutant] = []
        with _PerThread(lambda: alike_judge(self.subject, self.costs_s)) as judges:
            for one in pool.map(lambda mutant: judges.own().judge(mutant), mutants):
                if one.fate == "survived" and one.mutant.shows_in == "rows":
                    left.append(one.mutant)
                else:
                    yield one
            groups = companies(left)
            for several in pool.map(lambda group: judges.own().judge_together(group), groups):
                yield from several


def _of(side: str, mutants: list[Mutant]) -> list[Mutant]:
    return [mutant for mutant in mutants if mutant.side == side]


class _PerThread(Generic[AnyJudge]):
    """
    Where several threads judge, each with a judge of its own for as long as it lasts.
    """

    def __init__(self, lend: Callable[[], AbstractContextManager[AnyJudge]]) -> None:
        self._lend, self._local = lend, threading.local()
        self._held = ExitStack()

    def own(self) -> AnyJudge:
        """
        Return this thread's judge.
        """
        if not hasattr(self._local, "judge"):
            self._local.judge = self._held.enter_context(self._lend())
        judge: AnyJudge = self._local.judge
        return judge

    def __enter__(self) -> _PerThread[AnyJudge]:
        return self

    def __exit__(self, raised: object, *_: object) -> None:
        # After an error the threads may still be at work: what they hold goes with the server.
        if raised is None:
            self._held.close()
