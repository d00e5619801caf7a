"""
``schemaproof up``: a database to play with, until Ctrl-C.
"""

from __future__ import annotations

import contextlib
import shlex
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import click

from schemaproof.console.help import Command
from schemaproof.console.streams import PROVED, err, on_a_server, progress

if TYPE_CHECKING:
    from schemaproof.playground import Playground


@click.command(name="up", cls=Command)
@click.argument("path", type=click.Path(path_type=Path), default=".")
@on_a_server
@click.option(
    "--rows",
    metavar="N",
    type=click.FloatRange(1),
    help="How many rows: of each table, or of the one by which the registered population counts."
    "  [default: a few of each]",
)
@click.option("--empty", "is_empty", is_flag=True, help="Put no rows into it.")
@click.option("--revision", metavar="REV", default="head", help="Migrate to REV.  [default: head]")
def up_command(  # noqa: PLR0913, PLR0917 - click passes one argument an option
    path: Path,
    server: str,
    pg_version: int | None,
    rows: float | None,
    is_empty: bool,
    revision: str,
) -> int:
    """Keep a migrated, seeded database of the project at PATH until Ctrl-C.

    Its URL is printed to standard output as one line, when it is ready.
    """
    from schemaproof.playground import Wish, playground
    from schemaproof.project import Project
    from schemaproof.runner import Order

    if rows is not None and is_empty:
        raise click.UsageError("needs --rows or --empty, not both")
    wish = Wish(rows=None if rows is None else int(rows), is_empty=is_empty, revision=revision)
    order = Order(server=server, pg_version=pg_version)
    with contextlib.ExitStack() as lent:
        with progress() as bar:
            task = bar.add_task("starting PostgreSQL", total=None)

            def show(table: object, done: int, total: int) -> None:
                bar.update(task, description=f"rows of {table}", completed=done, total=total)

            ground = lent.enter_context(playground(Project.load(path), order, wish, show))
        _tell(ground)
        # It is how it ends, and no failure.
        with contextlib.suppress(KeyboardInterrupt):
            ground.wait()
    err.print("schemaproof: nothing of it is left")
    return PROVED


def _tell(ground: Playground) -> None:
    from schemaproof.postgres import client_program

    rows = sum(ground.counts.values())
    err.print(f"{len(ground.counts)} tables, {rows:,} rows; Ctrl-C ends it, and nothing is left")
    for table, why in ground.obstacles.items():
        err.print(f"{table} holds {ground.counts.get(table, 0):,} rows, and takes no more: {why}")
    # Without the password: psql asks for it, or finds it where libpq looks.
    url = ground.url.set(password=None).render_as_string()
    program = "psql" if shutil.which("psql") else client_program("psql") or "psql"
    err.print(f"  {shlex.join([program, url])}")
    # Last, because who waits for this line may be done with all of it then.
    click.echo(ground.url.render_as_string(hide_password=False))
