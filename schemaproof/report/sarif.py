"""
Write a report as SARIF 2.1.0, which code hosts and editors show beside the code.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
import os
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from schemaproof.checks import Check
from schemaproof.report.broken import Broken, broken
from schemaproof.report.escaping import encodable
from schemaproof.report.places import place_of
from schemaproof.report.report import Report

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
BASE = "%SRCROOT%"


def to_sarif(report: Report, *, root: Path, base: Path) -> str:
    """
    Return the report as one SARIF document; files are named relative to ``base``.
    """
    checks = [*report.by_check()]
    number = {check.name: place for place, check in enumerate(checks)}
    results = []
    for one in broken(report):
        result = _result(one, root, base) | {"ruleIndex": number[one.check.name]}
        if report.gone is not None:
            result["baselineState"] = "unchanged" if one.is_known else "new"
        results.append(result)
    driver = {
        "name": "schemaproof",
        "version": version("schemaproof"),
        "rules": [_rule(check) for check in checks],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {BASE: {"description": {"text": "The root of the repository."}}},
        "results": results,
    }
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return encodable(json.dumps(document, indent=2, ensure_ascii=False))


def _rule(check: Check) -> dict[str, Any]:
    return {
        "id": check.name,
        "shortDescription": {"text": check.summary},
        "help": {"text": check.page, "markdown": check.page},
        "defaultConfiguration": {"level": check.severity},
        "properties": {"tags": [check.family]},
    }


def _result(one: Broken, root: Path, base: Path) -> dict[str, Any]:
    said = one.violation
    result: dict[str, Any] = {
        "ruleId": one.check.name,
        "level": one.check.severity,
        "message": {"text": f"{said.where}: {said.found}\n{said.because}\n{said.fix}"},
        "locations": [_location(one, root, base)],
        "partialFingerprints": {"schemaproof/v1": one.fingerprint},
    }
    if one.is_waived and one.waiver is not None:
        result["suppressions"] = [{"kind": "external", "justification": one.waiver.reason}]
    return result


def _location(one: Broken, root: Path, base: Path) -> dict[str, Any]:
    place = place_of(one.violation, root)
    physical: dict[str, Any] = {"artifactLocation": _uri(place.file, base)}
    if place.line is not None:
        physical["region"] = {"startLine": place.line}
    return {
        "physicalLocation": physical,
        "logicalLocations": [{"fullyQualifiedName": one.violation.where}],
    }


def _uri(file: Path, base: Path) -> dict[str, str]:
    # From bytes: a path need not be text. A colon is encoded too, or it would end a scheme.
    if file.is_relative_to(base):
        relative = file.relative_to(base).as_posix()
        return {"uri": quote(os.fsencode(relative)), "uriBaseId": BASE}
    return {"uri": f"file://{quote(os.fsencode(file.as_posix()))}"}
