"""
The command line: parse, ask the library, print, return.

Results go to standard output, progress and errors to standard error. Exit status: 0 proved,
1 violated, 2 asked something impossible, 3 our bug, 130 and 143 interrupted.
"""

from __future__ import annotations

import logging
import os
import signal
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import click

from schemaproof.accepting import accept_plans
from schemaproof.checks import all_checks
from schemaproof.console.explain_plan import explain_plan_command
from schemaproof.console.streams import (
    BUG,
    IMPOSSIBLE,
    INTERRUPTED,
    PROVED,
    TERMINATED,
    VIOLATED,
    err,
    on_a_server,
    out,
    progress,
    write_file,
    writing,
)
from schemaproof.errors import SchemaproofError
from schemaproof.plans import to_text
from schemaproof.project import Project
from schemaproof.report import Proof, print_report, to_json
from schemaproof.runner import Order, verify
from schemaproof.selection import Selection


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="schemaproof")
def commands() -> None:
    """Execute every promise that a database schema makes, on a real PostgreSQL."""


@commands.command(name="verify")
@click.argument("path", type=click.Path(path_type=Path), default=".")
@on_a_server
@click.option("--only", multiple=True, metavar="NAME", help="Run this check or family alone.")
@click.option("--skip", multiple=True, metavar="NAME", help="Leave this check or family out.")
@click.option(
    "--thorough/--no-thorough",
    default=None,
    help="Run the checks that take long too.  [default: where CI is set to true]",
)
@click.option("--base", metavar="REF", help="Try the models of this git commit on the schema too.")
@click.option("--jobs", type=click.IntRange(1), help="Claims to prove at once.  [default: cores]")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Also write JSON here.")
@click.option("--html", type=click.Path(path_type=Path), help="Also write a page for a browser.")
def verify_command(  # noqa: PLR0913, PLR0917 - click passes one argument an option
    path: Path,
    server: str,
    pg_version: int | None,
    only: tuple[str, ...],
    skip: tuple[str, ...],
    thorough: bool | None,
    base: str | None,
    jobs: int | None,
    form: str,
    json_file: Path | None,
    html: Path | None,
) -> int:
    """Prove the schema of the project at PATH on throwaway databases."""
    project = Project.load(path)
    # A run is too long for finding out at its end.
    for file in filter(None, (json_file, html)):
        with writing(file):
            file.touch()
    order = Order(
        server=server,
        pg_version=pg_version,
        selection=Selection(
            only=only, skip=skip, thorough=_is_ci() if thorough is None else thorough
        ),
        base=base,
        is_pictured=html is not None,
        **({"jobs": jobs} if jobs else {}),
    )
    with progress() as bar:
        task = bar.add_task("starting PostgreSQL", total=None)

        def show(proof: Proof, done: int, total: int) -> None:
            bar.update(task, description=str(proof.claim), completed=done, total=total)

        report = verify(project, order, show)
    document = to_json(report, root=project.root)
    with writing("standard output"):
        if form == "json":
            click.echo(document)
        else:
            print_report(report, out, root=project.root)
    if json_file is not None:
        write_file(json_file, document)
    if html is not None:
        # Nobody else needs it.
        from schemaproof.report.html import to_html  # noqa: PLC0415

        write_file(html, to_html(report, root=project.root))
    return PROVED if report.is_proved else VIOLATED


@commands.command(name="mutate")
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
@click.option("--jobs", type=click.IntRange(1), help="Mutants to judge at once.  [default: cores]")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
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
    # Nobody else needs it.
    from schemaproof import mutation  # noqa: PLC0415

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


@commands.command(name="staging")
@click.argument("url")
@click.option(
    "--export-statistics",
    "file",
    required=True,
    type=click.Path(path_type=Path),
    help="Write what its planner knows, for explain-plan --statistics.",
)
@click.option(
    "--with-values",
    is_flag=True,
    help="Keep values of its rows instead of made-up ones in the same order.",
)
def staging_command(url: str, file: Path, with_values: bool) -> int:
    """Look at the database at URL, in a session that cannot write."""
    # Nobody else needs it.
    from schemaproof import staging  # noqa: PLC0415

    with staging.read_only(url) as connection, writing(file):
        statistics = staging.exported(connection, redacts=not with_values)
        file.write_text(to_text(statistics), encoding="utf-8")
    what = "with values of its rows" if with_values else "without any value of its rows"
    err.print(f"a write was refused; {len(statistics)} tables and indexes exported, {what}")
    return PROVED


@commands.command(name="accept-plans")
@click.argument("path", type=click.Path(path_type=Path), default=".")
@on_a_server
def accept_plans_command(path: Path, server: str, pg_version: int | None) -> int:
    """Write down how the queries of the project at PATH are planned, to see when it changes."""
    file, baseline = accept_plans(Project.load(path), Order(server=server, pg_version=pg_version))
    click.echo(
        f"{len(baseline.plans)} queries, planned by PostgreSQL {baseline.postgresql}: {file}"
    )
    return PROVED


@commands.command(name="checks")
def checks_command() -> int:
    """List every check: what --only and --skip accept."""
    width = max(len(check.name) for check in all_checks())
    for check in all_checks():
        click.echo(f"{check.name:<{width}}  {check.summary}")
    return PROVED


@commands.command(name="explain")
@click.argument("check")
def explain_command(check: str) -> int:
    """Say what CHECK finds, why it matters, what to do and when to waive it."""
    (chosen,) = Selection(only=(check,)).choose()[:1]
    if chosen.name != check:
        names = ", ".join(found.name for found in Selection(only=(check,)).choose())
        raise SchemaproofError(f"needs one check; {check!r} is a family: choose one of {names}")
    if out.is_terminal:
        # What colours code takes longer to import than all else that a page needs.
        from rich.markdown import Markdown  # noqa: PLC0415

        out.print(Markdown(chosen.page))
    else:
        click.echo(chosen.page)
    return PROVED


commands.add_command(explain_plan_command)


def main(argv: Sequence[str] | None = None) -> int:
    """
    Run the command line and return the exit status.
    """
    signal.signal(signal.SIGTERM, _terminate)
    # What a driver grumbles when a run is cut short is no news.
    logging.getLogger("psycopg").addHandler(logging.NullHandler())
    try:
        return int(commands.main(argv, prog_name="schemaproof", standalone_mode=False) or PROVED)
    except SchemaproofError as error:
        err.print(f"schemaproof: {error}", markup=False, soft_wrap=True)
        return IMPOSSIBLE
    except click.ClickException as error:
        error.show()
        return IMPOSSIBLE
    except _Terminated:
        err.print("schemaproof: terminated")
        return TERMINATED
    except (KeyboardInterrupt, click.Abort):
        err.print("schemaproof: interrupted")
        return INTERRUPTED
    except Exception:
        traceback.print_exc()
        err.print("schemaproof: this is a bug of schemaproof; please report the lines above")
        return BUG


def _is_ci() -> bool:
    # Every hosted service sets it to "true"; people who unset it may write any of the others.
    return os.environ.get("CI", "").strip().lower() not in ("", "0", "false", "no", "off")


class _Terminated(BaseException):
    """SIGTERM; not SystemExit, which a subject may raise and then has to answer for."""


def _terminate(_number: int, _frame: FrameType | None) -> NoReturn:
    raise _Terminated
