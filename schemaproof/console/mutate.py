"""
The command ``mutate``: break a project's schema on purpose, and see who notices.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from schemaproof.console.help import Command
from schemaproof.console.streams import PROVED, VIOLATED, on_a_server, out, progress, writing

if TYPE_CHECKING:
    from schemaproof import mutation


@click.command(name="mutate", cls=Command)
@click.argument("path", type=click.Path(path_type=Path), default=".")
@on_a_server
@click.option(
    "--side",
    "sides",
    multiple=True,
    type=click.Choice(["migrations", "alike", "history", "schemas"]),
    help="What to break: the migrated schema, that and the models alike, revisions, Pydantic."
    "  [default: migrations; with --with also alike]",
)
@click.option("--only", multiple=True, metavar="NAME", help="Use this operator or family alone.")
@click.option("--skip", multiple=True, metavar="NAME", help="Leave this operator or family out.")
@click.option("--with", "command", metavar="CMD", help="Try the suite on what no check notices.")
@click.option(
    "--jobs",
    type=click.IntRange(1),
    metavar="N",
    help="Mutants to judge at once.  [default: cores]",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help="For people or for programs.  [default: text]",
)
def mutate_command(  # noqa: PLR0913, PLR0917 - click passes one argument an option
    path: Path,
    server: str,
    pg_version: int | None,
    sides: tuple[Any, ...],
    only: tuple[str, ...],
    skip: tuple[str, ...],
    command: str | None,
    jobs: int | None,
    form: str,
) -> int:
    """Break the schema of the project at PATH on purpose, and see which check notices."""
    from schemaproof import mutation
    from schemaproof.project import Project
    from schemaproof.runner import Order

    project = Project.load(path)
    order = Order(server=server, pg_version=pg_version, jobs=jobs or Order().jobs)
    with progress() as bar:
        task = bar.add_task("starting PostgreSQL", total=None)

        def show(judged: mutation.Judged, done: int, total: int) -> None:
            bar.update(task, description=str(judged.mutant), completed=done, total=total)

        # What a suite is asked of is what no check can see.
        usual = ("migrations", "alike") if command else ("migrations",)
        choice = mutation.Choice(sides=sides or usual, only=only, skip=skip)
        score = mutation.mutate(project, order, choice, show, command=command)
    with writing("standard output"):
        if form == "json":
            click.echo(mutation.to_json(score))
        else:
            mutation.print_score(score, out)
    return VIOLATED if score.of("survived") else PROVED
