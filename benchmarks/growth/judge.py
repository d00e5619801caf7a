"""
Judge how what a query touches grows with the tables.

Milliseconds are the machine's; blocks are the plan's. A perfect look-up goes down one tree for each
table and finds each row in a block of its own. To touch fewer is luck with where rows lie, and is
not counted. To touch more is waste: without its index a query reads blocks that hold nothing of
what it returns, and their number grows with the table, to the power of one. The exponent of that
waste is what a query is held to, beside the budget that it declares.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from schemaproof.workload import Query

# Blocks of one look-up in a large table: three levels of a B-tree and the row. A tree grows by a
# level only when its table grows a hundredfold or more.
LOOKUP = 4
# Waste may come to this while the tables grow, however far: a tree that is a level higher, or a
# bitmap that is read beside it, comes to half of that.
MOST_WASTE = 2.0


@dataclass(frozen=True, kw_only=True)
class Measured:
    """
    How one query ran on tables of one size.

    Attributes:
        images: The size, in rows of the table by which it is told.
        rows: How many rows were found.
        buffers: How many blocks were touched.
        tables: How many tables were read.
        shape: The plan.
    """

    images: float
    rows: int
    buffers: int
    tables: int = 1
    shape: str = ""

    @property
    def waste(self) -> float:
        """
        How many times as many blocks it touched as a perfect look-up; 1 is the least.
        """
        return max(1.0, self.buffers / (LOOKUP * self.tables + self.rows))


def exponent(sizes: Sequence[float], figures: Sequence[float]) -> float:
    """
    Return the power of the size with which a figure grows: least squares of the logarithms.

    What is less than one is counted as one: no row, no block.
    """
    across = [math.log(size) for size in sizes]
    up = [math.log(max(figure, 1.0)) for figure in figures]
    middle, height = sum(across) / len(across), sum(up) / len(up)
    return sum((x - middle) * (y - height) for x, y in zip(across, up, strict=True)) / sum(
        (x - middle) ** 2 for x in across
    )


@dataclass(frozen=True, kw_only=True)
class Growth:
    """
    What becomes of one query while the tables grow.

    Attributes:
        query: The query, with its budget.
        measured: How it ran, from the smallest size to the largest.
    """

    query: Query
    measured: tuple[Measured, ...]

    @property
    def sizes(self) -> list[float]:
        """
        The sizes, in rows of the table by which they are told.
        """
        return [each.images for each in self.measured]

    @property
    def of_blocks(self) -> float:
        """
        With which power of the size the blocks grow that are touched.
        """
        return exponent(self.sizes, [each.buffers for each in self.measured])

    @property
    def of_rows(self) -> float:
        """
        With which power of the size the rows grow that are found.
        """
        return exponent(self.sizes, [each.rows for each in self.measured])

    @property
    def of_waste(self) -> float:
        """
        With which power of the size the blocks grow that need not be touched.
        """
        return exponent(self.sizes, [each.waste for each in self.measured])

    @property
    def bound(self) -> float:
        """
        What that may be: 0.1 if the tables grow a thousandfold.
        """
        return math.log(MOST_WASTE) / math.log(self.sizes[-1] / self.sizes[0])

    def refusals(self) -> Iterator[str]:
        """
        Yield what is wrong with it, each a sentence.
        """
        if self.of_waste > self.bound:
            blocks = " -> ".join(f"{each.buffers:,}" for each in self.measured)
            yield (
                f"{self.query}: waste grows with the size to the power of {self.of_waste:.2f} "
                f"(at most {self.bound:.2f}); blocks: {blocks}; {self.measured[-1].shape}"
            )
        for each in self.measured:
            if self.query.buffers is not None and each.buffers > self.query.buffers:
                yield (
                    f"{self.query}: {each.buffers:,} blocks at {each.images:,.0f} images "
                    f"(at most {self.query.buffers}); {each.shape}"
                )
