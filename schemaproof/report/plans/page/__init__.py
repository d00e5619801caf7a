"""
Write the plans of a query as one page for a browser, which needs no network.

pev2 draws them. It, Vue and Bootstrap's style sheet lie compressed beside this file; ``vendor.py``
in the repository's ``docs`` fetched them.

Source: https://github.com/dalibo/pev2
"""

from __future__ import annotations

import gzip
import html
import json
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from string import Template
from typing import Any

from schemaproof.report.plans.json import growth_document
from schemaproof.scaling import Growth, written

HERE = resources.files("schemaproof.report.plans.page")
STYLES = ("bootstrap.min.css", "pev2.css")
MOST_TITLE = 90  # characters of SQL that has no name
SCRIPTS = ("vue.runtime.global.prod.js", "pev2.umd.js")
# Where the plans come; a title cannot hold it, because that is escaped.
PLANS = "<plans>"


@dataclass(frozen=True, kw_only=True)
class Shell:
    """
    The page without the plans.

    Attributes:
        before: What comes before the plans.
        after: What comes after them.
        script: The text of the script that draws them, which is a part of that.
        licences: What the plans must tell of those who wrote it.
    """

    before: str
    after: str
    script: str
    licences: str


def growth_to_html(growth: Growth) -> str:
    """
    Return the page.
    """
    around = shell(title=_title(growth))
    document = {**document_of(growth), "licences": around.licences}
    return f"{around.before}{_data(document)}{around.after}"


def shell(title: str = "Plan") -> Shell:
    """
    Return the page without the plans.
    """
    script = "\n".join([_own("storage.js"), *map(_vendored, SCRIPTS), _own("page.js")])
    # What people wrote comes into the page in two places, and each has its own way of escaping.
    page = Template(_own("page.html")).substitute(
        title=html.escape(title),
        plans=PLANS,
        styles="\n".join([*map(_vendored, STYLES), _own("page.css")]),
        scripts=script,
    )
    before, _, after = page.partition(PLANS)
    return Shell(before=before, after=after, script=script, licences=_own("vendored/LICENCES.txt"))


def document_of(growth: Growth) -> dict[str, Any]:
    """
    Return what the page is told of a query.
    """
    document = growth_document(growth)
    for size, each in zip(document["sizes"], growth.sizes, strict=True):
        size["label"] = written(each.rows)
        size["cost"] = written(each.explanation.plan.total_cost)
    for flip in document["flips"]:
        numbers = [*map(written, flip["between"])]
        flip["label"], flip["mark"] = " and ".join(numbers), " ⇢ ".join(numbers)
    document["title"] = _title(growth)
    document["terms"] = "; ".join(_terms(growth))
    return document


def _title(growth: Growth) -> str:
    return textwrap.shorten(growth.name, MOST_TITLE, placeholder=" …")


def _terms(growth: Growth) -> Iterator[str]:
    if growth.terms.is_generic:
        yield "planned for any values"
    elif growth.parameters:
        yield ", ".join(f"{name} = {value}" for name, value in growth.parameters.items())
    if growth.terms.without:
        yield f"without {', '.join(growth.terms.without)}"


def _data(document: object) -> str:
    # Within a script nothing but its end tag and a comment's beginning mean anything.
    return json.dumps(document, ensure_ascii=False).replace("<", "\\u003c")


def _own(name: str) -> str:
    return (HERE / name).read_text("utf-8")


def _vendored(name: str) -> str:
    return gzip.decompress((HERE / "vendored" / f"{name}.gz").read_bytes()).decode()
