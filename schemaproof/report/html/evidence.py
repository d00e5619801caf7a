"""
Find what was said of each object, and in one word what is known of each foreign key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from schemaproof.catalog import ForeignKey, QualifiedName
from schemaproof.report.background import Place
from schemaproof.report.html.anchors import anchor
from schemaproof.report.report import Proof, Report, Status, fingerprint, status_of

# The check that deletes parents and looks at what becomes of their children.
TRIED = "references/on-delete-behaves"

KeyEvidence = Literal["cascade", "set-null", "set-default", "refused", "violated", "untested"]
ACTIONS: dict[str, KeyEvidence] = {
    "CASCADE": "cascade",
    "SET NULL": "set-null",
    "SET DEFAULT": "set-default",
    "NO ACTION": "refused",
    "RESTRICT": "refused",
}


@dataclass(frozen=True, kw_only=True)
class Said:
    """
    What one check says of one object.

    Attributes:
        check: The check's name.
        status: How its claim ended.
        words: The evidence, what is wrong, or why it was not tried.
        anchor: Where a violation of it is told whole; None if there is none.
    """

    check: str
    status: Status
    words: str
    anchor: str | None = None


class Evidence:
    """
    The proofs of a report by what they are about.
    """

    def __init__(self, report: Report) -> None:
        self._report = report
        self._places: Mapping[str, Place] = report.background.places if report.background else {}

    def of(self, kind: str, identity: str) -> tuple[Said, ...]:
        """
        Return what was said of one object.
        """
        return tuple(said(proof) for proof in self._by_object.get((kind, identity), ()))

    def about(self, table: QualifiedName) -> Mapping[tuple[str, str], list[Proof]]:
        """
        Return every proof about a table and what belongs to it, by the object's kind and identity.
        """
        return self._by_table.get(table, {})

    def status_of(self, table: QualifiedName) -> Status | None:
        """
        Return the worst of them; None if nothing was said.
        """
        found = [proof for proofs in self.about(table).values() for proof in proofs]
        return status_of(found) if found else None

    def of_key(self, key: ForeignKey) -> KeyEvidence:
        """
        Return what is known of a key's action, in one word.
        """
        found = [
            proof
            for proof in self._by_object.get((key.kind, key.identity), ())
            if proof.claim.check.name == TRIED
        ]
        if any(proof.violations for proof in found):
            return "violated"
        if not found or any(proof.status != "proved" for proof in found):
            return "untested"
        return ACTIONS[key.on_delete]

    @cached_property
    def _by_object(self) -> dict[tuple[str, str], list[Proof]]:
        grouped: dict[tuple[str, str], list[Proof]] = {}
        for of_table in self._by_table.values():
            for key, proofs in of_table.items():
                grouped.setdefault(key, []).extend(proofs)
        return grouped

    @cached_property
    def _by_table(self) -> dict[QualifiedName, dict[tuple[str, str], list[Proof]]]:
        grouped: dict[QualifiedName, dict[tuple[str, str], list[Proof]]] = {}
        for proof in self._report.proofs:
            place = self._places.get(str(proof.claim))
            if place is not None:
                of_table = grouped.setdefault(place.table, {})
                of_table.setdefault((place.kind, place.identity), []).append(proof)
        return grouped


def said(proof: Proof) -> Said:
    """
    Return a proof in the words of a page.
    """
    words = "; ".join(proof.seen)
    if proof.violations:
        words = "; ".join(violation.found for violation in proof.violations)
    elif proof.skipped is not None:
        words = proof.skipped
    name = proof.claim.check.name
    address = violation_anchor(name, proof) if proof.violations else None
    return Said(check=name, status=proof.status, words=words, anchor=address)


def violation_anchor(check: str, proof: Proof) -> str:
    """
    Return where the first violation of a proof is told.
    """
    return anchor("violation", fingerprint(check, proof.violations[0]))
