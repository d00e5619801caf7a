"""
Keep what became of each mutant, and count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from schemaproof.mutation.mutant import Mutant, Side

Fate = Literal["killed", "survived", "equivalent", "refused"]


@dataclass(frozen=True, kw_only=True)
class Judged:
    """
    One mutant and its fate.

    Attributes:
        mutant: The mutant.
        fate: ``refused`` if the server did not let it be made: then it is no mutant.
        by: The check, or the command, that killed it.
        why: Why it is equivalent, or what the server said.
    """

    mutant: Mutant
    fate: Fate
    by: str | None = None
    why: str | None = None


@dataclass(frozen=True, kw_only=True)
class Line:
    """
    What became of one operator's mutants.

    Attributes:
        side: What was broken.
        operator: Its name.
        made: How many it made.
        killed: How many were killed.
        equivalent: How many are no different from the original.
        by: How many each check killed.
    """

    side: Side
    operator: str
    made: int
    killed: int
    equivalent: int
    by: dict[str, int]

    @property
    def survived(self) -> int:
        """
        How many nobody noticed.
        """
        return self.made - self.killed - self.equivalent


@dataclass(frozen=True, kw_only=True)
class Score:
    """
    What became of all mutants.

    Attributes:
        judged: Each of them, those included that the server refused.
        environment: On what they were judged.
        elapsed_s: How long it took, in seconds.
        untried: How many claims were skipped on the schema as it is.
    """

    judged: tuple[Judged, ...]
    environment: dict[str, str]
    elapsed_s: float
    untried: int = 0

    @cached_property
    def made(self) -> tuple[Judged, ...]:
        """
        Those that the server did not refuse.
        """
        return tuple(one for one in self.judged if one.fate != "refused")

    def of(self, fate: Fate) -> tuple[Judged, ...]:
        """
        Return those of one fate.
        """
        return tuple(one for one in self.judged if one.fate == fate)

    @property
    def percent(self) -> float:
        """
        How many of a hundred mutants that are not equivalent were killed; 100 if there are none.
        """
        different = len(self.made) - len(self.of("equivalent"))
        return 100 * len(self.of("killed")) / different if different else 100.0

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """
        What became of the mutants, operator by operator.
        """
        grouped: dict[tuple[Side, str], list[Judged]] = {}
        for one in self.made:
            grouped.setdefault((one.mutant.side, one.mutant.operator), []).append(one)
        return tuple(_line(side, name, grouped[side, name]) for side, name in sorted(grouped))

    @cached_property
    def by_check(self) -> dict[str, int]:
        """
        How many mutants each check, or the suite, killed.
        """
        return _killers(self.judged)


def _line(side: Side, name: str, judged: list[Judged]) -> Line:
    fates = Counter(one.fate for one in judged)
    return Line(
        side=side,
        operator=name,
        made=len(judged),
        killed=fates["killed"],
        equivalent=fates["equivalent"],
        by=_killers(judged),
    )


def _killers(judged: Iterable[Judged]) -> dict[str, int]:
    killers = Counter(one.by for one in judged if one.fate == "killed")
    return {f"{name}": killers[name] for name in sorted(killers, key=str)}
