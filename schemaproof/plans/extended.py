"""
Keep what ANALYZE finds of columns together, where somebody made extended statistics.

The server shows them as bytes, in which the numbers of values are found.

Source: https://www.postgresql.org/docs/current/catalog-pg-statistic-ext-data.html and
https://github.com/postgres/postgres/blob/master/src/backend/statistics/mvdistinct.c
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

# Of pg_ndistinct: what it is, and how many groups follow; of each how many values it has, and of
# how many columns it is.
HEAD, GROUP, COLUMN_BYTES = struct.Struct("<III"), struct.Struct("<dI"), 2
MAGIC, KIND = 0xA352BFA4, 1


@dataclass(frozen=True, kw_only=True)
class ExtendedStatistics:
    """
    What the planner knows of some columns together.

    Attributes:
        schema: Where the statistics were made.
        name: How they are called there.
        keys: The numbers of the columns.
        columns: Their names.
        distinct_values: ``pg_ndistinct``, hexadecimal; None if it is not known.
        dependencies: ``pg_dependencies``, likewise.
        most_common: ``pg_mcv_list``, likewise.
    """

    schema: str
    name: str
    keys: tuple[int, ...]
    columns: tuple[str, ...]
    distinct_values: str | None
    dependencies: str | None
    most_common: str | None

    def grown(self, distinct: Callable[[Sequence[str]], float]) -> ExtendedStatistics:
        """
        Return the same with other numbers of values.

        Args:
            distinct: Says how many values some columns have together.
        """
        found = bytearray.fromhex(self.distinct_values or "")
        names = dict(zip(self.keys, self.columns, strict=True))
        for at, numbers in _groups(bytes(found)):
            struct.pack_into("<d", found, at, distinct([names[number] for number in numbers]))
        return replace(self, distinct_values=found.hex() or None)


def _groups(found: bytes) -> Iterator[tuple[int, tuple[int, ...]]]:
    # Of another layout nothing is known, and it stays as it is.
    if len(found) < HEAD.size or HEAD.unpack_from(found)[:2] != (MAGIC, KIND):
        return
    at = HEAD.size
    for _ in range(HEAD.unpack_from(found)[2]):
        _, columns = GROUP.unpack_from(found, at)
        yield at, struct.unpack_from(f"<{columns}h", found, at + GROUP.size)
        at += GROUP.size + columns * COLUMN_BYTES
