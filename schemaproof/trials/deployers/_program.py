"""
Run a project's ``alembic upgrade heads`` in several processes at once.

Run as a program (``python -I _program.py``). The first line of standard input is the order, as
JSON (not an argument: a URL in it may hold a password). Once the libraries are imported it forks
one process for each deployer. They meet at two gates: at the first one each waits, ready to
connect, until all are; at the second one, having read where the database is, until nobody else
comes. Deployers that take turns never meet there, and then the first one goes on after a while.
What became of them is one line of JSON on standard output.

Standard input is the lifeline too: when it closes, however the other side ended, the deployers are
killed; and each of them ends when this program does.

Source: https://docs.sqlalchemy.org/en/20/core/events.html#sqlalchemy.events.DialectEvents.do_connect
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn
from unittest import mock

CONNECTING, ARRIVED = b"c", b"a"


class Deployer:
    """
    One deployer, as the program that started it sees it.

    Attributes:
        pid: Its process.
        reports: The pipe on which it says where it is, and at last what became of it.
        gate: The pipe on which it waits to be let through.
        told: What it has said, less the letters of the gates.
        at: The gate at which it waits, if it waits at one.
    """

    def __init__(self, pid: int, reports: int, gate: int) -> None:
        self.pid, self.reports, self.gate = pid, reports, gate
        self.told = b""
        self.at: bytes | None = None
        self.is_over = False

    def listen(self) -> None:
        """
        Take in what it says.
        """
        said = os.read(self.reports, 65536)
        if not said:
            self.is_over, self.at = True, None
            os.waitpid(self.pid, 0)
        elif not self.told and said in (CONNECTING, ARRIVED):
            self.at = said
        else:
            self.told += said

    def let_through(self) -> None:
        """
        Open the gate at which it waits.
        """
        self.at = None
        with suppress(OSError):
            os.write(self.gate, b"\n")

    def outcome(self) -> dict[str, Any]:
        """
        Return what became of it.
        """
        if not self.is_over:
            return {"kind": "hung"}
        try:
            outcome: dict[str, Any] = json.loads(self.told)
        except ValueError:
            return {"kind": "failed", "told": "its process ended without a word"}
        return outcome


class Race:
    """
    Several deployers, from their start to their end.
    """

    def __init__(self, deployers: list[Deployer], lifeline: int, order: dict[str, Any]) -> None:
        self.deployers, self.lifeline = deployers, lifeline
        self.quiet_s, self.patience_s = order["quiet_s"], order["patience_s"]
        self.passed: set[bytes] = set()

    def run(self) -> None:
        """
        Let them run, until all have ended or nobody moves any more.
        """
        last = time.monotonic()
        while running := [each for each in self.deployers if not each.is_over]:
            pipes = {each.reports: each for each in running}
            ready = select.select([self.lifeline, *pipes], [], [], self.quiet_s / 10)[0]
            if self.lifeline in ready:
                return
            for pipe in ready:
                pipes[pipe].listen()
                last = time.monotonic()
            quiet_s = time.monotonic() - last
            if quiet_s > self.patience_s:
                return
            self._open_gates(is_quiet=quiet_s > self.quiet_s)

    def _open_gates(self, *, is_quiet: bool) -> None:
        running = [each for each in self.deployers if not each.is_over]
        waiting = [each for each in running if each.at is not None]
        if len(waiting) == len(running) or is_quiet:
            self.passed |= {each.at for each in waiting if each.at is not None}
            # One that is still on its way to the first gate holds up those who wait there.
            if CONNECTING in self.passed and any(each.at == CONNECTING for each in waiting):
                waiting = [each for each in waiting if each.at == CONNECTING]
        for each in waiting:
            if each.at in self.passed:
                each.let_through()

    def end(self) -> None:
        """
        Kill whoever is left.
        """
        for each in self.deployers:
            if not each.is_over:
                os.kill(each.pid, signal.SIGKILL)
                os.waitpid(each.pid, 0)


def fork(order: dict[str, Any], lifeline: tuple[int, int]) -> Deployer:
    """
    Start one deployer.
    """
    reports, gate = os.pipe(), os.pipe()
    pid = os.fork()
    if pid:
        os.close(reports[1])
        os.close(gate[0])
        return Deployer(pid, reports[0], gate[1])
    try:
        os.close(lifeline[1])
        threading.Thread(target=_end_with, args=(lifeline[0],), daemon=True).start()
        outcome = deploy(order, lambda where: _wait(where, reports[1], gate[0]))
        os.write(reports[1], json.dumps(outcome).encode())
    finally:
        os._exit(0)


def _end_with(lifeline: int) -> NoReturn:
    os.read(lifeline, 1)
    os._exit(1)


def _wait(where: bytes, reports: int, gate: int) -> None:
    os.write(reports, where)
    os.read(gate, 1)


def deploy(order: dict[str, Any], wait: Callable[[bytes], None]) -> dict[str, Any]:
    """
    Upgrade as ``alembic upgrade heads`` does, and return what came of it.
    """
    from schemaproof.errors import SchemaproofError  # noqa: PLC0415 - once sys.path is set
    from schemaproof.history import MigrationFailed  # noqa: PLC0415
    from schemaproof.postgres import Database, Server  # noqa: PLC0415
    from schemaproof.project import Project  # noqa: PLC0415

    history = Project.load(Path(order["project"])).history
    database = Database(Server.taken_over(order["server"]), order["database"])
    steps = _gated(wait)
    try:
        history.upgrade(database)
    except MigrationFailed as error:
        path = str(error.path) if error.path else None
        found = {"told": error.told, "statement": error.statement}
        return {"kind": "failed", "path": path, "line": error.line} | found
    except SchemaproofError as error:
        return {"kind": "impossible", "told": str(error)}
    return {"kind": "done", "steps": len(steps)}


def _gated(wait: Callable[[bytes], None]) -> list[Any]:
    """
    Put the gates into this process; return the list in which the steps that it takes will be.
    """
    from alembic import command  # noqa: PLC0415 - once sys.path is set
    from alembic.runtime.environment import EnvironmentContext  # noqa: PLC0415
    from sqlalchemy import event  # noqa: PLC0415
    from sqlalchemy.engine import Engine  # noqa: PLC0415
    from sqlalchemy.pool import Pool  # noqa: PLC0415

    taken: list[Any] = []
    connecting = [CONNECTING]

    def at_the_door(*_arguments: Any) -> None:
        if connecting:
            wait(connecting.pop())

    # Not a subclass: what env.py calls in alembic.context is bound to the class itself.
    def gated(config: Any, script: Any, *, fn: Any, **options: Any) -> EnvironmentContext:
        def steps(revision: Any, context: Any) -> Iterable[Any]:
            wait(ARRIVED)
            taken.extend(fn(revision, context))
            return taken

        return EnvironmentContext(config, script, fn=steps, **options)

    # The first is asked before a connection is made, the second where a creator has made one.
    event.listen(Engine, "do_connect", at_the_door)
    event.listen(Pool, "connect", at_the_door)
    mock.patch.object(command, "EnvironmentContext", gated).start()
    return taken


def main() -> None:
    """
    Run the race that is ordered on standard input.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    order = json.loads(_first_line(0))
    sys.path[:] = order["path"]
    import schemaproof.project  # noqa: F401, PLC0415 - so that it is imported once for all

    control, answers, nothing = os.dup(0), os.dup(1), os.open(os.devnull, os.O_RDWR)
    # What an env.py reads and prints is not ours.
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    lifeline = os.pipe()
    deployers = [fork(order, lifeline) for _ in range(order["count"])]
    race = Race(deployers, control, order)
    try:
        race.run()
        outcomes = [each.outcome() for each in deployers]
    finally:
        race.end()
    with suppress(BrokenPipeError):
        os.write(answers, json.dumps(outcomes).encode())


def _first_line(source: int) -> bytes:
    line = b""
    while not line.endswith(b"\n"):
        read = os.read(source, 1 << 16)
        if not read:
            sys.exit()
        line += read
    return line


if __name__ == "__main__":
    main()
