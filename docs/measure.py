"""
Measure what each revision does, for the migration guide to quote: ``python docs/measure.py``.

Waits differ from machine to machine and from run to run, so they are not measured when the pages
are generated: ``docs/measured.json`` holds what was seen, and where. A test fails if what does not
depend on the machine is no longer so.
"""

from __future__ import annotations

import json
import os

from generated_parts import MEASURED, ROOT

from schemaproof.checks import all_checks
from schemaproof.project import Project
from schemaproof.report import to_json
from schemaproof.runner import Order, verify
from schemaproof.selection import Selection


def main() -> None:
    """
    Run the checks that say something of each revision, and keep it.
    """
    project = Project.load(ROOT)
    names = tuple(check.name for check in all_checks() if check.column)
    order = Order(selection=Selection(only=names))
    report = json.loads(to_json(verify(project, order), root=ROOT))
    found = {
        "revisions": report["revisions"],
        "rows": project.traffic_rows,
        "on": f"{report['environment']['postgresql']}, {os.cpu_count()} cores",
    }
    MEASURED.write_text(f"{json.dumps(found, indent=2)}\n", "utf-8")


if __name__ == "__main__":
    main()
