"""
Write a report as Markdown, for a comment on a merge or the summary of a job.

What fails comes first, because a comment has an end: parts that do not fit are left out whole,
and counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from schemaproof.report.broken import Broken, broken
from schemaproof.report.json import shown_path
from schemaproof.report.report import Report, Status, status_of
from schemaproof.report.revisions import by_revision
from schemaproof.report.signs import clipped, name, words
from schemaproof.report.terminal import MOST_REVISIONS

# https://github.com/orgs/community/discussions/27190: of a comment; bytes are never fewer.
LIMIT = 65_536
# What the sentence about the rest takes.
RESERVED = 200

WORDS: dict[Status, str] = {
    "proved": "proved",
    "violated": "**violated**",
    "waived": "waived",
    "skipped": "skipped",
}


def to_markdown(report: Report, *, base: Path) -> str:
    """
    Return the report as Markdown of at most 65,536 bytes; files are relative to ``base``.
    """
    parts = [part.encode() for part in _parts(report, base)]
    room, left_out = LIMIT - RESERVED, 0
    kept: list[bytes] = []
    for part in parts:
        if len(part) + 2 <= room:
            kept.append(part)
            room -= len(part) + 2
        else:
            left_out += 1
    if left_out:
        many = "part does" if left_out == 1 else "parts do"
        kept.append(f"_{left_out} {many} not fit here: the whole is in the text._".encode())
    return b"\n\n".join(kept).decode()


def _parts(report: Report, base: Path) -> Iterator[str]:
    found = [*broken(report)]
    yield _verdict(report)
    for one in found:
        if one.is_new:
            yield _violation(one, base)
    yield from _revisions(report)
    yield from _listed("Known from the baseline", (_short(one) for one in found if one.is_known))
    gone = (f"{name(one.where)} ({name(one.check)})" for one in report.gone or ())
    yield from _listed("No longer found: take them out of the baseline", gone)
    yield from _listed("Waived", (_waived(one) for one in found if one.is_waived))
    yield from _listed("Skipped", _skipped(report))
    uncovered = (f"{name(one.where)}: {words(one.why)}" for one in report.not_covered)
    yield from _listed("Not covered", uncovered)
    yield _checks(report)


def _verdict(report: Report) -> str:
    known = f" ({report.known} violations known from the baseline)" if report.known else ""
    server = words(report.environment.get("postgresql", "PostgreSQL"))
    return f"## schemaproof: {report.verdict}\n\n{report.told_counts}{known}, on {server}."


def _violation(one: Broken, base: Path) -> str:
    said, at = one.violation, ""
    if said.location is not None:
        line = f":{said.location.line}" if said.location.line else ""
        at = f"\n\nAt {name(f'{shown_path(said.location.file, base)}{line}')}"
    return (
        f"### {name(said.where)}\n\n{name(one.check.name)}, {one.check.severity}: "
        f"{words(said.found)}\n\nBecause {words(said.because)}\n\n{words(said.fix)}{at}"
    )


def _revisions(report: Report) -> Iterator[str]:
    lines = by_revision(report)
    columns = [*dict.fromkeys(column for line in lines.values() for column in line)]
    if not columns:
        return
    rows = [
        (name(revision), *(words(line.get(column, ("", ""))[0]) for column in columns))
        for revision, line in [*lines.items()][-MOST_REVISIONS:]
    ]
    yield _folded(f"Revisions ({len(rows)} of {len(lines)})", _table(("revision", *columns), rows))


def _checks(report: Report) -> str:
    rows = []
    for check, proofs in report.by_check().items():
        ended = [proof.status for proof in proofs]
        counts = ", ".join(f"{ended.count(s)} {WORDS[s]}" for s in WORDS if s in ended)
        rows.append((name(check.name), counts, words(check.summary)))
    bad = sum(status_of(proofs) == "violated" for proofs in report.by_check().values())
    return _folded(f"Checks ({len(rows)}, {bad} violated)", _table(("check", "claims", ""), rows))


def _short(one: Broken) -> str:
    return f"{name(one.violation.where)} ({name(one.check.name)}): {words(one.violation.found)}"


def _waived(one: Broken) -> str:
    reason = one.waiver.reason if one.waiver else ""
    return f"{name(one.violation.where)} ({name(one.check.name)}): {words(reason)}"


def _skipped(report: Report) -> Iterator[str]:
    for proof in report.proofs:
        if proof.status == "skipped":
            yield f"{name(str(proof.claim))}: {words(proof.skipped or '')}"


def _listed(title: str, items: Iterable[str]) -> Iterator[str]:
    lines = [*items]
    if lines:
        yield _folded(f"{title} ({len(lines)})", clipped([f"- {line}" for line in lines]))


def _folded(title: str, inside: str) -> str:
    return f"<details><summary>{title}</summary>\n\n{inside}\n\n</details>"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [[*head], *([*row] for row in rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
