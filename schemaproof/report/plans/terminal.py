"""
Write the plans of a query for a person: a tree for each shape, and where one becomes another.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from schemaproof.plans import Plan
from schemaproof.report.plans.json import shown_name
from schemaproof.report.plans.tree import Line, laid_over
from schemaproof.scaling import AtSize, Flip, Growth, written

MOST_VALUE = 60  # characters of a parameter's value
LEAST_DETAIL = 40  # columns of a condition, however deep it is
FIGURE, GAP = 8, 2  # columns of a figure, and before the first one of a size

SCANS_ALL, BY_INDEX = "red", "green"


def print_growth(growth: Growth, console: Console) -> None:
    """
    Print the plans; without colour where the console is no terminal.
    """
    width = console.width
    for part in (
        _head(growth, width),
        _middle(growth, width),
        _population(growth),
        _terms(growth, width),
    ):
        for line in part:
            line.rstrip()
            console.print(line, soft_wrap=True)


def _head(growth: Growth, width: int) -> Iterator[Text]:
    if growth.name != growth.statement:
        yield Text(growth.name, "bold")
    for line in growth.statement.splitlines():
        yield from (Text(f"  {part}") for part in textwrap.wrap(line, max(width - 2, LEAST_DETAIL)))
    if growth.terms.is_generic:
        yield Text("  planned for any values", "dim")
    elif growth.parameters:
        values = (f"{name} = {_short(value)}" for name, value in growth.parameters.items())
        yield Text(f"  with {', '.join(values)}", "dim")
    if growth.terms.without:
        yield Text(f"  without {', '.join(growth.terms.without)}", "yellow")


def _middle(growth: Growth, width: int) -> Iterator[Text]:
    told = iter(growth.flips)
    flip = next(told, None)
    for group in growth.groups():
        while flip is not None and flip.above.rows <= group[0].rows:
            yield from _flip(flip)
            flip = next(told, None)
        yield from _tree(growth, group, width)
    if len(growth.sizes) > 1 and not growth.flips:
        yield Text("\nthe same plan at each of these sizes")


def _flip(flip: Flip) -> Iterator[Text]:
    between = f"{written(flip.below.rows)} and {written(flip.above.rows)}"
    yield Text.assemble("\n", ("flips", "bold yellow"), f" between {between} rows")
    yield Text(f"  from  {flip.below.shape}", "dim")
    yield Text(f"  to    {flip.above.shape}", "dim")


def _tree(growth: Growth, group: Sequence[AtSize], width: int) -> Iterator[Text]:
    lines = [*laid_over(group)]
    names = ["rows", "cost"]
    has_workers = any(plan.workers for line in lines for plan in line.plans)
    names += ["workers"] if has_workers else []
    words = max(len(line.guide + line.head) for line in lines)
    a_size = GAP + FIGURE * len(names)
    # More sizes than there is room for go under another tree.
    room = max(1, (width - words) // a_size)
    for first in range(0, len(group), room):
        places = range(first, min(first + room, len(group)))
        heads = "".join(f"{_at(growth, group[place]):>{a_size}}" for place in places)
        yield Text(f"\n{'':{words}}{heads}", "bold")
        yield Text(f"{'':{words}}{_row(names * len(places), len(names))}", "dim")
        for line in lines:
            plans = (line.plans[place] for place in places)
            figures = [one for plan in plans for one in _figures(plan, has_workers=has_workers)]
            yield _node(line, words, _row(figures, len(names)))
            yield from _details(line, width)


def _node(line: Line, words: int, figures: str) -> Text:
    plan = line.plans[0]
    style = SCANS_ALL if plan.node == "Seq Scan" else BY_INDEX if plan.index else ""
    head = f"{line.head:<{words - len(line.guide)}}"
    return Text.assemble((line.guide, "dim"), (head, style), figures)


def _details(line: Line, width: int) -> Iterator[Text]:
    for name, told in line.details:
        guide = f"{line.below}  "
        wrapped = textwrap.wrap(f"{name}: {told}", max(width - len(guide) - 2, LEAST_DETAIL))
        for number, text in enumerate(wrapped):
            yield Text.assemble((f"{guide}{'  ' if number else ''}", "dim"), text)


def _figures(plan: Plan, *, has_workers: bool) -> list[str]:
    cost = f"{plan.total_cost:.1f}" if plan.total_cost < 1000 else written(plan.total_cost)
    workers = [f"{plan.workers or ''}"] if has_workers else []
    return [written(plan.rows), cost, *workers]


def _row(figures: Sequence[str], a_size: int) -> str:
    gaps = (" " * GAP if place % a_size == 0 else "" for place in range(len(figures)))
    return "".join(f"{gap}{figure:>{FIGURE}}" for gap, figure in zip(gaps, figures, strict=True))


def _at(growth: Growth, each: AtSize) -> str:
    return f"at {written(each.rows)}{', JIT' if growth.is_compiled(each) else ''}"


def _population(growth: Growth) -> Iterator[Text]:
    if growth.unknown:
        names = ", ".join(growth.unknown)
        source = growth.source or ("the population" if growth.counted else "what is assumed")
        yield Text(f"\n{source} says nothing of {names}: taken for empty", "yellow")
    yield Text(f"\n{_assumed(growth)}", "dim")
    for table, volumes in growth.volumes():
        held = ", ".join(written(volume.rows) for volume in volumes)
        yield Text(f"  {shown_name(table)}: {held}", "dim")


def _assumed(growth: Growth) -> str:
    if growth.source is not None:
        return f"tables are as {growth.source} has them"
    if growth.counted is not None:
        return f"sizes are rows of {growth.counted}; tables hold in proportion"
    return (
        "no population is declared: every table is taken to hold as many rows, and ten of them to "
        "hang from each parent"
    )


def _terms(growth: Growth, width: int) -> Iterator[Text]:
    settings = ", ".join(f"{name} = {value}" for name, value in sorted(growth.settings.items()))
    pinned = textwrap.wrap(f"pinned: {settings}", width, break_on_hyphens=False)
    yield Text("\n" + "\n".join(pinned), "dim")
    yield Text(f"on {growth.server}, by statistics alone: no such row is there", "dim")
    if any(growth.is_compiled(each) and not each.explanation.has_jit for each in growth.sizes):
        yield Text(
            "JIT: the cost is above jit_above_cost; this server itself cannot compile", "dim"
        )


def _short(value: str) -> str:
    return value if len(value) <= MOST_VALUE else f"{value[:MOST_VALUE]}…"
