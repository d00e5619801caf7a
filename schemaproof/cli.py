"""
The command line: parse, ask the library, print, return.

Results go to standard output, progress and errors to standard error. Exit status: 0 proved,
1 violated, 2 asked something impossible, 3 our bug, 130 and 143 interrupted.
"""

from __future__ import annotations

import logging
import signal
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

import click

from schemaproof.console import completing
from schemaproof.console.docs import docs_command
from schemaproof.console.explain_plan import explain_plan_command
from schemaproof.console.help import Commands
from schemaproof.console.mutate import mutate_command
from schemaproof.console.staging import staging_command
from schemaproof.console.streams import (
    BUG,
    IMPOSSIBLE,
    INTERRUPTED,
    PROVED,
    TERMINATED,
    err,
    on_a_server,
    out,
)
from schemaproof.console.up import up_command
from schemaproof.console.verify import verify_command
from schemaproof.errors import SchemaproofError

if TYPE_CHECKING:
    from schemaproof.checks import Check

# Whatever imports SQLAlchemy is imported by the command that needs it: a shell that completes waits
# for none of it.


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="schemaproof")
def commands() -> None:
    """Execute every promise that a database schema makes, on a real PostgreSQL."""


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
        err.print(f"left out {name!r}: {why}")
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

    chosen, *others = Selection(only=(check,), thorough=True, place=None).choose()
    if chosen.name != check:
        names = ", ".join(found.name for found in (chosen, *others))
        raise SchemaproofError(f"needs one check; {check!r} is a family: choose one of {names}")
    if out.is_terminal:
        # What colours code takes longer to import than all else that a page needs.
        from rich.markdown import Markdown

        out.print(Markdown(chosen.page))
    else:
        click.echo(chosen.page)
    return PROVED


for each in (
    docs_command,
    explain_plan_command,
    mutate_command,
    staging_command,
    up_command,
    verify_command,
):
    commands.add_command(each)


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
        err.print(f"schemaproof: {error}")
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


class _Terminated(BaseException):
    """SIGTERM; not SystemExit, which a subject may raise and then has to answer for."""


def _terminate(_number: int, _frame: FrameType | None) -> NoReturn:
    raise _Terminated
