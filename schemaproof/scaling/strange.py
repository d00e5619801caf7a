"""
Refuse a population that tells of what is not there: nobody could say how it was meant.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

from schemaproof.catalog import Catalog, QualifiedName, short_name
from schemaproof.configuration import BadConfiguration
from schemaproof.rows import Population, Volume


def refuse_strange(population: Population | None, catalog: Catalog) -> None:
    """
    Refuse a population with tables or columns that a catalogue does not have.

    Raises:
        BadConfiguration: It has some; the message names them all.
    """
    if population is not None:
        volumes = population.at(population.volumes[population.counted].rows)
        strange = [told for item in volumes.items() for told in _strange(*item, catalog)]
        if strange:
            raise BadConfiguration(f"the population of the queries: {'; '.join(strange)}")


def _strange(table: QualifiedName, volume: Volume, catalog: Catalog) -> Iterator[str]:
    if catalog.table(*table) is None:
        tables = [short_name(each.qualified_name) for each in catalog.tables]
        yield f"there is no table {short_name(table)}{_nearest(short_name(table), tables)}"
        return
    columns = catalog.types_of(table)
    told = {*volume.keys, *volume.weights, *volume.ranges, *volume.ascending, *volume.varied}
    for name in sorted(told - columns.keys()):
        yield f"{short_name(table)} has no column {name}{_nearest(name, columns)}"


def _nearest(name: str, names: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, names, n=1)
    return f" (is {close[0]} meant?)" if close else ""
