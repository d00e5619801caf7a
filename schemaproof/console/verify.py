"""
The command ``verify``: prove a project's schema on throwaway databases.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from schemaproof.console.choosing import choosing
from schemaproof.console.help import Command
from schemaproof.console.outputs import Outputs, reporting
from schemaproof.console.streams import PROVED, VIOLATED, on_a_server, progress

if TYPE_CHECKING:
    from schemaproof.report import Proof


@click.command(name="verify", cls=Command)
@click.argument("path", type=click.Path(path_type=Path), default=".")
@on_a_server
@choosing
@click.option(
    "--thorough/--no-thorough",
    default=None,
    help="Run the checks that take long too.  [default: where CI is set to true]",
)
@click.option("--base", metavar="REF", help="Try the models of this git commit on the schema too.")
@click.option(
    "--jobs", type=click.IntRange(1), metavar="N", help="Claims to prove at once.  [default: cores]"
)
@reporting
def verify_command(  # noqa: PLR0913, PLR0917 - click passes one argument an option
    path: Path,
    server: str,
    pg_version: int | None,
    only: tuple[str, ...],
    skip: tuple[str, ...],
    thorough: bool | None,
    base: str | None,
    jobs: int | None,
    outputs: Outputs,
) -> int:
    """Prove the schema of the project at PATH on throwaway databases."""
    from schemaproof.project import Project
    from schemaproof.runner import Order, verify
    from schemaproof.selection import Selection

    project = Project.load(path)
    order = Order(
        server=server,
        pg_version=pg_version,
        selection=Selection(
            only=only, skip=skip, thorough=_is_ci() if thorough is None else thorough
        ),
        base=base,
        jobs=jobs or Order().jobs,
        is_pictured="html" in outputs.files,
    )
    with progress() as bar:
        task = bar.add_task("starting PostgreSQL", total=None)

        def show(proof: Proof, done: int, total: int) -> None:
            bar.update(task, description=str(proof.claim), completed=done, total=total)

        report = verify(project, order, show)
    report = outputs.write(report, project.root)
    return PROVED if report.is_proved else VIOLATED


def _is_ci() -> bool:
    # Every hosted service sets it to "true"; people who unset it may write any of the others.
    return os.environ.get("CI", "").strip().lower() not in ("", "0", "false", "no", "off")
