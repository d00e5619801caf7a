"""
Draw how the blocks grow that each query touches: with its index, and without.

One small picture for each query, all to the same scale; those whose index saves most come first.
Colours are set by a style sheet in the
file, so that it reads on light and on dark; text stays text.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.growth.judge import Growth
from benchmarks.queries import QUERIES

if TYPE_CHECKING:
    from benchmarks.growth.ledger import Ledger

COLUMNS = 4
PANEL_INCHES = (2.75, 1.55)
# Each colour is drawn as one that occurs nowhere else, and stands in the file as a variable.
PALETTE = {
    "ink": ("#010101", "#1f2328", "#e6edf3"),
    "faint": ("#020202", "#d8dee4", "#30363d"),
    "quiet": ("#030303", "#59636e", "#9198a1"),
    "with": ("#040404", "#0969da", "#58a6ff"),
    "without": ("#050505", "#bc4c00", "#f0883e"),
}
DRAWN = {name: drawn for name, (drawn, _, _) in PALETTE.items()}
SETTINGS = {
    "svg.fonttype": "none",
    "svg.hashsalt": "growth",
    "font.family": "sans-serif",
    "font.size": 8,
    "axes.edgecolor": DRAWN["faint"],
    "text.color": DRAWN["ink"],
    "xtick.color": DRAWN["quiet"],
    "ytick.color": DRAWN["quiet"],
}


def draw(ledger: Ledger, file: Path) -> None:
    """
    Draw what a run has measured with typical values.
    """
    names = sorted(
        (query.name for query in QUERIES.queries), key=lambda name: -_saved(ledger, name)
    )
    rows = math.ceil(len(names) / COLUMNS)
    with mpl.rc_context(SETTINGS):
        figure = Figure((PANEL_INCHES[0] * COLUMNS, PANEL_INCHES[1] * rows + 0.7))
        grid = figure.subplots(rows, COLUMNS, sharex=True, sharey=True, squeeze=False)
        for panel, name in zip(grid.flat, names, strict=False):
            _panel(panel, ledger.growth[name, "typical"], ledger.control.get((name, "typical")))
        for panel in [*grid.flat][len(names) :]:
            panel.set_axis_off()
        _head(figure, ledger.sizes)
        figure.savefig(file, format="svg", transparent=True, metadata={"Date": None})
    file.write_text(_with_style(file.read_text("utf-8")), "utf-8")


def _saved(ledger: Ledger, name: str) -> float:
    control = ledger.control.get((name, "typical"))
    blocks = ledger.growth[name, "typical"].measured[-1].buffers
    return control.measured[-1].buffers / max(blocks, 1) if control else 0.0


def _panel(panel: Axes, growth: Growth, control: Growth | None) -> None:
    panel.set(xscale="log", yscale="log", ylim=(0.7, 2e5))
    panel.set_title(growth.query.name, fontsize=7.5, loc="left", pad=3)
    panel.set_yticks([1, 100, 10_000])
    panel.xaxis.set_major_formatter("{x:,.0f}")
    panel.yaxis.set_major_formatter("{x:,.0f}")
    panel.grid(visible=True, color=DRAWN["faint"], linewidth=0.5)
    panel.minorticks_off()
    panel.tick_params(length=0, labelsize=7)
    panel.spines[["top", "right"]].set_visible(False)
    if control is None:
        _line(panel, growth, "without")
        return
    is_same = control.measured[-1].buffers == growth.measured[-1].buffers
    _line(panel, control, "without", is_told=not is_same)
    _line(panel, growth, "with")


def _line(panel: Axes, growth: Growth, kind: str, *, is_told: bool = True) -> None:
    blocks = [max(each.buffers, 1) for each in growth.measured]
    style = {"with": "-", "without": "--"}[kind]
    panel.plot(growth.sizes, blocks, style, color=DRAWN[kind], marker="o", markersize=2.5)
    if not is_told:
        return
    panel.annotate(
        f"{blocks[-1]:,}",
        (growth.sizes[-1], blocks[-1]),
        xytext=(4, {"with": -7.5, "without": 2}[kind]),
        textcoords="offset points",
        color=DRAWN[kind],
        fontsize=7,
        annotation_clip=False,
    )


def _head(figure: Figure, sizes: list[float]) -> None:
    width, height = figure.get_size_inches()
    figure.subplots_adjust(
        left=0.45 / width,
        right=1 - 0.5 / width,
        top=1 - 0.85 / height,
        bottom=0.3 / height,
        hspace=0.42,
        wspace=0.24,
    )
    top = 1 - 0.2 / height
    figure.text(
        0.1 / width,
        top,
        f"Blocks that a query touches, from {sizes[0]:,.0f} to {sizes[-1]:,.0f} images",
        fontsize=12,
        va="center",
    )
    below = 1 - 0.46 / height
    figure.text(0.1 / width, below, "● with the index it relies on", color=DRAWN["with"])
    figure.text(2.0 / width, below, "● without it, or with none", color=DRAWN["without"])
    figure.text(
        3.9 / width,
        below,
        "images across, blocks up, both logarithmic; the number is the blocks at the largest size",
        color=DRAWN["quiet"],
    )


def _with_style(text: str) -> str:
    light, dark = (
        "".join(f"--{name}:{each[number]};" for name, each in PALETTE.items()) for number in (1, 2)
    )
    style = (
        f"<style>svg{{{light}}}"
        f"@media (prefers-color-scheme: dark){{svg{{{dark}}}}}"
        "text{font-family:system-ui,sans-serif!important}</style>"
    )
    for name, drawn in DRAWN.items():
        text = text.replace(drawn, f"var(--{name})")
    head, mark, rest = text.partition("<defs>")
    return f"{head}{style}\n {mark}{rest}"
