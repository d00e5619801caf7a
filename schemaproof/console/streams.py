"""
Where commands write: results to standard output, progress and errors to standard error.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from schemaproof.errors import SchemaproofError

PROVED, VIOLATED, IMPOSSIBLE, BUG = range(4)
INTERRUPTED, TERMINATED = 130, 143  # 128 + the signal's number, as shells report it

# What is piped is read by people too, and in wider windows than the 80 columns rich assumes.
PIPED_WIDTH = 120

Command = TypeVar("Command", bound=Callable[..., int])

out = Console(highlight=False, width=None if sys.stdout.isatty() else PIPED_WIDTH)
# What it says holds names that are anybody's, and is one line a sentence for those who search it.
err = Console(highlight=False, stderr=True, markup=False, soft_wrap=True)


class _Server(click.Option):
    """The option that names a server; what it takes is only asked for when it is shown."""

    def make_metavar(self, ctx: click.Context | None = None) -> str:  # noqa: ARG002 - click's
        """
        Return the words of the providers that there are.
        """
        from schemaproof.postgres import PROVIDERS

        return "|".join([*PROVIDERS, "container:IMAGE", "URL"])


def on_a_server(command: Command) -> Command:
    """
    Add what every command that needs databases asks for them.
    """
    server = click.option(
        "--server",
        cls=_Server,
        default="embedded",
        help="Where to make throwaway databases.  [default: embedded]",
    )
    version = click.option(
        "--pg-version", type=int, metavar="MAJOR", help="The PostgreSQL version to start."
    )
    return server(version(command))


def progress() -> Progress:
    """
    Return a bar that is shown on a terminal alone, and leaves nothing behind.
    """
    # A claim's brackets are no markup.
    told = TextColumn("{task.description}", markup=False)
    columns = (BarColumn(20), MofNCompleteColumn(), told)
    return Progress(*columns, console=err, transient=True, disable=not err.is_terminal)


@contextmanager
def writing(where: object) -> Iterator[None]:
    """
    Say what could not be written.
    """
    try:
        yield
    except OSError as error:
        raise SchemaproofError(f"cannot write {where}: {error.strerror}") from error
