"""
Find what is wrong in registered queries, and in the population that they will meet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import Executable

from schemaproof.rows import Population, Spread, Volume
from schemaproof.workload.query import Query


def of_queries(queries: Iterable[object]) -> Iterator[str]:
    """
    Yield what is wrong in each query, with its number.
    """
    names: Counter[str] = Counter()
    for number, query in enumerate(queries, 1):
        if not isinstance(query, Query):
            yield f"entry {number}: needs a Query; found {type(query).__name__}"
            continue
        names[query.name] += 1
        yield from (f"entry {number}: {query.name!r} {told}" for told in _of_query(query))
    yield from (f"{name!r} is there {many} times" for name, many in names.items() if many > 1)


def of_settings(settings: object) -> Iterator[str]:
    """
    Yield what is wrong in the settings of the planner, apart from what the server says of them.
    """
    if not isinstance(settings, Mapping) or not all(map(_is_text, [*settings, *settings.values()])):
        yield f'the settings need names and values as text, as {{"jit": "off"}}; found {settings}'


def of_population(population: Population | None) -> Iterator[str]:
    """
    Yield what is wrong in a population, whatever tables there are.
    """
    if population is None:
        return
    if population.counted not in population.volumes:
        yield (
            f"the population counts the rows of {population.counted!r}, and declares none; "
            f"it declares {', '.join(population.volumes) or 'no table'}"
        )
    for table, volume in population.volumes.items():
        found = [f"needs a Volume; found {volume!r}"]
        yield from (
            f"the population of {table}: {told}"
            for told in (_of_volume(volume) if isinstance(volume, Volume) else found)
        )


def _of_query(query: Query) -> Iterator[str]:
    if not isinstance(query.statement, str | Executable):
        yield (f"needs SQL text or a SQLAlchemy statement; found {type(query.statement).__name__}")
    if isinstance(query.condition, str):
        yield f"needs a tuple of columns as its condition; found the text {query.condition!r}"
    if query.index is None and (query.condition or query.is_ordered):
        yield "declares what its index must do, but no index"
    if query.index is not None and query.reads_all_because is not None:
        yield f"is to read the whole table and to use {query.index}"
    sizes = query.sizes if isinstance(query.sizes, Iterable) else ()
    if not sizes or not all(_is_number(size) and size >= 1 for size in sizes):
        yield f"needs sizes of at least one row; found {query.sizes!r}"


def _of_volume(volume: Volume) -> Iterator[str]:
    if not _is_number(volume.rows) or volume.rows < 1:
        yield f"needs at least one row; found {volume.rows!r}"
    for column, spread in volume.keys.items():
        yield from _of_spread(column, spread)
    for column, weights in volume.weights.items():
        shares = [*weights.values()] if isinstance(weights, Mapping) else []
        if not all(_is_number(one) and one >= 0 for one in shares) or not any(shares):
            yield f"{column} needs values and how often each comes; found {weights!r}"
    for column, ends in volume.ranges.items():
        if not isinstance(ends, tuple | list) or len(ends) != 2:
            yield f"{column} needs the least and the greatest value; found {ends!r}"
    for column in sorted({*volume.ascending} - volume.ranges.keys()):
        yield f"{column} is to rise, and has no range to rise in"


def _of_spread(column: str, spread: object) -> Iterator[str]:
    if not isinstance(spread, Spread):
        yield f"{column} needs a Spread; found {spread!r}"
        return
    if spread.fan_out is not None and (not _is_number(spread.fan_out) or spread.fan_out <= 0):
        yield f"{column} needs a fan_out of more than 0; found {spread.fan_out!r}"
    if not _is_number(spread.skew) or spread.skew < 0:
        yield f"{column} needs a skew of at least 0; found {spread.skew!r}"


def _is_number(found: object) -> bool:
    return isinstance(found, int | float) and not isinstance(found, bool)


def _is_text(found: object) -> bool:
    return isinstance(found, str)
