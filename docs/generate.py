"""
Fill the generated parts of the pages in ``docs/`` from what the migrations really make.

A table of columns that is typed is wrong after the next revision. Everything here that can be read
from the catalogue of the migrated database, from the history, the mappers or the checks is written
between two markers, ``<!-- generated: NAME -->`` and ``<!-- end -->``, and by nobody else.

``python docs/generate.py`` rewrites the pages; with ``--check`` it writes nothing, names each stale
line and exits 1.
"""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import click
from generated_parts import PARTS, ROOT, Facts

from schemaproof.project import Project
from schemaproof.runner import Order, opened

REGION = re.compile(r"(<!-- generated: (\S+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)


class BadMarkers(ValueError):
    """A page's markers do not pair up, or name a part that nobody generates."""


def regenerate(text: str, facts: Facts) -> str:
    """
    Return a page with its generated parts as they must be.

    Raises:
        BadMarkers: A marker has no pair, or names no part.
    """
    names = [name for _, name, _, _ in REGION.findall(text)]
    unknown = sorted(set(names) - set(PARTS))
    if unknown or {text.count("<!-- generated:"), text.count("<!-- end -->")} != {len(names)}:
        raise BadMarkers(f"needs pairs of markers, named one of {sorted(PARTS)}; found {names}")
    return REGION.sub(lambda found: _filled(found, facts), text)


def pages() -> list[Path]:
    """
    Return every page of ``docs/``, in order.
    """
    return sorted((ROOT / "docs").rglob("*.md"))


def first_difference(page: Path, found: str, needed: str) -> str:
    """
    Say in one line where a page is stale.
    """
    lines = itertools.zip_longest(found.splitlines(), needed.splitlines())
    number, (old, new) = next(
        (number, pair) for number, pair in enumerate(lines, 1) if pair[0] != pair[1]
    )
    return f"{page.relative_to(ROOT)}:{number} is stale: found {old!r}, needs {new!r}"


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if a page is stale.")
def main(*, check: bool) -> None:
    """
    Rewrite the generated parts of the pages in docs/.
    """
    stale: list[str] = []
    with opened(Project.load(ROOT), Order()) as subject:
        facts = Facts(catalog=subject.catalog, project=subject.project)
        for page in pages():
            found = page.read_text("utf-8")
            needed = regenerate(found, facts)
            if needed != found and check:
                stale.append(first_difference(page, found, needed))
            elif needed != found:
                page.write_text(needed, "utf-8")
                click.echo(f"rewritten: {page.relative_to(ROOT)}")
    for told in stale:
        click.echo(told, err=True)
    raise SystemExit(1 if stale else 0)


def _filled(found: re.Match[str], facts: Facts) -> str:
    body = "\n".join(PARTS[found.group(2)](facts)).strip("\n")
    # Blank lines, because some renderers take a comment for part of the table beside it.
    return f"{found.group(1)}\n{body}\n\n{found.group(4)}"


if __name__ == "__main__":
    main()
