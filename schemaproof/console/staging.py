"""
The command ``staging``: look at a database that others use, and say whether the deploy may come.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from schemaproof.console.choosing import choosing
from schemaproof.console.files import check_writable, write_whole
from schemaproof.console.help import Command
from schemaproof.console.outputs import Outputs, reporting
from schemaproof.console.streams import (
    PROVED,
    VIOLATED,
    err,
    on_a_server,
    progress,
)
from schemaproof.errors import SchemaproofError

if TYPE_CHECKING:
    from schemaproof.examining import Examination
    from schemaproof.project import Project
    from schemaproof.report import Proof
    from schemaproof.runner import Order
    from schemaproof.staging import Bounds

VARIABLE = "SCHEMAPROOF_STAGING_URL"


@click.command(name="staging", cls=Command)
@click.argument("url")
@click.argument("path", type=click.Path(path_type=Path), default=".")
@on_a_server
@choosing
@click.option(
    "--deadline",
    type=click.FloatRange(0, min_open=True),
    default=300.0,
    metavar="SECONDS",
    help="How long all of it may take.  [default: 300]",
)
@click.option(
    "--lock-timeout",
    type=click.IntRange(1),
    default=1_000,
    metavar="MS",
    help="How long a statement may wait for a lock.  [default: 1000]",
)
@click.option(
    "--statement-timeout",
    type=click.IntRange(1),
    default=30_000,
    metavar="MS",
    help="How long a statement may run.  [default: 30000]",
)
@reporting
@click.option(
    "--export-statistics",
    "file",
    type=click.Path(path_type=Path),
    help="Instead, write what its planner knows, for explain-plan --statistics.",
)
@click.option(
    "--with-values",
    is_flag=True,
    help="Export values of its rows instead of made-up ones in the same order.",
)
def staging_command(  # noqa: PLR0913, PLR0917 - click passes one argument an option
    url: str,
    path: Path,
    server: str,
    pg_version: int | None,
    only: tuple[str, ...],
    skip: tuple[str, ...],
    deadline: float,
    lock_timeout: int,
    statement_timeout: int,
    outputs: Outputs,
    file: Path | None,
    with_values: bool,
) -> int:
    """
    Look at the database at URL in a session that cannot write: can the project at PATH be deployed?

    URL is one of postgresql://, in which service, sslmode and the like may stand; the password may
    come from PGPASSWORD, .pgpass or a service file. With - the URL is read from
    SCHEMAPROOF_STAGING_URL or, if that is not set, from standard input, and stands in no list of
    processes.
    """
    from schemaproof import staging
    from schemaproof.project import Project
    from schemaproof.runner import Order
    from schemaproof.selection import Selection

    bounds = staging.Bounds(
        lock_timeout_ms=lock_timeout, statement_timeout_ms=statement_timeout, deadline_s=deadline
    )
    if file is not None:
        return _export(_read(url), file, bounds, with_values=with_values)
    project = Project.load(path)
    order = Order(
        server=server,
        pg_version=pg_version,
        selection=Selection(only=only, skip=skip, thorough=True, place="staging"),
        is_pictured="html" in outputs.files,
    )
    order.selection.choose()
    return _look(url, bounds, project, order, outputs)


def _look(url: str, bounds: Bounds, project: Project, order: Order, outputs: Outputs) -> int:
    from schemaproof import examining, staging

    with staging.read_only(_read(url), bounds) as session:
        err.print("a write was refused: the session only reads")
        examination = examining.Examination(project, session, order)
        try:
            _examine(examination)
        finally:
            # However it ends, what was proved by then is told.
            report = outputs.write(examination.report(), project.root)
    if examination.cut_short and not report.counts["violated"]:
        raise SchemaproofError(examination.cut_short)
    return PROVED if report.is_proved else VIOLATED


def _examine(examination: Examination) -> None:
    with progress() as bar:
        task = bar.add_task("looking at the database", total=None)

        def show(proof: Proof, done: int, total: int) -> None:
            bar.update(task, description=str(proof.claim), completed=done, total=total)

        examination.run(show)


def _export(url: str, file: Path, bounds: Bounds, *, with_values: bool) -> int:
    from schemaproof import staging
    from schemaproof.plans import to_text

    check_writable(file)
    with staging.read_only(url, bounds) as session:
        statistics = staging.exported(session, redacts=not with_values)
    write_whole(file, to_text(statistics))
    what = "with values of its rows" if with_values else "without any value of its rows"
    err.print(f"a write was refused; {len(statistics)} tables and indexes exported, {what}")
    return PROVED


def _read(url: str) -> str:
    """
    Return the URL, from where no list of processes shows it if that was asked for.
    """
    if url == "-":
        return os.environ.get(VARIABLE) or sys.stdin.readline().strip()
    from schemaproof.postgres import has_password

    if has_password(url):
        err.print(
            "the password stands in the list of this machine's processes: take it from .pgpass or "
            f"PGPASSWORD, or give - for the URL and set {VARIABLE}"
        )
    return url
