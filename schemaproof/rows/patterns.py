"""
Know together what the tables of a graph need: what a knot may hold that several of them share.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from schemaproof.catalog import QualifiedName
from schemaproof.rows.kinds import plain_type
from schemaproof.rows.pattern import Pattern
from schemaproof.rows.shapes import NoRowFound

# Types whose values the server writes as they were given.
PLAIN = frozenset({"int2", "int4", "int8", "text", "varchar", "uuid"})


class Patterns(Mapping[QualifiedName, Pattern]):
    """
    The patterns of the tables that a graph is made of.

    Raises:
        NoRowFound: A table is partitioned, or has a key with PERIOD or to a table that is missing.
    """

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self._patterns = {pattern.table: pattern for pattern in patterns}
        for pattern in self._patterns.values():
            table = pattern.catalog.table(*pattern.table)
            if table is not None and (table.form == "partitioned" or table.partition_bound):
                raise NoRowFound(pattern.table, "partitions, in a graph of rows")
            for key in pattern.keys:
                if key.is_temporal or key.target not in self._patterns:
                    raise NoRowFound(pattern.table, f"foreign key {key.name}, in a graph of rows")

    def __getitem__(self, table: QualifiedName) -> Pattern:
        return self._patterns[table]

    def __iter__(self) -> Iterator[QualifiedName]:
        return iter(self._patterns)

    def __len__(self) -> int:
        return len(self._patterns)

    def related(self, table: QualifiedName, name: str) -> frozenset[tuple[QualifiedName, str]]:
        """
        Return the columns whose values could stand in this one: what it points at, and itself.
        """
        targets = (
            (key.target, there)
            for key in self._patterns[table].keys
            for here, there in zip(key.columns, key.target_columns, strict=True)
            if here == name
        )
        return frozenset({(table, name), *targets})

    def spares(self, table: QualifiedName, name: str) -> tuple[str, ...]:
        """
        Return values of a knot, as the server writes them, that no row of a graph has.
        """
        pattern = self._patterns[table]
        column = next(each for each in pattern.catalog.columns_of(table) if each.name == name)
        is_plain = plain_type(column) in PLAIN and "(" not in column.type
        texts = (pattern.fresh(name, number) for number in (900, 901)) if is_plain else ()
        return tuple(text for text in texts if text is not None)

    def texts(self, groups: Iterable[list[tuple[Pattern, str]]]) -> Iterator[str]:
        """
        Return a value for each group of knots that are tied, given by their columns.

        Raises:
            NoRowFound: There are fewer values than groups.
        """
        taken: dict[tuple[QualifiedName, str], int] = {}
        for number, group in enumerate(groups):
            # What is pointed at knows best what it may hold; a column that only points holds that.
            pattern, name = min(group, key=_authority)
            place = (pattern.table, name)
            nth = taken[place] = taken.get(place, -1) + 1
            text = pattern.fresh(name, nth if pattern.pool(name) else number)
            if text is None:
                raise NoRowFound(pattern.table, f"{nth + 1} different values of {name}")
            yield text


def _authority(knot: tuple[Pattern, str]) -> tuple[bool, bool]:
    pattern, name = knot
    points = any(name in key.columns for key in pattern.keys)
    return not pattern.pool(name), points
