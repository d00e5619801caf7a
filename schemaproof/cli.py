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
from typing import TYPE_CHECKING, Any, NoReturn

import click

from schemaproof.console import completing
from schemaproof.console.docs import docs_command
from schemaproof.console.explain_plan import explain_plan_command
from schemaproof.console.help import Commands
from schemaproof.console.staging import staging_command
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
    writing,
)
from schemaproof.console.up import up_command
from schemaproof.errors import SchemaproofError

if TYPE_CHECKING:
    from schemaproof import mutation
    from schemaproof.checks import Check
    from schemaproof.report import Proof

# Whatever imports SQLAlchemy is imported by the command that needs it: a shell that completes waits
# for none of it.


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="schemaproof")
def commands() -> None:
    """Execute every promise that a database schema makes, on a real PostgreSQL."""


@commands.command(name="verify")
@click.argument("path", type=click.Path(path_type=Path), default=".")
@on_a_server
@click.option(
    "--only",
    multiple=True,
    metavar="NAME",
    shell_complete=completing.names_and_families,
    help="Run this check or family alone.",
)
@click.option(
    "--skip",
    multiple=True,
    metavar="NAME",
    shell_complete=completing.names_and_families,
    help="Leave this check or family out.",
)
@click.option(
    "--thorough/--no-thorough",
    default=None,
    help="Run the checks that take long too.  [default: where CI is set to true]",
)
@click.option("--base", metavar="REF", help="Try the models of this git commit on the schema too.")
@click.option(
    "--jobs", type=click.IntRange(1), metavar="N", help="Claims to prove at once.  [default: cores]"
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help="For people or for programs.  [default: text]",
)
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Also write JSON here.")
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
) -> int:
    """Prove the schema of the project at PATH on throwaway databases."""
    from schemaproof.project import Project
    from schemaproof.report import print_report, to_json
    from schemaproof.runner import Order, verify
    from schemaproof.selection import Selection

    project = Project.load(path)
    if json_file is not None:
        # A run is too long for finding out at its end.
        with writing(json_file):
            json_file.touch()
    order = Order(
        server=server,
        pg_version=pg_version,
        selection=Selection(
            only=only, skip=skip, thorough=_is_ci() if thorough is None else thorough
        ),
        base=base,
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
        with writing(json_file):
            json_file.write_text(f"{document}\n", encoding="utf-8")
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


@commands.command(name="accept-plans")
@click.argument("path", type=click.Path(path_type=Path), default=".")
@on_a_server
def accept_plans_command(path: Path, server: str, pg_version: int | None) -> int:
    """Write down how the queries of the project at PATH are planned, to see when it changes."""
    from schemaproof.accepting import accept_plans
    from schemaproof.project import Project
    from schemaproof.runner import Order

    done = accept_plans(Project.load(path), Order(server=server, pg_version=pg_version))
    for name, why in done.left_out.items():
        err.print(f"left out {name!r}: {why}", markup=False)
    plans, version = len(done.baseline.plans), done.baseline.postgresql
    click.echo(f"{plans} queries, planned by PostgreSQL {version}: {done.file}")
    return PROVED


@commands.command(name="checks")
def checks_command() -> int:
    """List every check: what --only and --skip accept, and which look at staging."""
    from schemaproof.checks import all_checks

    width = max(len(check.name) for check in all_checks())
    for check in all_checks():
        click.echo(f"{check.name:<{width}}  {check.summary}{_where(check)}")
    return PROVED


@commands.command(name="explain")
@click.argument("check", shell_complete=completing.names)
def explain_command(check: str) -> int:
    """Say what CHECK finds, why it matters, what to do and when to waive it."""
    from schemaproof.selection import Selection

    (chosen,) = Selection(only=(check,), place=None).choose()[:1]
    if chosen.name != check:
        names = ", ".join(found.name for found in Selection(only=(check,), place=None).choose())
        raise SchemaproofError(f"needs one check; {check!r} is a family: choose one of {names}")
    if out.is_terminal:
        # What colours code takes longer to import than all else that a page needs.
        from rich.markdown import Markdown

        out.print(Markdown(chosen.page))
    else:
        click.echo(chosen.page)
    return PROVED


commands.add_command(docs_command)
commands.add_command(explain_plan_command)
commands.add_command(up_command)
commands.add_command(staging_command)


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


def _where(check: Check) -> str:
    if check.is_for_staging:
        return " (staging alone)"
    return " (on staging too)" if check.runs_on_staging else ""


def _is_ci() -> bool:
    # Every hosted service sets it to "true"; people who unset it may write any of the others.
    return os.environ.get("CI", "").strip().lower() not in ("", "0", "false", "no", "off")


class _Terminated(BaseException):
    """SIGTERM; not SystemExit, which a subject may raise and then has to answer for."""


def _terminate(_number: int, _frame: FrameType | None) -> NoReturn:
    raise _Terminated
