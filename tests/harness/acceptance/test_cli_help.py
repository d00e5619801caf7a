"""
``--help`` reads well on a terminal of 80 columns, and its examples are commands that there are.
"""

from __future__ import annotations

import shlex

import click
import pytest

from schemaproof.cli import commands
from schemaproof.console.examples import EXAMPLES
from schemaproof.console.help import OTHERS

EACH_COMMAND = pytest.mark.parametrize("name", sorted(commands.commands))
COLUMNS = 80


def help_of(*words: str, run, capsys) -> str:
    assert run([*words, "--help"]) == 0
    return capsys.readouterr().out


@EACH_COMMAND
def test_help_of_a_command_fits_and_ends_in_examples(name, run_main, capsys):
    """
    No line is too long but those to copy, and every option says what it decides.
    """
    told = help_of(name, run=run_main, capsys=capsys)

    copied = {f"  {command}" for command, _ in EXAMPLES[name]}
    long = [line for line in told.splitlines() if len(line) > COLUMNS and line not in copied]
    options = [param for param in commands.commands[name].params if isinstance(param, click.Option)]
    assert long == []
    assert "\nExamples:\n  schemaproof" in told
    assert [option.name for option in options if not option.help] == []
    assert all(option.opts[-1] in told for option in options)
    assert "INTEGER RANGE" not in told


def test_help_of_the_whole_lists_every_command_in_full(run_main, capsys):
    told = help_of(run=run_main, capsys=capsys)

    words = " ".join(told.split())
    assert max(map(len, told.splitlines())) <= COLUMNS
    assert "..." not in told.partition("\nProve:")[2]
    assert f"\n{OTHERS}:" not in told
    for name, command in commands.commands.items():
        assert f" {name} {command.get_short_help_str(1000)}" in words


@pytest.mark.parametrize(
    "example", [command for rows in EXAMPLES.values() for command, _ in rows], ids=str
)
def test_example_is_a_command_with_options_that_it_has(example):
    program, name, *words = shlex.split(example.partition(" | ")[0])
    command = commands.commands[name]

    assert program == "schemaproof"
    if words != ["--help"]:
        command.make_parser(click.Context(command)).parse_args(words)


def test_examples_are_of_commands_that_there_are():
    assert {*EXAMPLES} == {"", *commands.commands}
