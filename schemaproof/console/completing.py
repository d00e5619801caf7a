"""
Complete the names of checks in a shell.

A shell waits for the answer at every press of the tab key, so they are read from the names of the
files; importing the checks would take most of a second.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
from click.shell_completion import CompletionItem

CHECKS = Path(__file__).parents[1] / "checks"


def names_and_families(
    _context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """
    Return what ``--only`` and ``--skip`` take, as far as it begins with what was typed.
    """
    families = (CompletionItem(name, help="the whole family") for name in sorted(_families()))
    items = [*_checks(), *families]
    return [item for item in items if item.value.startswith(incomplete)]


def names(
    _context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """
    Return the names of checks, as far as they begin with what was typed.
    """
    return [item for item in _checks() if item.value.startswith(incomplete)]


def _checks() -> Iterator[CompletionItem]:
    # A check's page bears its name and lies beside it.
    for page in sorted(CHECKS.glob("*/*.md")):
        lines = page.with_suffix(".py").read_text("utf-8").splitlines()
        name = f"{page.parent.name}/{page.stem.replace('_', '-')}"
        yield CompletionItem(name, help=lines[1].rstrip("."))


def _families() -> set[str]:
    return {page.parent.name for page in CHECKS.glob("*/*.md")}
