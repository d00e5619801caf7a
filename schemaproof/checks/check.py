"""
Say what a check is: a name, a function, and what the function asks for.

A check is a generator that asks for parts of the subject by the names of its parameters, and yields
`Violation`, `Evidence` or `Skip`. A parameter named after a kind of target (``foreign_key``,
``check_constraint``, ``revision`` and the others of `TARGETS`) makes it one claim for each of them;
without one it is a single claim about the schema as a whole.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from schemaproof.targets import LIVE, LIVE_TARGETS, PARTS, STAGING, TARGETS

Severity = Literal["error", "warning"]


@dataclass(frozen=True, kw_only=True)
class Location:
    """
    A place in the project's files.

    Attributes:
        file: The path, absolute.
        line: The line, from 1; None if the file as a whole is meant.
    """

    file: Path
    line: int | None = None


@dataclass(frozen=True, kw_only=True)
class Violation:
    """
    One place where the subject breaks one check.

    Attributes:
        where: The object, e.g. ``projects.user_id``; a waiver names it by this.
        found: What is there now, in the words of the catalogue or the server.
        because: What goes wrong in production if it stays.
        fix: One imperative sentence: the smallest change that ends it.
        location: The model or migration to change, if known.
        revision: The revision that it belongs to, if it belongs to one.
    """

    where: str
    found: str
    because: str
    fix: str
    location: Location | None = None
    revision: str | None = None


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """
    What was seen when a claim was put to the server and held.

    Attributes:
        seen: One clause, e.g. ``cascades to 4 tables, raw and ORM``.
        brief: The same in a few words, for the table of revisions.
    """

    seen: str
    brief: str | None = None


@dataclass(frozen=True, kw_only=True)
class Skip:
    """
    A claim that could not be put to the test.

    Attributes:
        why: What was in the way, and what to do about it.
    """

    why: str


Yielded = Violation | Evidence | Skip
Function = Callable[..., Iterator[Yielded]]


@dataclass(frozen=True, kw_only=True)
class Check:
    """
    One thing that can be wrong.

    Attributes:
        name: ``family/name``.
        severity: What a violation of it is.
        function: The generator that decides.
        parts: The parts of the subject that it asks for.
        target: The kind of object it makes a claim about; None for the schema as a whole.
        is_thorough: Whether it takes so long that it is run only when asked for.
        column: The column of the table of revisions that it fills, if any.
    """

    name: str
    severity: Severity
    is_thorough: bool
    function: Function
    parts: tuple[str, ...]
    target: str | None
    column: str | None

    @property
    def family(self) -> str:
        """
        The part of the name before the slash.
        """
        return self.name.partition("/")[0]

    @property
    def is_for_staging(self) -> bool:
        """
        Whether it asks for what only a living database has.
        """
        return not STAGING.isdisjoint(self.parts)

    @property
    def runs_on_staging(self) -> bool:
        """
        Whether a living database has all that it asks for.
        """
        return LIVE.issuperset(self.parts) and self.target in {None, *LIVE_TARGETS}

    @property
    def module_file(self) -> Path:
        """
        The file that holds it; its page lies beside it.
        """
        return Path(inspect.getfile(self.function))

    @property
    def page(self) -> str:
        """
        Its page: problem, why, instead of, use, when to waive.
        """
        return self.module_file.with_suffix(".md").read_text(encoding="utf-8")

    @property
    def summary(self) -> str:
        """
        The first sentence of its module, without the full stop.
        """
        module = inspect.getmodule(self.function)
        return inspect.cleandoc((module and module.__doc__) or "").splitlines()[0].rstrip(".")

    def run(self, **arguments: Any) -> Iterator[Yielded]:
        """
        Put one claim to the test.
        """
        return self.function(**arguments)


REGISTRY: dict[str, Check] = {}


def check(
    name: str,
    *,
    severity: Severity = "error",
    thorough: bool = False,
    column: str | None = None,
) -> Callable[[Function], Function]:
    """
    Register a generator as the check ``name``.

    Args:
        name: ``family/name``.
        severity: What a violation of it is.
        thorough: Whether it is run only when asked for.
        column: The column of the table of revisions that it fills.

    Raises:
        ValueError: The name is taken, or a parameter names nothing that a subject has.
    """

    def register(function: Function) -> Function:
        asked = tuple(inspect.signature(function).parameters)
        targets = [word for word in asked if word in TARGETS]
        unknown = [word for word in asked if word not in TARGETS and word not in PARTS]
        if name in REGISTRY:
            raise ValueError(f"check {name!r} is registered twice")
        if unknown or len(targets) > 1:
            raise ValueError(f"check {name!r} asks for {unknown or targets}")
        REGISTRY[name] = Check(
            name=name,
            severity=severity,
            is_thorough=thorough,
            function=function,
            parts=tuple(word for word in asked if word in PARTS),
            target=targets[0] if targets else None,
            column=column,
        )
        return function

    return register
