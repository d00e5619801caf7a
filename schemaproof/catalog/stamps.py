"""
Tell which relations have other rows in the catalogue than the last time.

A stamp is the sum of a hash of where each row that describes a relation lies and who wrote it: it
is another after every change, and the same again after a rollback. The stamps of a large schema are
a megabyte of text, so the server first adds them up over stretches of 256 OIDs, and only what lies
in a stretch with another sum is told one by one.

Source: https://www.postgresql.org/docs/current/ddl-system-columns.html
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from functools import cache
from importlib import resources

from schemaproof.catalog.snapshot import Ask

# Below it, to ask for the sums first would cost more than it spares.
FEW_LINES = 2000
# Each further one costs a look into a dozen indexes; at some point one look at everything is less.
MOST_STRETCHES = 16
NO_RELATION = "0"
_STRETCH_OF_NONE = 0

# The words of each line, in groups by its first word: what it tells, and of which OID.
Lines = dict[str, dict[str, list[str]]]


class Stamps:
    """
    What the rows that describe each relation looked like when they were last looked at.
    """

    def __init__(self) -> None:
        # By stretches of OIDs if there are many, else under one key.
        self._lines: dict[int, frozenset[str]] = {}
        self._sums: Counter[int] = Counter()

    def forked(self) -> Stamps:
        """
        Return the same, to go its own way from here.
        """
        other = Stamps()
        other._lines, other._sums = {**self._lines}, Counter(self._sums)
        return other

    def look(self, ask: Ask) -> tuple[Lines, Lines]:
        """
        Return what is no longer told of relations, and what is told instead.
        """
        changed = self._changed(ask) if self._sums else None
        if changed is None:
            lines = ask(_statement("_stamps")).split("\n")
            changed = {*self._lines}
        else:
            near = ask(_statement("_stamps_near"), [*changed]) if changed else ""
            lines = near.split("\n") if near else []
        had = frozenset[str]().union(*(self._lines.pop(each, ()) for each in changed))
        self._keep(lines, changed)
        return _grouped(had.difference(lines)), _grouped(frozenset(lines) - had)

    def _changed(self, ask: Ask) -> set[int] | None:
        sums: Counter[int] = Counter()
        for line in ask(_statement("_sums")).split("\n"):
            stretch, total = line.split(" ")
            sums[int(stretch)] += int(total)
        changed = {each for each in sums.keys() | self._sums if sums[each] != self._sums[each]}
        return None if _STRETCH_OF_NONE in changed or len(changed) > MOST_STRETCHES else changed

    def _keep(self, lines: Collection[str], changed: Iterable[int]) -> None:
        if not self._sums and len(lines) < FEW_LINES:
            self._lines = {_STRETCH_OF_NONE: frozenset(lines)}
            return
        for each in changed:
            self._sums.pop(each, None)
        stretches: dict[int, list[str]] = defaultdict(list)
        for line in lines:
            what, oid, *words = line.split(" ", 2)
            stretch = int(oid) >> 8
            stretches[stretch].append(line)
            if what == "stamp":
                self._sums[stretch] += int(words[0])
        self._lines |= {each: frozenset(told) for each, told in stretches.items()}


def _grouped(lines: Iterable[str]) -> Lines:
    groups: Lines = defaultdict(dict)
    for line in lines:
        what, oid, *words = line.split(" ", 2)
        # A name comes last: it may have blanks.
        groups[what][oid] = words[0].split(" ", 2) if what == "name" else words
    return groups


@cache
def _statement(name: str) -> str:
    files = resources.files("schemaproof.catalog") / "sql"
    text = (files / f"{name}.sql").read_text("utf-8")
    for part in ("versions", "versions_of_others"):
        text = text.replace(f"{{{part}}}", (files / f"_{part}.sql").read_text("utf-8"))
    return text
