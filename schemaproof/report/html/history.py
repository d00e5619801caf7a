"""
Tell the history as a line: each revision with its lock, its stall, what became of the rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from schemaproof.report.html.anchors import anchor
from schemaproof.report.html.evidence import Said, said
from schemaproof.report.json import shown_path
from schemaproof.report.report import Proof, Report, Status, status_of
from schemaproof.report.revisions import by_revision

# Kinds of targets that are revisions.
KINDS = ("pending", "reversible", "revision", "undeployed")


@dataclass(frozen=True, kw_only=True)
class Stop:
    """
    A revision.

    Attributes:
        anchor: Where it stands.
        name: Its identifier.
        summary: What its docstring says first.
        file: Its file.
        after: What it builds on, where that is not simply the one before.
        status: The worst of what was said of it; None if nothing was.
        cells: What fills each column of its line, with the column's name and the status.
        said: Everything that was said of it.
    """

    anchor: str
    name: str
    summary: str
    file: str
    after: tuple[str, ...]
    status: Status | None
    cells: tuple[tuple[str, str, Status], ...]
    said: tuple[Said, ...]


def told_history(report: Report, root: Path) -> Iterator[Stop]:
    """
    Yield the revisions as they follow one another.
    """
    known = {one.id: one for one in report.background.revisions} if report.background else {}
    lines = by_revision(report)
    proofs = _proofs(report)
    before: str | None = None
    for name in tuple(known) or report.revisions:
        revision, found = known.get(name), proofs.get(name, [])
        parents = revision.parents if revision else ()
        yield Stop(
            anchor=anchor("revision", name),
            name=name,
            summary=revision.summary if revision else "",
            file=shown_path(revision.path, root) if revision else "",
            after=() if parents in ((), (before,)) else parents,
            status=status_of(found) if found else None,
            cells=tuple((column, *cell) for column, cell in lines.get(name, {}).items()),
            said=tuple(map(said, found)),
        )
        before = name


def _proofs(report: Report) -> dict[str, list[Proof]]:
    grouped: dict[str, list[Proof]] = {}
    for proof in report.proofs:
        if proof.claim.check.target in KINDS:
            grouped.setdefault(proof.claim.target, []).append(proof)
    return grouped
