"""
``schemaproof docs``: the pages that are derived from the schema.
"""

from __future__ import annotations

from pathlib import Path

import click

from schemaproof.console.help import Command
from schemaproof.console.streams import PROVED, VIOLATED, on_a_server, writing


@click.command(name="docs", cls=Command)
@click.argument("path", type=click.Path(path_type=Path), default=".")
@click.option("--check", "is_check", is_flag=True, help="Write nothing; exit 1 if a page is stale.")
@on_a_server
def docs_command(path: Path, is_check: bool, server: str, pg_version: int | None) -> int:
    """Write the pages about the schema of the project at PATH that are derived from it.

    What stands between two marks in them is replaced, everything around is kept.
    """
    from schemaproof.pages import derived
    from schemaproof.project import Project
    from schemaproof.runner import Order

    pages = derived(Project.load(path), Order(server=server, pg_version=pg_version))
    stale = [page for page in pages if page.is_stale]
    for page in stale if not is_check else ():
        page.write()
    with writing("standard output"):
        for page in stale:
            click.echo(page.told if is_check else f"written: {page.name}")
        if not stale:
            click.echo(f"{len(pages)} pages say what the schema is")
        elif is_check:
            click.echo("run 'schemaproof docs' to write what they must say")
    return VIOLATED if stale and is_check else PROVED
