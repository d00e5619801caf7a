"""
Ask which checks to run: the options ``--only`` and ``--skip``.
"""

from __future__ import annotations

import click

from schemaproof.console import completing
from schemaproof.console.streams import Command


def choosing(command: Command) -> Command:
    """
    Add what every command that runs checks asks of which.
    """
    for name, told in (
        ("--skip", "Leave this check or family out."),
        ("--only", "Run this check or family alone."),
    ):
        command = click.option(
            name,
            multiple=True,
            metavar="NAME",
            shell_complete=completing.names_and_families,
            help=told,
        )(command)
    return command
