"""
Say what a table's section is made of, for a template to write down.
"""

from __future__ import annotations

from dataclasses import dataclass

from schemaproof.report.html.evidence import KeyEvidence, Said
from schemaproof.report.html.picture import WORDS
from schemaproof.report.report import NotCovered, Status


@dataclass(frozen=True, kw_only=True)
class Thing:
    """
    Something of a table.

    Attributes:
        name: Its name.
        definition: What it is, in the words of the catalogue.
        notes: What else is to be known of it.
        comment: Its comment.
        said: What was said of it.
        evidence: For a key, what is known of it in one word.
        other: For a key, the table at its other end, with the address of its section.
    """

    name: str
    definition: str = ""
    notes: tuple[str, ...] = ()
    comment: str | None = None
    said: tuple[Said, ...] = ()
    evidence: KeyEvidence | None = None
    other: tuple[str, str] | None = None

    @property
    def words(self) -> str:
        """
        The evidence of a key, for people.
        """
        return WORDS[self.evidence] if self.evidence else ""


@dataclass(frozen=True, kw_only=True)
class Section:
    """
    A table.

    Attributes:
        anchor: Where it stands.
        name: Its name.
        comment: Its comment.
        status: The worst of what was said of it; None if nothing was.
        claims: How many claims were made about it.
        parts: Its parts under their headings; none of them is empty.
        not_covered: What nobody put to the test.
    """

    anchor: str
    name: str
    comment: str | None
    status: Status | None
    claims: int
    parts: tuple[tuple[str, tuple[Thing, ...]], ...]
    not_covered: tuple[NotCovered, ...]
