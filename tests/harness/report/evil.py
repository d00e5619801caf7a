"""
A report in which everything that a database or a path may be called is called that.
"""

from __future__ import annotations

from pathlib import Path

from schemaproof.checks import Check, Location, Violation, all_checks
from schemaproof.configuration import Waiver
from schemaproof.report import Claim, NotCovered, Proof, Report
from schemaproof.report.known import Entry

CHECKS: dict[str, Check] = {check.name: check for check in all_checks()}
ROOT = Path("/home/somebody/project")

EVIL = {
    "script": "</script><script>alert(1)</script>",
    "cdata": "]]><failure/>&amp;",
    "table": "a | b \\| c",
    "backticks": "``` `x` ~~~",
    "mention": "@everyone, see #1",
    "newlines": "one\r\ntwo\n\n# three\u2028four",
    "control": "bell\x07 escape\x1b[31m null-ish\x01 \x85 \x7f",
    "surrogate": "lone \ud800 and \udcff",
    "noncharacter": "\ufffe\uffff",
    "right to left": "عربي \u202egnp.exe\u2066",
    "emoji": "🐘" * 15,
    "workflow": "::set-output name=a::b%0A::warning::x",
    "html": "<!-- --> <b>&lt;</b> </code></details>",
    "percent": "100 %20 %",
}
# What a file system takes: bytes that are no text arrive as lone surrogates.
FILES = ("a b#c?.py", "100%.py", "ünï.py", "c:d.py", "raw\udcff.py", "new\nline.py")


def violation(text: str, **more: object) -> Violation:
    return Violation(  # type: ignore[arg-type]
        **{"where": text, "found": text, "because": text, "fix": text, **more}
    )


def proof(check: str, target: str, *violations: Violation, **more: object) -> Proof:
    waivers = more.pop("waivers", (None,) * len(violations))
    claim = Claim(check=CHECKS[check], target=target)
    return Proof(claim=claim, violations=violations, waivers=waivers, **more)  # type: ignore[arg-type]


def evil_report() -> Report:
    """
    Return a report of each status, with evil names and files.
    """
    proofs = []
    for number, text in enumerate(EVIL.values()):
        file = ROOT / "models" / FILES[number % len(FILES)]
        waiver = Waiver(check="indexes/redundant-index", where=text, reason=text)
        broken = violation(text, location=Location(file=file, line=number + 1), revision=text)
        proofs += [
            proof("history/single-head", text, broken),
            proof("indexes/redundant-index", text, violation(text), waivers=(waiver,)),
            proof("references/on-delete-behaves", text, skipped=text),
            proof("references/fk-without-index", text, seen=(text,)),
            proof("history/downgrade-restores-catalog", text, seen=(text,), brief=text),
        ]
    return Report(
        proofs=tuple(sorted(proofs, key=lambda one: one.claim.check.name)),
        not_covered=tuple(NotCovered(where=text, why=text) for text in EVIL.values()),
        revisions=tuple(EVIL.values()),
        environment={"postgresql": EVIL["script"]},
        gone=tuple(Entry(check=text, where=text, fingerprint="0") for text in EVIL.values()),
    )
