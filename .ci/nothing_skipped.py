"""
Refuse a run of the gate that left something out of the environments that are named.

A skip is fine on a laptop that lacks an interpreter; here it would hide a missing part. On an older
PostgreSQL, and there alone, what is new in a later one has nothing to be tried on.
"""

import json
import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

NEW = re.compile(r"is new in PostgreSQL (\d+)$")
# npm's packages hold the server's programs alone, but all extensions; what needs the others, or
# wants an extension to be missing, runs on the newest.
OF_PACKAGE = re.compile(
    r"(this PostgreSQL \d+ comes without pg_dump"
    r"|this package of PostgreSQL brings no pg_resetwal"
    r"|this server has it)$"
)


def may_be_skipped(environment: str, message: str) -> bool:
    """Tell whether an environment's PostgreSQL is too old for what a test needs."""
    older = re.search(r"-pg(\d+)$", environment)
    if older is None:
        return False
    major = int(older.group(1))
    new = NEW.search(message)
    return bool(new and int(new.group(1)) > major) or bool(OF_PACKAGE.search(message))


def check(environment: str) -> None:
    """Print what an environment ran; exit if it did not run, or left out what it should not."""
    report = Path(".tox", environment, "junit.xml")
    if not report.exists():
        sys.exit(f"{environment}: no tests ran")
    suite = ET.parse(report).getroot().find("testsuite")
    assert suite is not None
    print(environment, {key: suite.get(key) for key in ("tests", "failures", "skipped", "time")})
    for case in suite.iter("testcase"):
        skipped = case.find("skipped")
        if skipped is None:
            continue
        message = skipped.get("message") or ""
        if not may_be_skipped(environment, message):
            sys.exit(f"skipped: {case.get('classname')}::{case.get('name')}: {message}")
        print(f"  not there: {case.get('name')}: {message}")


if __name__ == "__main__":
    for name in sys.argv[1].split(","):
        check(name)
    proof = json.loads(Path(".tox/verify/report.json").read_text())
    print("verify", proof["counts"])
    if proof["counts"]["skipped"]:
        sys.exit("schemaproof verify skipped claims")
