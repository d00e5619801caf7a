"""
Write a report as one page for a browser, which needs no network.

Names come from a database, so that they may be anything: the templates escape all that they are
given, and the page's policy lets no script run but its own.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from schemaproof.catalog import Catalog, Table
from schemaproof.history import version_tables
from schemaproof.report.html.anchors import anchor
from schemaproof.report.html.checklist import Checklist, ticked
from schemaproof.report.html.claims import counted, packed_claims
from schemaproof.report.html.diagram import drawn
from schemaproof.report.html.evidence import Evidence
from schemaproof.report.html.history import told_history
from schemaproof.report.html.outcomes import Outcomes
from schemaproof.report.html.packed import allowed, embedded, packed_plans
from schemaproof.report.html.picture import Diagram
from schemaproof.report.html.queries import told_queries
from schemaproof.report.html.section import Section
from schemaproof.report.html.tables import Tables
from schemaproof.report.html.violations import told_violations
from schemaproof.report.plans.page import shell
from schemaproof.report.report import Report, Status, Verdict, status_of

HERE = resources.files("schemaproof.report.html")
STYLES = ("base.css", "parts.css", "tables.css", "pictures.css", "print.css")
SCRIPTS = ("start.js", "copying.js", "sections.js", "claims.js", "plans.js", "following.js")
# How a verdict looks: as a claim that ended so.
STYLED: dict[Verdict, Status] = {
    "proved": "proved",
    "proved in part": "skipped",
    "nothing proved": "violated",
    "violated": "violated",
}
# With more, the tables' sections are made when they are opened.
MOST_MADE = 60

# What templates are given, by the names they know it by.
Told = dict[str, Any]


def to_html(report: Report, *, root: Path) -> str:
    """
    Return the page; files are named relative to ``root``.
    """
    environment = Environment(
        loader=PackageLoader("schemaproof.report.html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(anchor=anchor, counted=counted, status_of=status_of)
    told = {**_verdict_first(report, root), **_pictures(report), **_parts(report, root)}
    return environment.get_template("page.html").render(told)


def _verdict_first(report: Report, root: Path) -> Told:
    return {
        **told_violations(report, root),
        "report": report,
        "background": report.background,
        "verdict": (report.verdict.capitalize(), STYLED[report.verdict]),
        "checks": report.by_check(),
        "data": Markup(embedded(packed_claims(report))),  # noqa: S704 - escaped for its place
    }


def _pictures(report: Report) -> Told:
    growths = report.background.growths if report.background else ()
    script = "\n".join(_asset("scripts", name) for name in SCRIPTS)
    scripts = [script, shell().script] if growths else [script]
    return {
        "diagram": _diagram(report),
        "plans": Markup(packed_plans(growths)) if growths else "",  # noqa: S704 - base64
        "policy": " ".join(map(allowed, scripts)),
        "style": Markup("\n".join(_asset("styles", name) for name in STYLES)),  # noqa: S704 - ours
        "script": Markup(script),  # noqa: S704 - ours
    }


def _parts(report: Report, root: Path) -> Told:
    sections = _sections(report)
    return {
        "sections": sections,
        "is_large": len(sections) > MOST_MADE,
        "stops": [*told_history(report, root)],
        "queries": [*told_queries(report)],
        "checklist": _checklist(report),
    }


def _checklist(report: Report) -> Checklist | None:
    background = report.background
    if background is None or not background.checklist:
        return None
    try:
        outcomes = None if background.outcomes is None else Outcomes(background.outcomes)
    except ValueError:
        # A run of the tests that was cut short leaves half a file, and then nothing is known.
        outcomes = None
    return ticked(background.checklist, report, outcomes)


def _sections(report: Report) -> list[Section]:
    catalog = report.background.catalog if report.background else None
    if catalog is None:
        return []
    tables = Tables(catalog, Evidence(report), report.not_covered)
    return [tables.section(table) for table in _shown(catalog)]


def _diagram(report: Report) -> Diagram | None:
    catalog = report.background.catalog if report.background else None
    if catalog is None:
        return None
    tables = [table.qualified_name for table in _shown(catalog)]
    return drawn(catalog, tables, Evidence(report))


def _shown(catalog: Catalog) -> list[Table]:
    hidden = version_tables(catalog)
    return [table for table in catalog.tables if table.qualified_name not in hidden]


def _asset(kind: str, name: str) -> str:
    return (HERE / kind / name).read_text("utf-8")
