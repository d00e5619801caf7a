"""
Tie rows into a graph that every key and every unique index takes.

Each column that a key reads is a knot. A row that points at another has its knots tied to the
other's, so that keys which share a column (a tenant's, say) can only point where they agree. When
all is tied, every knot that is left gets a value of its own, and what must differ does.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from schemaproof.catalog import ForeignKey, QualifiedName
from schemaproof.rows.maker import Row
from schemaproof.rows.pattern import Pattern
from schemaproof.rows.patterns import Patterns
from schemaproof.rows.shapes import NoRowFound

# Required parents included; more than that is no small graph.
MOST_ROWS = 60

# Takes how many ways there are, and returns which one to go.
Choose = Callable[[int], int]


@dataclass(frozen=True)
class Graph:
    """
    Rows that point at each other, not yet inserted.

    Attributes:
        rows: What is given of each row; the other columns are left to their defaults.
    """

    rows: tuple[Row, ...]

    def __repr__(self) -> str:
        told = (
            f"{row.table.name}({', '.join(f'{name}={text}' for name, text in row.values.items())})"
            for row in self.rows
        )
        return f"<{'; '.join(told)}>"


class _Node:
    """A row that is being tied: a knot for each column that keys read; None is NULL."""

    def __init__(self, pattern: Pattern, knots: dict[str, int | None]) -> None:
        self.pattern, self.knots = pattern, knots
        self.tied: set[str] = set()


class Loom:
    """
    Ties one graph.
    """

    def __init__(self, patterns: Patterns, choose: Choose) -> None:
        self._patterns, self._choose = patterns, choose
        self._nodes: dict[QualifiedName, list[_Node]] = {table: [] for table in patterns}
        # Which other knot each is tied to; itself, if none.
        self._ties: list[int] = []
        self._loose: deque[_Node] = deque()

    def weave(self, sizes: Mapping[QualifiedName, int]) -> Graph:
        """
        Return a graph with so many rows of each table, as far as unique indexes allow, and parents.

        Raises:
            NoRowFound: A required key finds nothing that it could point at.
        """
        for table, size in sizes.items():
            for _ in range(size):
                self._add(table)
        while self._loose:
            node = self._loose.popleft()
            for key in node.pattern.keys:
                if not self._point(node, key):
                    self._drop(node, key)
                    break
        return Graph(tuple(self._rows()))

    def _add(self, table: QualifiedName) -> _Node | None:
        pattern = self._patterns[table]
        if len(self._nodes[table]) >= pattern.capacity:
            return None
        knots: dict[str, int | None] = {}
        for name in pattern.knots:
            is_null = name in pattern.optional and self._choose(2) == 0
            knots[name] = None if is_null else self._knot()
        node = _Node(pattern, knots)
        self._nodes[table].append(node)
        self._loose.append(node)
        return node

    def _drop(self, node: _Node, key: ForeignKey) -> None:
        # What others point at cannot go.
        if node.tied & {*node.pattern.targets}:
            raise NoRowFound(key.table, f"foreign key {key.name} in so small a graph")
        self._nodes[key.table].remove(node)

    def _point(self, node: _Node, key: ForeignKey) -> bool:
        if any(node.knots[name] is None for name in key.columns):
            return key.match != "FULL" or self._release(node, key)
        parents = self._nodes[key.target]
        may_be_null = bool(self._releasable(node, key))
        first = self._choose(may_be_null + len(parents)) if may_be_null or parents else 0
        if may_be_null and first == 0:
            return self._release(node, key)
        first -= may_be_null
        if any(self._tie(node, key, parent) for parent in (*parents[first:], *parents[:first])):
            return True
        if may_be_null:
            return self._release(node, key)
        if sum(map(len, self._nodes.values())) >= MOST_ROWS:
            return False
        parent = self._add(key.target)
        return parent is not None and self._tie(node, key, parent)

    @staticmethod
    def _releasable(node: _Node, key: ForeignKey) -> list[str]:
        free = [name for name in key.columns if name in node.pattern.nullable - node.tied]
        return free if key.match != "FULL" or len(free) == len(key.columns) else []

    def _release(self, node: _Node, key: ForeignKey) -> bool:
        free = self._releasable(node, key)
        for name in free if key.match == "FULL" else free[: 1 + self._choose(len(free) or 1)]:
            node.knots[name] = None
        return bool(free)

    def _tie(self, node: _Node, key: ForeignKey, parent: _Node) -> bool:
        before = self._ties.copy()
        # What is NULL for no reason may be something, if that is asked for.
        knots: dict[str, int | None] = {}
        for here, there in zip(key.columns, key.target_columns, strict=True):
            ours, theirs = node.knots[here], parent.knots[there]
            if theirs is None and there in parent.pattern.optional:
                theirs = knots[there] = self._knot()
            if ours is None or theirs is None:
                break
            self._ties[self._root(ours)] = self._root(theirs)
        else:
            without, parent.knots = parent.knots, {**parent.knots, **knots}
            if self._is_unique():
                node.tied.update(key.columns)
                parent.tied.update(key.target_columns)
                return True
            parent.knots = without
        self._ties = before
        return False

    def _knot(self) -> int:
        self._ties.append(len(self._ties))
        return self._ties[-1]

    def _root(self, knot: int) -> int:
        while self._ties[knot] != knot:
            knot = self._ties[knot]
        return knot

    def _is_unique(self) -> bool:
        for table, nodes in self._nodes.items():
            for columns, nulls_not_distinct in self._patterns[table].unique if nodes[1:] else ():
                seen = set()
                for node in nodes:
                    knots = [node.knots[name] for name in columns]
                    if None in knots and not nulls_not_distinct:
                        continue
                    found = tuple(-1 if knot is None else self._root(knot) for knot in knots)
                    if found in seen:
                        return False
                    seen.add(found)
        return True

    def _rows(self) -> Iterator[Row]:
        texts = self._texts()
        for nodes in self._nodes.values():
            for node in nodes:
                known = {
                    name: None if knot is None else texts[self._root(knot)]
                    for name, knot in node.knots.items()
                }
                yield Row(node.pattern.table, {**node.pattern.draw(self._choose), **known})

    def _texts(self) -> dict[int, str]:
        held: dict[int, list[tuple[Pattern, str]]] = {}
        for nodes in self._nodes.values():
            for node in nodes:
                for name, knot in node.knots.items():
                    if knot is not None:
                        held.setdefault(self._root(knot), []).append((node.pattern, name))
        return dict(zip(held, self._patterns.texts(held.values()), strict=True))
