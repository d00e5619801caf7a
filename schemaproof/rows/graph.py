"""
Tie rows into a graph that every key and every unique index takes.

Each column that a key reads is a knot. A row that points at another has its knots tied to the
other's, so that keys which share a column (a tenant's, say) can only point where they agree. When
all is tied, every knot that is left gets a value of its own, and what must differ does.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from schemaproof.catalog import ForeignKey, QualifiedName
from schemaproof.rows.maker import Row
from schemaproof.rows.pattern import Pattern
from schemaproof.rows.patterns import Patterns
from schemaproof.rows.shapes import NoRowFound
from schemaproof.rows.ties import Ties

# Required parents included; more than that is no small graph.
MOST_ROWS = 60

# What decides about one row: numbers from 0, each of which is taken modulo the ways there are.
Dice = Sequence[int]


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

    def __init__(self, pattern: Pattern, dice: Iterator[int]) -> None:
        self.pattern, self.dice = pattern, dice
        self.knots: dict[str, int | None] = {}
        self.tied: set[str] = set()
        self.parents: list[_Node] = []

    def roll(self) -> int:
        """
        Return the next number; 0, the plainest way, once there is none.
        """
        return next(self.dice, 0)


class Loom:
    """
    Ties one graph.
    """

    def __init__(self, patterns: Patterns) -> None:
        self._patterns = patterns
        self._nodes: dict[QualifiedName, list[_Node]] = {table: [] for table in patterns}
        self._ties = Ties()
        self._loose: deque[_Node] = deque()

    def weave(self, wanted: Mapping[QualifiedName, Sequence[Dice]]) -> Graph:
        """
        Return a graph of the wanted rows, as far as keys and indexes allow, and of their parents.

        Args:
            wanted: For each table the dice of each row, `Pattern.dice` of them.

        Raises:
            NoRowFound: A required key finds nothing that it could point at, for none of the rows.
        """
        for table, rows in wanted.items():
            for dice in rows:
                self._add(table, dice)
        while self._loose:
            node = self._loose.popleft()
            for key in node.pattern.keys:
                if not self._point(node, key):
                    self._drop(node)
                    if not any(self._nodes.values()):
                        raise NoRowFound(key.table, f"foreign key {key.name} in so small a graph")
                    break
        return Graph(tuple(self._rows()))

    def _add(self, table: QualifiedName, dice: Dice = ()) -> _Node | None:
        pattern = self._patterns[table]
        if len(self._nodes[table]) >= pattern.capacity:
            return None
        node = _Node(pattern, iter(dice))
        number = node.roll() if pattern.optional else 0
        for name in pattern.knots:
            node.knots[name] = None
            if name in pattern.optional:
                number, is_given = divmod(number, 2)
                if not is_given:
                    continue
            node.knots[name] = self._knot(pattern, name)
        self._nodes[table].append(node)
        self._loose.append(node)
        return node

    def _knot(self, pattern: Pattern, name: str) -> int | None:
        others = [node for node in self._nodes[pattern.table] if node.knots[name] is not None]
        if len(others) >= pattern.limits.get(name, float("inf")):
            return None
        return self._ties.new()

    def _drop(self, node: _Node) -> None:
        # What points at it goes too, and what points at that.
        gone = [node]
        for each in gone:
            self._nodes[each.pattern.table].remove(each)
            others = (other for nodes in self._nodes.values() for other in nodes)
            gone += [other for other in others if each in other.parents and other not in gone]
        self._loose = deque(loose for loose in self._loose if loose not in gone)

    def _point(self, node: _Node, key: ForeignKey) -> bool:
        number = node.roll()
        free = self._releasable(node, key)
        if any(node.knots[name] is None for name in key.columns):
            return key.match != "FULL" or self._release(node, free)
        parents = self._nodes[key.target]
        number, first = divmod(number, max(1, bool(free) + len(parents)))
        if key.match != "FULL":
            # One NULL is enough; the others may point nowhere.
            free = free[: len(free) - number % len(free)] if free else free
        if free and first == 0:
            return self._release(node, free)
        first -= bool(free)
        if any(self._tie(node, key, parent) for parent in (*parents[first:], *parents[:first])):
            return True
        if free:
            return self._release(node, free)
        if sum(map(len, self._nodes.values())) >= MOST_ROWS:
            return False
        parent = self._add(key.target)
        return parent is not None and self._tie(node, key, parent)

    @staticmethod
    def _releasable(node: _Node, key: ForeignKey) -> list[str]:
        free = [name for name in key.columns if name in node.pattern.nullable - node.tied]
        is_whole = key.match == "FULL"
        return [] if is_whole and len(free) < len(key.columns) else free

    @staticmethod
    def _release(node: _Node, free: list[str]) -> bool:
        for name in free:
            node.knots[name] = None
        return bool(free)

    def _tie(self, node: _Node, key: ForeignKey, parent: _Node) -> bool:
        before = self._ties.copy()
        # What is NULL for no reason may be something, if that is asked for.
        knots: dict[str, int | None] = {}
        for here, there in zip(key.columns, key.target_columns, strict=True):
            ours, theirs = node.knots[here], parent.knots[there]
            if theirs is None and there in parent.pattern.optional:
                theirs = knots[there] = self._knot(parent.pattern, there)
            if ours is None or theirs is None:
                break
            self._ties.tie(ours, theirs)
        else:
            without, parent.knots = parent.knots, {**parent.knots, **knots}
            if self._is_unique():
                node.tied.update(key.columns)
                parent.tied.update(key.target_columns)
                node.parents.append(parent)
                return True
            parent.knots = without
        self._ties = before
        return False

    def _is_unique(self) -> bool:
        for table, nodes in self._nodes.items():
            for columns, nulls_not_distinct in self._patterns[table].unique if nodes[1:] else ():
                seen = set()
                for node in nodes:
                    knots = [node.knots[name] for name in columns]
                    if None in knots and not nulls_not_distinct:
                        continue
                    found = tuple(-1 if knot is None else self._ties.root(knot) for knot in knots)
                    if found in seen:
                        return False
                    seen.add(found)
        return True

    def _rows(self) -> Iterator[Row]:
        texts = self._texts()
        for nodes in self._nodes.values():
            for node in nodes:
                known = {
                    name: None if knot is None else texts[self._ties.root(knot)]
                    for name, knot in node.knots.items()
                }
                yield Row(node.pattern.table, {**node.pattern.draw(node.roll()), **known})

    def _texts(self) -> dict[int, str]:
        held: dict[int, list[tuple[Pattern, str]]] = {}
        for nodes in self._nodes.values():
            for node in nodes:
                for name, knot in node.knots.items():
                    if knot is not None:
                        held.setdefault(self._ties.root(knot), []).append((node.pattern, name))
        return dict(zip(held, self._patterns.texts(held.values()), strict=True))
