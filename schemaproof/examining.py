"""
Examine a live database: the checks that only read, one after the other, in one session.

Whatever ends it early (Ctrl-C, the deadline, a server that is gone), what was proved by then is
told, and nothing stays on the server.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import platform
import time
from collections import deque
from collections.abc import Iterator

import alembic
import psycopg
import sqlalchemy
from sqlalchemy.exc import DBAPIError

from schemaproof.background import live_background_of
from schemaproof.errors import SchemaproofError, first_line
from schemaproof.live_coverage import not_covered_there
from schemaproof.postgres import (
    Databases,
    NoServerBinaries,
    Server,
    new_prefix,
    open_server,
)
from schemaproof.preflight import CatalogUnread, obstacle_of
from schemaproof.project import Project
from schemaproof.prover import Prover
from schemaproof.report import Background, Claim, NotCovered, Proof, Report
from schemaproof.runner import Order, Progress, spelt
from schemaproof.selection import Selection
from schemaproof.staging import DeadlineOver, ServerLost, Session
from schemaproof.subject import Live

FIRST = "deploy/session-cannot-write"
# What a session's own limits end.
LIMITS = (psycopg.errors.LockNotAvailable, psycopg.errors.QueryCanceled)


class Examination:
    """
    One look at a live database.

    Args:
        project: Whose database it is, and what is to be deployed on it.
        session: A session on it.
        order: Which checks to run, and where throwaway databases are made for comparison.

    Attributes:
        cut_short: Why claims were not reached; None if all were.
    """

    def __init__(self, project: Project, session: Session, order: Order) -> None:
        self._project, self._session, self._order = project, session, order
        checks = sorted(order.selection.choose(), key=lambda check: check.name != FIRST)
        self._queue = deque(Claim(check=check) for check in checks)
        self._started = time.perf_counter()
        self._proofs: list[Proof] = []
        self._pending: tuple[str, ...] = ()
        self._environment: dict[str, str] = {}
        self._background: Background | None = None
        self._not_covered = [
            NotCovered(where=check.name, why="not chosen")
            for check in Selection(thorough=True, place="staging").choose()
            if check not in checks
        ]
        self.cut_short: str | None = "interrupted"

    def run(self, progress: Progress | None = None) -> None:
        """
        Put every claim to the test, until the deadline.

        Args:
            progress: Told of each proof, how many are done and how many there are so far.

        Raises:
            ServerLost: The server has ended the session.
            SchemaproofError: There is nowhere to make throwaway databases.
        """
        with self._live() as live:
            prover = Prover(live)
            self._environment = self._seen_on(live)
            try:
                while self._queue:
                    self._next(prover)
                    if progress is not None and self._proofs:
                        done = len(self._proofs)
                        progress(self._proofs[-1], done, done + len(self._queue))
                told = prover.spokesmen(self._proofs)
                self._proofs += [prover.prove(claim) for claim in told]
                self.cut_short = None
            except DeadlineOver as over:
                self.cut_short = str(over)
            except SchemaproofError as error:
                self.cut_short = str(error)
                raise
            finally:
                self._note(live, prover)

    def report(self) -> Report:
        """
        Return what became of every claim; those that were not reached are skipped.
        """
        why = f"not reached: {self.cut_short}"
        left = [Proof(claim=claim, skipped=why) for claim in self._queue]
        return Report(
            proofs=tuple(sorted([*self._proofs, *left], key=lambda proof: str(proof.claim))),
            not_covered=tuple(self._not_covered),
            revisions=self._pending,
            environment=self._environment,
            background=self._background,
            elapsed_s=time.perf_counter() - self._started,
        )

    def _note(self, live: Live, prover: Prover) -> None:
        # Both were made, or nobody asked for them.
        pending, stamp = live.made("pending") or (), live.made("stamp")
        self._pending = tuple(one.revision.id for one in pending)
        if stamp is not None:
            self._environment["stamp"] = " ".join(stamp.revisions) or "none"
        self._not_covered += not_covered_there(live, self._proofs)
        if self._order.is_pictured:
            claims = [*self._queue, *(proof.claim for proof in self._proofs)]
            objects = {str(claim): prover.object_of(claim) for claim in claims}
            self._background = live_background_of(live, objects)

    def _next(self, prover: Prover) -> None:
        claim = self._queue[0]
        # Nothing that needs no answer from there is begun after the deadline either.
        self._session.clock.statement_ms  # noqa: B018 - raises
        try:
            claims = [claim] if claim.target else prover.claims([claim.check])
            proofs = [prover.prove(claim)] if claims == [claim] else []
        except (psycopg.Error, DBAPIError) as error:
            claims, proofs = [claim], [self._refused(claim, error)]
        except CatalogUnread as unread:
            claims, proofs = [claim], [Proof(claim=claim, skipped=str(unread))]
        self._queue.popleft()
        self._proofs += proofs
        if not proofs:
            self._queue.extendleft(reversed(claims))

    def _refused(self, claim: Claim, error: Exception) -> Proof:
        cause = getattr(error, "orig", error)
        if self._session.closed or not isinstance(cause, psycopg.Error) or not cause.sqlstate:
            raise ServerLost(f"needs a server that goes on answering; found: {first_line(cause)}")
        if isinstance(cause, LIMITS):
            return Proof(claim=claim, skipped=obstacle_of(cause))
        why = f"the server refused what it asks: {first_line(cause)} (SQLSTATE {cause.sqlstate})"
        return Proof(claim=claim, skipped=why)

    @contextlib.contextmanager
    def _live(self) -> Iterator[Live]:
        prefix = new_prefix()
        with self._throwaway(prefix) as server:
            databases = Databases(server, prefix=prefix)
            try:
                today = dt.datetime.now(dt.UTC).date()
                yield Live(self._project, databases, self._session, today=today)
            finally:
                databases.close()

    def _throwaway(self, prefix: str) -> Server:
        # What is compared with it is spelt by the same version, where that is to be had.
        same = self._session.info.server_version // 10000
        wanted = self._order.pg_version
        if self._order.server == "embedded" and wanted is None:
            with contextlib.suppress(NoServerBinaries):
                return open_server("embedded", prefix=prefix, major=same)
        return open_server(self._order.server, prefix=prefix, major=wanted)

    def _seen_on(self, live: Live) -> dict[str, str]:
        info, compared = self._session.info, live.databases.server
        where = f"database {info.dbname} as {info.user}"
        return {
            "alembic": alembic.__version__,
            "compared_with": f"PostgreSQL {spelt(compared.version)} ({compared.label})",
            "postgresql": f"PostgreSQL {spelt(info.server_version)} ({where})",
            "python": platform.python_version(),
            "server": f"{info.host}:{info.port}",
            "sqlalchemy": sqlalchemy.__version__,
        }
