"""
Tell of each registered query: what was said of it, how its cost grows, where its plan changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from schemaproof.report.html.anchors import anchor
from schemaproof.report.html.curves import Curve, curve_of, scale_of
from schemaproof.report.html.evidence import Said, said
from schemaproof.report.report import Proof, Report, Status, status_of

# Kinds of targets that are queries.
KINDS = ("query", "reading", "relying")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """
    A query.

    Attributes:
        anchor: Where it stands.
        name: Its name.
        statement: Its text; empty if nobody planned it.
        place: Which of the packed plans is its own; None if none is.
        curve: What it costs; None if nobody planned it.
        status: The worst of what was said of it; None if nothing was.
        said: Everything that was said of it.
    """

    anchor: str
    name: str
    statement: str
    place: int | None
    curve: Curve | None
    status: Status | None
    said: tuple[Said, ...]


def told_queries(report: Report) -> Iterator[Asked]:
    """
    Yield the queries by their names.
    """
    growths = report.background.growths if report.background else ()
    places = {growth.name: place for place, growth in enumerate(growths)}
    scale = scale_of(growths) if growths else None
    proofs = _proofs(report)
    for name in sorted({*places, *proofs}):
        place, found = places.get(name), proofs.get(name, [])
        growth = None if place is None else growths[place]
        yield Asked(
            anchor=anchor("query", name),
            name=name,
            statement=growth.statement if growth else "",
            place=place,
            curve=curve_of(growth, scale) if growth and scale else None,
            status=status_of(found) if found else None,
            said=tuple(map(said, found)),
        )


def _proofs(report: Report) -> dict[str, list[Proof]]:
    grouped: dict[str, list[Proof]] = {}
    for proof in report.proofs:
        if proof.claim.check.target in KINDS and proof.claim.target:
            grouped.setdefault(proof.claim.target, []).append(proof)
    return grouped
