"""
Draw tables and the keys between them, each key by what is known of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len

from schemaproof.catalog import Catalog, ForeignKey, QualifiedName, short_name
from schemaproof.report.html.anchors import anchor
from schemaproof.report.html.evidence import Evidence
from schemaproof.report.html.layout import Layout, Tie, laid_out
from schemaproof.report.html.picture import WORDS, Box, Cell, Diagram, Line

# More than that nobody reads as a picture; the list below it has them all.
MOST_TABLES = 90

# In pixels: a box's head and rows, the room between layers, the margin.
HEAD, ROW, FOOT = 34.0, 22.0, 8.0
BETWEEN, MARGIN = 104.0, 12.0
# The last part of a line, on which its mark stands.
STRAIGHT = 38.0
# A character of the typeface, and how many of them a box holds.
CELL, LEAST_CELLS, MOST_CELLS = 7.3, 16, 26
PADDING = 30.0
ALONE_IN_A_ROW = 4


def drawn(catalog: Catalog, tables: Sequence[QualifiedName], evidence: Evidence) -> Diagram | None:
    """
    Return the picture of some tables; None if they are too many for one, or none.
    """
    if not 0 < len(tables) <= MOST_TABLES:
        return None
    return _Drawing(catalog, tables, evidence).diagram()


class _Drawing:
    def __init__(
        self, catalog: Catalog, tables: Sequence[QualifiedName], evidence: Evidence
    ) -> None:
        self.catalog, self.evidence = catalog, evidence
        self.names = {f"{table}": table for table in tables}
        self.keys = [
            key
            for table in tables
            for key in catalog.foreign_keys_of(table)
            if f"{key.target}" in self.names
        ]
        self.columns = {name: self._columns(table) for name, table in self.names.items()}
        self.width = self._width()
        self.heights = {
            name: HEAD + ROW * len(cells) + FOOT for name, cells in self.columns.items()
        }
        tied = {end for key in self.keys for end in (f"{key.table}", f"{key.target}")}
        ties = [self._tie(key) for key in self.keys]
        self.layout = laid_out(
            {name: self.heights[name] for name in self.names if name in tied}, ties
        )
        self.corners = {**self._of_tied(self.layout), **self._of_alone(tied)}

    def diagram(self) -> Diagram:
        boxes = tuple(self._box(name) for name in self.names)
        lines = tuple(self._line(key) for key in self.keys)
        found = {line.evidence for line in lines}
        return Diagram(
            width=max(box.x for box in boxes) + self.width + MARGIN,
            height=max(box.y + box.height for box in boxes) + MARGIN,
            box_width=self.width,
            boxes=boxes,
            lines=lines,
            legend=tuple((each, words) for each, words in WORDS.items() if each in found),
        )

    def _tie(self, key: ForeignKey) -> Tie:
        alike = [one for one in self.keys if (one.table, one.target) == (key.table, key.target)]
        return (f"{key.target}", f"{key.table}", alike.index(key))

    def _columns(self, table: QualifiedName) -> list[str]:
        primary = [*self.catalog.primary_key_of(table)]
        foreign = [name for key in self.catalog.foreign_keys_of(table) for name in key.columns]
        return [*dict.fromkeys([*primary, *foreign])]

    def _width(self) -> float:
        names = [short_name(table) for table in self.names.values()]
        longest = max(
            map(cell_len, [*names, *(n for cells in self.columns.values() for n in cells)])
        )
        return min(max(longest, LEAST_CELLS), MOST_CELLS) * CELL + 2 * PADDING

    def _of_tied(self, layout: Layout) -> dict[str, tuple[float, float]]:
        return {
            name: (
                MARGIN + layer * (self.width + BETWEEN),
                MARGIN + layout.middles[name] - self.heights[name] / 2,
            )
            for name, layer in layout.layers.items()
        }

    def _of_alone(self, tied: set[str]) -> dict[str, tuple[float, float]]:
        alone = [name for name in self.names if name not in tied]
        corners, y = {}, self.layout.height + MARGIN * (4 if tied else 1)
        for first in range(0, len(alone), ALONE_IN_A_ROW):
            row = alone[first : first + ALONE_IN_A_ROW]
            for place, name in enumerate(row):
                corners[name] = (MARGIN + place * (self.width + BETWEEN / 3), y)
            y += max(self.heights[name] for name in row) + MARGIN
        return corners

    def _box(self, name: str) -> Box:
        table = self.names[name]
        x, y = self.corners[name]
        primary = {*self.catalog.primary_key_of(table)}
        foreign = {each for key in self.catalog.foreign_keys_of(table) for each in key.columns}
        cells = tuple(
            Cell(
                name=shortened(column),
                full=column,
                y=y + HEAD + ROW * place + ROW / 2,
                is_primary=column in primary,
                is_foreign=column in foreign,
            )
            for place, column in enumerate(self.columns[name])
        )
        return Box(
            name=shortened(short_name(table)),
            full=short_name(table),
            anchor=anchor("table", short_name(table)),
            x=x,
            y=y,
            height=self.heights[name],
            cells=cells,
        )

    def _line(self, key: ForeignKey) -> Line:
        child, parent = f"{key.table}", f"{key.target}"
        start = (self.corners[parent][0] + self.width, self.corners[parent][1] + HEAD / 2)
        row = self.columns[child].index(key.columns[0])
        end = (self.corners[child][0], self.corners[child][1] + HEAD + ROW * row + ROW / 2)
        if parent == child:
            path = _ring(start, (end[0] + self.width, end[1]))
            mark = (end[0] + self.width + STRAIGHT / 2, end[1])
        else:
            path = _path([start, *self._between(self._tie(key)), (end[0] - STRAIGHT, end[1])], end)
            mark = (end[0] - STRAIGHT / 2, end[1])
        evidence = self.evidence.of_key(key)
        ends = (", ".join(key.columns), ", ".join(key.target_columns))
        told = (
            f"{short_name(key.table)} ({ends[0]}) → {short_name(key.target)} ({ends[1]}): "
            f"ON DELETE {key.on_delete}, {WORDS[evidence]}"
        )
        return Line(
            path=path,
            evidence=evidence,
            x=mark[0],
            y=mark[1],
            told=told,
            ends=(anchor("table", short_name(key.target)), anchor("table", short_name(key.table))),
        )

    def _between(self, tie: Tie) -> Iterator[tuple[float, float]]:
        layers, middles = self.layout.layers, self.layout.middles
        for layer in range(layers[tie[0]] + 1, layers[tie[1]]):
            y = MARGIN + middles[tie, layer]
            left = MARGIN + layer * (self.width + BETWEEN)
            yield from ((left, y), (left + self.width, y))


def _path(points: Sequence[tuple[float, float]], end: tuple[float, float]) -> str:
    (x, y), *others = points
    words = [f"M{x:.1f} {y:.1f}"]
    for number, (to_x, to_y) in enumerate(others):
        # Through a layer the line runs straight, between two it bends.
        bend = 0.0 if number % 2 else max(abs(to_x - x) / 2, 36.0)
        words.append(f"C{x + bend:.1f} {y:.1f} {to_x - bend:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}")
        x, y = to_x, to_y
    return " ".join([*words, f"L{end[0]:.1f} {end[1]:.1f}"])


def _ring(start: tuple[float, float], end: tuple[float, float]) -> str:
    # A table that refers to itself: out on the right, and in again below.
    away = start[0] + BETWEEN * 0.6
    return (
        f"M{start[0]:.1f} {start[1]:.1f}C{away:.1f} {start[1]:.1f} {away:.1f} {end[1]:.1f} "
        f"{end[0] + STRAIGHT:.1f} {end[1]:.1f}L{end[0]:.1f} {end[1]:.1f}"
    )


def shortened(name: str, most: int = MOST_CELLS) -> str:
    """
    Return a name that fits into a box.
    """
    if cell_len(name) <= most:
        return name
    while cell_len(name) > most - 1:
        name = name[:-1]
    return f"{name}…"
