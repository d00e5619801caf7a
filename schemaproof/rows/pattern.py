"""
Know of each table what a graph needs: which columns are tied, which differ, what the others hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from schemaproof.catalog import Catalog
from schemaproof.rows.candidates import is_counted, reads
from schemaproof.rows.fresh_value import fresh_value
from schemaproof.rows.shapes import Shape, Values

# By column, texts that the table takes in a row which is plain otherwise.
Palette = Mapping[str, Iterable[str | None]]

# Columns that together must differ, and whether two NULLs count as equal.
UniqueColumns = tuple[tuple[str, ...], bool]


class Pattern:
    """
    What the rows of one table look like in a graph.

    Attributes:
        table: The table.
        catalog: What its database contains.
        keys: Its foreign keys, the widest first: narrower ones on its columns then agree with it.
        targets: The columns that keys refer to.
    """

    def __init__(self, catalog: Catalog, shape: Shape, palette: Palette) -> None:
        self.table = shape.table
        self.catalog, self._shape = catalog, shape
        self._columns = {column.name: column for column in catalog.columns_of(self.table)}
        keys = catalog.foreign_keys_of(self.table)
        self.keys = tuple(sorted(keys, key=lambda key: -len(key.columns)))
        self.targets = frozenset(
            name for key in catalog.foreign_keys_to(self.table) for name in key.target_columns
        )
        self._pointing = frozenset(name for key in keys for name in key.columns)
        self._variations = [
            (name, text)
            for name, texts in palette.items()
            if name not in self.knots
            for text in texts
        ]

    @cached_property
    def knots(self) -> tuple[str, ...]:
        """
        The columns that get a value for the graph's sake: those of keys, and those that differ.
        """
        differing = {
            name for names, _ in self._unique_indexes for name in names if self._must_differ(name)
        }
        return tuple(n for n in self._columns if n in self._pointing | self.targets | differing)

    @cached_property
    def nullable(self) -> frozenset[str]:
        """
        The knots that may be NULL.
        """
        return frozenset(name for name in self.knots if self._columns[name].is_nullable)

    @cached_property
    def optional(self) -> frozenset[str]:
        """
        The knots that may be NULL and with which the table points at nothing.
        """
        return self.nullable - self._pointing

    @cached_property
    def unique(self) -> tuple[UniqueColumns, ...]:
        """
        The knots that together must differ.
        """
        return tuple(
            (knots, nulls_not_distinct)
            for names, nulls_not_distinct in self._unique_indexes
            if (knots := tuple(name for name in names if name in self.knots))
            and not any(self._differs_anyway(name, nulls_not_distinct) for name in names)
        )

    @cached_property
    def limits(self) -> dict[str, int]:
        """
        How many rows may have a value of a knot that they do not take from others.
        """
        own = [name for name in self.knots if name not in self._pointing]
        return {name: len(pool) for name in own if (pool := self.pool(name))}

    @cached_property
    def capacity(self) -> float:
        """
        How many rows of it a graph may have.
        """
        limits: list[float] = [
            self.limits[name] for name in self.limits if name not in self.nullable
        ]
        for names, nulls_not_distinct in self._unique_indexes:
            differs = any(self._differs_anyway(name, nulls_not_distinct) for name in names)
            if not differs and not {*names} & {*self.knots}:
                limits.append(1)
        # Whether two rows exclude each other is for the server to say.
        constraints = self.catalog.constraints_of(self.table)
        limits.extend(1 for each in constraints if each.form == "exclusion constraint")
        return min(limits, default=float("inf"))

    @property
    def dice(self) -> int:
        """
        How many numbers decide about a row.
        """
        return bool(self.optional) + len(self.keys) + bool(self._variations)

    def draw(self, number: int) -> Values:
        """
        Return values for the columns that are no knots: plain ones for 0.
        """
        values = {name: text for name, text in self._shape.values.items() if name not in self.knots}
        # Each alone is known to be taken; where a CHECK reads several, two might not be.
        varied = number % (1 + len(self._variations))
        if varied:
            name, text = self._variations[varied - 1]
            values[name] = text
        return values

    @property
    def primary(self) -> tuple[str, ...]:
        """
        The columns of the primary key.
        """
        return self.catalog.primary_key_of(self.table)

    @cached_property
    def settable(self) -> tuple[str, ...]:
        """
        The columns of keys to which an UPDATE may give a value.
        """
        return tuple(
            name
            for name in self.knots
            if name in self._pointing | self.targets
            and self._columns[name].identity_generation != "ALWAYS"
        )

    def pool(self, name: str) -> tuple[str, ...]:
        """
        Return all values that can be had of a column; nothing, if they are without end.
        """
        column, base = self._columns[name], self._shape.values.get(name)
        if states := self._shape.states.get(name):
            return states
        if fresh_value(column, base, 1) != fresh_value(column, base, 2):
            return ()
        return () if base is None else (base,)

    def fresh(self, name: str, number: int) -> str | None:
        """
        Return a value for a knot, another one for each number from 0; None if there is no other.
        """
        if pool := self.pool(name):
            # With what only points it is no matter; it points nowhere.
            number %= len(pool) if name in self._pointing else number + 1
            return pool[number] if number < len(pool) else None
        return fresh_value(self._columns[name], self._shape.values.get(name), 1 + number)

    @cached_property
    def _unique_indexes(self) -> tuple[UniqueColumns, ...]:
        return tuple(
            (
                tuple(name for name in self._columns if any(reads(k, name) for k in index.keys)),
                index.nulls_not_distinct,
            )
            for index in self.catalog.indexes_of(self.table)
            if index.is_unique
        )

    def _must_differ(self, name: str) -> bool:
        column = self._columns[name]
        if column.generated is not None or self.pool(name) or is_counted(column):
            return False
        return name in self._shape.values or not column.is_nullable

    def _differs_anyway(self, name: str, nulls_not_distinct: bool) -> bool:
        if name in self.knots:
            return False
        column = self._columns[name]
        left_out = name not in self._shape.values
        return left_out and (
            is_counted(column)
            or (column.is_nullable and column.default is None and not nulls_not_distinct)
        )
