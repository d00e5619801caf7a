"""
What a baseline holds is neither broken anew nor excepted by anybody, and the page says so.
"""

from __future__ import annotations

import re

from schemaproof.configuration import Waiver
from schemaproof.report import Report
from schemaproof.report.baseline import compare
from schemaproof.report.html import to_html
from schemaproof.report.known import Entry
from schemaproof.report.report import fingerprint
from tests.harness.report.html.reports import ROOT, broken, proof

CHECK = "references/fk-without-index"
WAIVER = Waiver(check=CHECK, where="c.d", reason="of the test")
OLD, EXCEPTED = broken("a.b"), broken("c.d")


def _page(*baseline: str) -> str:
    report = Report(
        proofs=(
            proof("history/single-head", seen=("one",)),
            proof(CHECK, "a.b", violations=(OLD,), waivers=(None,)),
            proof(CHECK, "c.d", violations=(EXCEPTED,), waivers=(WAIVER,)),
        )
    )
    held = {"a.b": fingerprint(CHECK, OLD)}
    entries = (
        Entry(check=CHECK, where=where, fingerprint=held.get(where, where)) for where in baseline
    )
    text = to_html(compare(report, tuple(entries)), root=ROOT)
    return " ".join(re.sub(r"<[^>]+>", " ", text[: text.index("<script")]).split())


def test_what_the_baseline_holds_is_told_apart():
    page = _page("a.b")

    assert "No promise is broken that the baseline does not hold." in page
    assert "1 violation known the baseline holds them" in page
    assert "Known known: the baseline holds it" in page
    assert "1 violation waived reviewed exceptions" in page
    assert "Waived of the test" in page
    assert "No longer found" not in page


def test_what_is_gone_is_to_be_taken_out():
    page = _page("a.b", "x.y")

    assert f"No longer found, and to be taken out of the baseline: x.y ({CHECK})." in page


def test_without_it_the_violation_is_new():
    page = _page()

    assert "1 violation known" not in page
    assert "No promise is broken" not in page
    assert "1 violation waived" in page
