"""
The page is whole in one file, the same for the same report, and made of nothing that a name says.
"""

from __future__ import annotations

import base64
import dataclasses
import gzip
import hashlib
import html
import json
import re
from html.parser import HTMLParser

import pytest

from schemaproof.report import Report
from schemaproof.report.html import to_html
from tests.harness.report.html.reports import (
    NAMES,
    ROOT,
    broken,
    hostile_catalog,
    hostile_report,
    proof,
    tree_catalog,
    tree_report,
)

VOID = {"meta", "input", "br"}


class Outline(HTMLParser):
    """
    What a page is made of, as a browser would see it.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.text: list[str] = []
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.tags.append(tag)
        self.attributes |= told.keys()
        self.ids += [told["id"] or ""] if "id" in told else []
        self.links += [told[name] or "" for name in ("src", "href") if name in told]
        if tag == "script":
            self.scripts.append((told, ""))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "script":
            self.scripts[-1] = (self.scripts[-1][0], self.scripts[-1][1] + data)
        else:
            self.text.append(data)


@pytest.fixture(scope="module")
def hostile(own_databases) -> Report:
    """
    A report in which every name means harm.
    """
    return hostile_report(hostile_catalog(own_databases))


@pytest.fixture(scope="module")
def tree(own_databases) -> Report:
    """
    A report with claims of every status.
    """
    return tree_report(tree_catalog(own_databases))


def test_names_are_text_and_never_markup(hostile):
    """
    What a page of evil names is made of is what a page of plain ones is made of.
    """
    outline = Outline(to_html(hostile, root=ROOT))

    assert outline.open == []
    assert {"img", "b", "iframe", "object", "base"}.isdisjoint(outline.tags)
    assert not any(name.startswith("on") or name == "autofocus" for name in outline.attributes)
    assert len(outline.scripts) == 3
    whole = "".join(outline.text)
    for name in NAMES:
        assert name in whole, name


def test_every_address_is_within_the_page(tree, hostile):
    for report in (tree, hostile):
        outline = Outline(to_html(report, root=ROOT))

        known = {f"#{name}" for name in outline.ids}
        known |= {f"#claims?status={status}" for status in report.counts}
        assert {*outline.links} - known == set()
        assert len(outline.ids) == len({*outline.ids})


def test_no_script_runs_but_those_of_the_page(hostile):
    """
    The policy names the page's script, and the one that draws plans, by their digests.
    """
    text = to_html(hostile, root=ROOT)
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)

    def allowed(script: str) -> str:
        digest = hashlib.sha256(script.encode()).digest()
        return f"'sha256-{base64.b64encode(digest).decode()}'"

    (own,) = (script for told, script in Outline(text).scripts if not told)
    (packed,) = (script for told, script in Outline(text).scripts if told.get("id") == "plans")
    shell = json.loads(gzip.decompress(base64.b64decode(json.loads(packed))))
    (inner,) = re.findall(r"<script>(.*)</script>", shell["after"], re.DOTALL)
    (sources,) = re.findall(r"script-src ([^;]+)", html.unescape(policy))
    assert sources.split() == [allowed(own), allowed(inner)]
    assert policy.startswith("default-src 'none'; ")


def test_the_data_holds_every_claim(hostile):
    outline = Outline(to_html(hostile, root=ROOT))

    (data,) = (json.loads(text) for told, text in outline.scripts if told.get("id") == "data")

    claims = [(check, *one) for check, found in data["checks"].items() for one in found]
    assert [(check, target, status) for check, target, status, *_ in claims] == [
        (one.claim.check.name, one.claim.target, one.status) for one in hostile.proofs
    ]
    assert all(one[4] is None or one[4] in outline.ids for one in claims)
    assert [one[0] for one in data["notCovered"]] == [one.where for one in hostile.not_covered]


def test_equal_reports_make_equal_pages(tree):
    """
    How long a run took is not in it.
    """
    slower = tuple(dataclasses.replace(one, elapsed_s=9.9) for one in tree.proofs)
    other = dataclasses.replace(tree, proofs=slower, elapsed_s=99.0)

    assert to_html(tree, root=ROOT) == to_html(other, root=ROOT)


def test_a_report_without_a_background_is_a_page_too():
    """
    Then there is no diagram, no table and no plan.
    """
    report = Report(proofs=(proof("history/single-head", seen=("one",)),))

    outline = Outline(to_html(report, root=ROOT))

    assert {"claims", "verdict", "violations", "environment"} <= {*outline.ids}
    assert {"diagram", "tables", "queries", "checklist", "plans"}.isdisjoint(outline.ids)


@pytest.mark.parametrize(
    ("statuses", "word"),
    [
        ({"seen": ("one",)}, "Proved"),
        ({"skipped": "no row"}, "Nothing proved"),
        ({}, "Proved"),
    ],
)
def test_the_verdict_comes_first(statuses, word):
    report = Report(proofs=(proof("history/single-head", **statuses),))

    text = to_html(report, root=ROOT)

    assert re.search(r"<h1[^>]*>([^<]+)</h1>", text)[1] == word
    assert text.index("<h1") < text.index('class="tiles"') < text.index("<h2")


def test_a_part_that_was_skipped_is_not_passed_over():
    report = Report(
        proofs=(
            proof("history/single-head", seen=("one",)),
            proof("references/on-delete-behaves", "a.b", skipped="no row"),
        )
    )

    assert ">Proved in part</h1>" in to_html(report, root=ROOT)


def test_two_violations_at_one_place_have_an_address_each():
    """
    The claim leads to the first of them.
    """
    twice = (broken("a.b", "one"), broken("a.b", "another"))
    report = Report(
        proofs=(
            proof("references/fk-without-index", "a.b", violations=twice, waivers=(None, None)),
        )
    )

    outline = Outline(to_html(report, root=ROOT))

    first, second = (name for name in outline.ids if re.fullmatch(r"violation-[\da-f-]+", name))
    assert second != first
    (data,) = (json.loads(text) for told, text in outline.scripts if told.get("id") == "data")
    ((claim,),) = data["checks"].values()
    assert claim[3] == first


def test_nobodys_password_is_in_the_command():
    """
    A server that was named by its URL is spoken of as one.
    """
    from schemaproof.background import command_of  # noqa: PLC0415 - for this test alone

    assert command_of("postgresql://me:secret@host/db", None) == "schemaproof verify --server URL"
    assert command_of("embedded", 17) == "schemaproof verify --pg-version 17"
    assert command_of("container", None) == "schemaproof verify --server container"
