"""
Write a report for a person: the checks, then each violation whole, then the verdict.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from schemaproof.checks import Violation
from schemaproof.report.escaping import one_line
from schemaproof.report.json import shown_path
from schemaproof.report.report import Claim, Proof, Report, Status, Verdict, status_of
from schemaproof.report.revisions import Cell, by_revision

# As many as fit on a screen beside the checks; of older ones those that are not well.
MOST_REVISIONS = 12

STYLES: dict[Status, str] = {
    "proved": "green",
    "violated": "bold red",
    "waived": "yellow",
    "skipped": "magenta",
}
VERDICT_STYLES: dict[Verdict, str] = {
    "proved": "bold green",
    "proved in part": "bold yellow",
    "nothing proved": "bold red",
    "violated": "bold red",
}


def print_report(report: Report, console: Console, *, root: Path) -> None:
    """
    Print the report; without colour where the console is no terminal.
    """
    for line in _checks(report, console.width):
        console.print(line)
    for part in _revisions(report):
        console.print(part)
    for proof in report.proofs:
        for violation, waiver in zip(proof.violations, proof.waivers, strict=True):
            if waiver is None:
                _print_violation(proof, violation, console, root)
    for told in _skipped(report):
        console.print(Text(f"\nskipped {one_line(told)}", style="magenta"))
    for line in _baseline(report):
        console.print(line)
    console.print()
    if not report.counts["proved"] and not report.counts["violated"]:
        console.print("nothing was there to prove: choose other checks, or mend what skipped them")
    console.print(_verdict(report))


def _checks(report: Report, width: int) -> Iterator[Text]:
    grouped = report.by_check()
    names = [check.name for check in grouped]
    counts = [_counted(proofs) for proofs in grouped.values()]
    name_width, count_width = (max(map(cell_len, column), default=0) for column in (names, counts))
    for (check, proofs), counted in zip(grouped.items(), counts, strict=True):
        elapsed_s = sum(proof.elapsed_s for proof in proofs)
        line = Text.assemble(
            f"{check.name:<{name_width}}  ",
            (f"{counted:<{count_width}}", STYLES[status_of(proofs)]),
            (f"  {elapsed_s:6.2f} s  {one_line(_note(check.summary, proofs))}", "dim"),
        )
        line.truncate(width, overflow="ellipsis")
        yield line


def _revisions(report: Report) -> Iterator[Table | Text]:
    lines = by_revision(report)
    columns = dict.fromkeys(column for line in lines.values() for column in line)
    told = {status for line in lines.values() for _, status in line.values()}
    if not told - {"skipped"}:
        return
    newest = {*[*lines][-MOST_REVISIONS:]}
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("revision", *columns):
        table.add_column(column, no_wrap=True)
    for name, line in lines.items():
        if name in newest or not _is_well(line):
            cells = (line.get(column, ("", "skipped")) for column in columns)
            table.add_row(
                Text(one_line(name)),
                *(Text(one_line(told), STYLES[status]) for told, status in cells),
            )
    yield Text()
    yield table
    if table.row_count < len(lines):
        yield Text(f"and {len(lines) - table.row_count} before them, all of them well", "dim")


def _is_well(line: dict[str, Cell]) -> bool:
    return all(status in ("proved", "waived") for _, status in line.values())


def _skipped(report: Report) -> Iterator[str]:
    # What blocks one claim blocks many, and is told once.
    claims: dict[tuple[str, str], list[Claim]] = {}
    for proof in report.proofs:
        if proof.status == "skipped":
            check = "" if proof.blocked_by else proof.claim.check.name
            claims.setdefault((check, f"{proof.skipped}"), []).append(proof.claim)
    for (check, why), alike in claims.items():
        checks = {claim.check.name for claim in alike}
        several = f"{len(alike)} of {check}" if check else _across(len(alike), len(checks))
        yield f"{alike[0] if len(alike) == 1 else several}: {why}"


def _baseline(report: Report) -> Iterator[Text]:
    if report.known:
        many = "violation is" if report.known == 1 else "violations are"
        yield Text(f"\n{report.known} {many} known from the baseline, and counted as waived")
    for entry in report.gone or ():
        words = one_line(f"{entry.check}  {entry.where}")
        yield Text(f"\nno longer found, so take it out of the baseline: {words}")


def _across(claims: int, checks: int) -> str:
    return f"{claims} claims of {checks} check{'' if checks == 1 else 's'}"


def _note(summary: str, proofs: list[Proof]) -> str:
    # One claim has room for what was seen; of many, say what they are about.
    if len(proofs) == 1 and proofs[0].status == "proved" and proofs[0].seen:
        return "; ".join(proofs[0].seen)
    return summary


def _counted(proofs: list[Proof]) -> str:
    counts = {status: sum(proof.status == status for proof in proofs) for status in STYLES}
    return ", ".join(f"{count} {status}" for status, count in counts.items() if count)


def _print_violation(proof: Proof, violation: Violation, console: Console, root: Path) -> None:
    head = Text.assemble(
        "\n", (proof.claim.check.name, "bold red"), "  ", (one_line(violation.where), "bold")
    )
    console.print(head)
    lines = {"found": violation.found, "because": violation.because, "fix": violation.fix}
    if violation.location is not None:
        line = f":{violation.location.line}" if violation.location.line else ""
        lines["at"] = f"{shown_path(violation.location.file, root)}{line}"
    margin = 2 + max(map(len, lines)) + 2
    for name, words in lines.items():
        first, *rest = textwrap.wrap(one_line(words), max(console.width - margin, 40)) or [""]
        console.print(Text.assemble((f"  {name:<{margin - 4}}  ", "dim"), first))
        for line in rest:
            console.print(Text(f"{'':{margin}}{line}"))


def _verdict(report: Report) -> Text:
    server = report.environment.get("postgresql", "PostgreSQL")
    return Text.assemble(
        (report.verdict.upper(), VERDICT_STYLES[report.verdict]),
        f"  {report.told_counts}\n",
        (f"on {server}, in {report.elapsed_s:.1f} s", "dim"),
    )
