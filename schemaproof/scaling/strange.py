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


def _strange(name: QualifiedName, volume: Volume, catalog: Catalog) -> Iterator[str]:
    table = catalog.table(*name)
    if name in {view.qualified_name for view in catalog.views if view.is_materialized}:
        # Its rows are those that its query finds.
        if volume != Volume(rows=volume.rows):
            yield f"{short_name(name)} is a materialised view, of which only rows can be declared"
    elif table is None:
        yield _no_table(name, catalog)
    elif table.form != "ordinary":
        parts = ", ".join(
            short_name(each.qualified_name) for each in catalog.tables if name in each.parents
        )
        told = f": declare {parts}" if parts else ""
        yield f"{short_name(name)} is {table.form} and holds no rows itself{told}"
    else:
        yield from _strange_columns(name, volume, catalog)


def _strange_columns(name: QualifiedName, volume: Volume, catalog: Catalog) -> Iterator[str]:
    columns, table = catalog.types_of(name), short_name(name)
    told = {*volume.keys, *volume.weights, *volume.ranges, *volume.ascending, *volume.varied}
    for column in sorted(told - columns.keys()):
        yield f"{table} has no column {column}{_nearest(column, columns)}"
    keys = {column for key in catalog.foreign_keys_of(name) for column in key.columns}
    for column in sorted(volume.keys.keys() & columns.keys() - keys):
        yield f"{table}.{column} is in no foreign key, and hangs from no parent"
    made = {column.name for column in catalog.columns_of(name) if column.generated is not None}
    for column in sorted(told & made):
        yield f"{table}.{column} is generated from other columns: declare these"


def _no_table(name: QualifiedName, catalog: Catalog) -> str:
    if any(view.qualified_name == name for view in catalog.views):
        return (
            f"{short_name(name)} is a view, and only tables and materialised views can be declared"
        )
    tables = [short_name(each.qualified_name) for each in catalog.tables]
    return f"there is no table {short_name(name)}{_nearest(short_name(name), tables)}"


def _nearest(name: str, names: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, names, n=1)
    return f" (is {close[0]} meant?)" if close else ""
