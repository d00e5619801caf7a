"""
Lay out ``--help``: commands by what they are for, options by what they decide, examples at the end.
"""

from __future__ import annotations

from collections.abc import Iterable

import click

from schemaproof.console.examples import EXAMPLES

PURPOSES = {
    "Prove": ("verify", "mutate", "staging"),
    "Look closer": ("checks", "explain", "explain-plan", "accept-plans"),
    "Every day": ("up", "docs"),
}
OTHERS = "More"

# An option is listed under the first of these that has it, or else under "Options".
SUBJECTS = {
    "What": ("--only", "--skip", "--thorough", "--base", "--side", "--with"),
    "Where": ("--server", "--pg-version", "--jobs"),
    "Limits": ("--deadline", "--lock-timeout", "--statement-timeout"),
    "Output": (
        *("--format", "--json", "--junit", "--sarif", "--html", "--markdown"),
        *("--github", "--baseline", "--export-statistics", "--with-values"),
    ),
}
GENERAL = "Options"
# Longer ones have their meaning below them.
WIDEST = 34
# As long as no first sentence is.
WHOLE = 1000


class Command(click.Command):
    """A command whose help is grouped and ends in examples."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """
        Write the options, each group under its heading.
        """
        groups: dict[str, list[tuple[str, str]]] = {name: [] for name in (*SUBJECTS, GENERAL)}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            # What an argument means is told in the text above.
            if record is not None and isinstance(param, click.Option):
                groups[_first(SUBJECTS, param.opts, GENERAL)].append(record)
        _write(formatter, groups)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """
        Write the examples.
        """
        _write(formatter, {"Examples": [*EXAMPLES.get(ctx.info_name or "", ())]})


class Commands(click.Group):
    """The commands, listed by what they are for."""

    command_class = Command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """
        Write the commands, each group under its heading.
        """
        groups: dict[str, list[tuple[str, str]]] = {name: [] for name in (*PURPOSES, OTHERS)}
        place = {name: at for at, name in enumerate(sum(PURPOSES.values(), ()))}
        for name in sorted(self.list_commands(ctx), key=lambda one: place.get(one, len(place))):
            told = self.commands[name].get_short_help_str(WHOLE)
            groups[_first(PURPOSES, [name], OTHERS)].append((name, told))
        _write(formatter, groups)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        """
        Write the examples.
        """
        _write(formatter, {"Examples": [*EXAMPLES[""]]})


def _first(groups: dict[str, tuple[str, ...]], names: Iterable[str], others: str) -> str:
    return next((group for group, known in groups.items() if {*known} & {*names}), others)


def _write(formatter: click.HelpFormatter, groups: dict[str, list[tuple[str, str]]]) -> None:
    for heading, rows in groups.items():
        if rows:
            with formatter.section(heading):
                formatter.write_dl(rows, col_max=WIDEST)
