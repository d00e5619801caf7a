"""
Keep what one pytest process works on: the project, its server, its subject, its prover.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from schemaproof.errors import SchemaproofError
from schemaproof.postgres import Databases, Server, new_prefix, open_server
from schemaproof.project import Project
from schemaproof.prover import Prover
from schemaproof.subject import Subject

# The file with the mutant on which `schemaproof mutate --with` tries the suite.
MUTANT = "SCHEMAPROOF_MUTANT"

Made = TypeVar("Made")


class Bench:
    """
    What one pytest process works on, each part made when it is first needed.

    Args:
        root: The project's folder.
        server: ``embedded``, ``container``, ``container:IMAGE`` or the URL of a running server.
        handed: What `hand_over` returned in the process that keeps the server; empty elsewhere.
        base: The commit of the release before, if it is to be tried.
    """

    def __init__(
        self, root: Path, *, server: str, handed: Mapping[str, Any], base: str | None = None
    ) -> None:
        self._root, self._wanted, self._handed, self._base = root, server, handed, base
        self._held = contextlib.ExitStack()
        self._made: dict[str, Any] = {}
        self.prefix: str = handed.get("prefix") or new_prefix()

    @property
    def project(self) -> Project:
        """
        The project at pytest's rootdir.

        Raises:
            SchemaproofError: It is not configured; each time the same error.
        """
        return self._once("project", lambda: Project.load(self._root))

    @property
    def server(self) -> Server:
        """
        The server of this run.

        Raises:
            SchemaproofError: There is none; each time the same error, without another try.
        """
        return self._once("server", self._open_server)

    @cached_property
    def subject(self) -> Subject:
        """
        The project on that server.
        """
        databases = Databases(self.server, prefix=self.prefix)
        self._held.callback(databases.close)
        today = dt.datetime.now(dt.UTC).date()
        subject = Subject(self.project, databases, today=today, base=self._base)
        subject.mutant = (carried_mutant() or {}).get("sql")
        return subject

    @cached_property
    def prover(self) -> Prover:
        """
        The prover of its claims.
        """
        return Prover(self.subject)

    def hand_over(self) -> dict[str, Any]:
        """
        Return what another process needs to work on the same server.
        """
        return {"prefix": self.prefix, "server": self.server.hand_over()}

    def _open_server(self) -> Server:
        if "server" in self._handed:
            return Server.taken_over(self._handed["server"])
        return self._held.enter_context(open_server(self._wanted, prefix=self.prefix))

    def _once(self, name: str, make: Callable[[], Made]) -> Made:
        if name not in self._made:
            try:
                self._made[name] = make()
            except SchemaproofError as error:
                self._made[name] = error
        made: Made | SchemaproofError = self._made[name]
        if isinstance(made, SchemaproofError):
            raise made
        return made

    def close(self) -> None:
        """
        End what this process started.
        """
        self._held.close()


def carried_mutant() -> dict[str, Any] | None:
    """
    Return the mutant that this process is to work on: its ``side``, and what else is known of it.

    Raises:
        SchemaproofError: There should be one, and it cannot be read.
    """
    file = os.environ.get(MUTANT)
    if not file:
        return None
    try:
        found = json.loads(Path(file).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SchemaproofError(
            f"needs a mutant, as JSON, in the file that {MUTANT} names; found {file}: {error}"
        ) from error
    if not isinstance(found, dict) or "side" not in found:
        raise SchemaproofError(f"needs the side of the mutant in {file}; found none")
    return found
