"""
Say in one line what was seen of a revision, whichever checks saw it.
"""

from __future__ import annotations

from schemaproof.report.report import Report, Status

WORDS: dict[Status, str] = {
    "proved": "proved",
    "violated": "VIOLATED",
    "waived": "waived",
    "skipped": "not tried",
}

# What one check saw of one revision, and whether that is well.
Cell = tuple[str, Status]


def by_revision(report: Report) -> dict[str, dict[str, Cell]]:
    """
    Return for each revision, as they follow one another, what fills each column of its line.
    """
    lines: dict[str, dict[str, Cell]] = {revision: {} for revision in report.revisions}
    for proof in sorted(report.proofs, key=lambda one: one.claim.check.name):
        column, line = proof.claim.check.column, lines.get(proof.claim.target)
        if column is not None and line is not None:
            is_told = proof.status == "proved" and proof.brief
            line[column] = (proof.brief if is_told else WORDS[proof.status], proof.status)
    return {revision: line for revision, line in lines.items() if line}
