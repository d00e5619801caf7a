"""
Tell each violation whole: the evidence, how to see it again, the mend.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from schemaproof.checks import Check, Location
from schemaproof.configuration import Waiver
from schemaproof.report.broken import Broken, broken
from schemaproof.report.html.anchors import anchor
from schemaproof.report.json import shown_path
from schemaproof.report.report import Report


@dataclass(frozen=True, kw_only=True)
class Told:
    """
    A violation in the words of a page.

    Attributes:
        anchor: Where it stands.
        check: The check's name.
        summary: What the check reports.
        severity: ``error`` or ``warning``.
        where: The object.
        found: What is there.
        because: What goes wrong if it stays.
        fix: The smallest change that ends it.
        location: ``file:line``, if known.
        revision: The revision that it belongs to, if it belongs to one.
        command: What shows it again.
        waiver: The waiver that covers it, if one does.
    """

    anchor: str
    check: str
    summary: str
    severity: str
    where: str
    found: str
    because: str
    fix: str
    location: str | None
    revision: str | None
    command: str
    waiver: Waiver | None


def told_violations(report: Report, root: Path) -> dict[str, list[Told]]:
    """
    Return the violations that fail a run, those that are waived and those that a baseline holds.
    """
    told: dict[str, list[Told]] = {"violated": [], "waived": [], "known": []}
    for one in broken(report):
        fate = "known" if one.is_known else "waived" if one.is_waived else "violated"
        told[fate].append(_told(report, one, root))
    return told


def command_for(report: Report, check: Check) -> str:
    """
    Return the command that runs one check again.
    """
    command = report.background.command if report.background else "schemaproof verify"
    base = " --base REF" if check.target == "previous" else ""
    return f"{command} --only {check.name}{base}"


def _told(report: Report, one: Broken, root: Path) -> Told:
    check, violation = one.check, one.violation
    return Told(
        anchor=anchor("violation", one.fingerprint),
        check=check.name,
        summary=check.summary,
        severity=check.severity,
        where=violation.where,
        found=violation.found,
        because=violation.because,
        fix=violation.fix,
        location=_located(violation.location, root),
        revision=violation.revision,
        command=command_for(report, check),
        waiver=one.waiver,
    )


def _located(location: Location | None, root: Path) -> str | None:
    if location is None:
        return None
    line = f":{location.line}" if location.line else ""
    return f"{shown_path(location.file, root)}{line}"
