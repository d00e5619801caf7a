"""
Write a mutation score for a person, and as JSON.
"""

from __future__ import annotations

import json
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from schemaproof.mutation.judged import Judged, Score
from schemaproof.mutation.mutant import Mutant, Side

VERSION = 1
ALSO: dict[Side, str] = {
    "migrations": "",
    "alike": ", in models and migrations alike",
    "history": "",
    "schemas": "",
}


ADVICE: dict[Side, str] = {
    "migrations": "End the waiver that hides it, or leave the object to its owner in env.py.",
    "alike": "Write a test on schema_database that needs it, and run it with --with.",
    "history": "Write a test of the migration that needs the statement.",
    "schemas": "Write a test of the schema that needs it.",
}
LONGEST = 160  # characters of a statement that are still read in a report


def to_json(score: Score) -> str:
    """
    Return the score as JSON: sorted, without a clock's time.
    """
    document: dict[str, Any] = {
        "version": VERSION,
        "made": len(score.made),
        "killed": len(score.of("killed")),
        "survived": [_described(one) for one in score.of("survived")],
        "equivalent": [{**_described(one), "why": one.why} for one in score.of("equivalent")],
        "operators": [
            {
                "side": line.side,
                "operator": line.operator,
                "made": line.made,
                "killed": line.killed,
                "equivalent": line.equivalent,
                "survived": line.survived,
                "by": line.by,
            }
            for line in score.lines
        ],
        "by_check": score.by_check,
        "environment": score.environment,
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def _described(one: Judged) -> dict[str, str]:
    mutant = one.mutant
    return {"operator": mutant.operator, "where": mutant.where, "detail": told(mutant)}


def told(mutant: Mutant) -> str:
    """
    Return what was done to the object, and where besides.
    """
    return f"{mutant.detail}{ALSO[mutant.side]}"


def print_score(score: Score, console: Console) -> None:
    """
    Print the operators, then each mutant that was equivalent or survived, then the score.
    """
    console.print(_table(score))
    for one in score.of("equivalent"):
        mutant = one.mutant
        named = f"\nequivalent  {mutant.operator}  {mutant.where}: {told(mutant)}"
        console.print(Text(f"{named}\n  {one.why}", style="dim"))
    for one in score.of("survived"):
        _print_survivor(one, console)
    console.print()
    if score.untried and score.of("survived"):
        # A survivor may need a hint, and no test.
        blind = f"claims skipped on the schema as it is, which notice nothing: {score.untried}; "
        console.print(Text(f"{blind}run 'schemaproof verify' to see why\n"))
    console.print(_verdict(score))


def _table(score: Score) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("side", "operator", "made", "killed", "equivalent", "survived", "by"):
        is_number = column not in ("side", "operator", "by")
        table.add_column(column, justify="right" if is_number else "left", no_wrap=is_number)
    for line in score.lines:
        style = "bold red" if line.survived else "green"
        numbers = (line.made, line.killed, line.equivalent, line.survived)
        killers = ", ".join(f"{name} {count}" for name, count in line.by.items())
        table.add_row(line.side, line.operator, *(Text(str(n), style) for n in numbers), killers)
    return table


def _print_survivor(one: Judged, console: Console) -> None:
    mutant = one.mutant
    head = Text.assemble(
        "\n", ("survived", "bold red"), f"  {mutant.operator}  ", (mutant.where, "bold")
    )
    console.print(head)
    lines = {"done": told(mutant)}
    if mutant.sql:
        statements = " ".join(mutant.sql.split())
        cut = f"{statements[:LONGEST]}…" if len(statements) > LONGEST else statements
        lines["with"] = cut
    lines["fix"] = ADVICE[mutant.side]
    for name, words in lines.items():
        console.print(Text.assemble((f"  {name:<6}", "dim"), words))


def _verdict(score: Score) -> Text:
    survived = len(score.of("survived"))
    counts = (
        f"{len(score.made)} made, {len(score.of('killed'))} killed, "
        f"{len(score.of('equivalent'))} equivalent, {survived} survived"
    )
    word, style = ("SURVIVED", "bold red") if survived else ("KILLED", "bold green")
    server = score.environment.get("postgresql", "PostgreSQL")
    return Text.assemble(
        (f"{word}  {score.percent:.1f} %", style),
        f"  {counts}\n",
        (f"on {server}, in {score.elapsed_s:.1f} s", "dim"),
    )
