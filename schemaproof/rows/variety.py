"""
Fill tables with rows of many kinds, each of them taken by the table's constraints.

Two plain rows that differ only where they must, one with every column filled, and as many as it
takes to have every extreme value that the constraints allow. What a constraint refuses was never
promised, and is left out.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import replace

import psycopg

from schemaproof.catalog import Catalog, Column, QualifiedName
from schemaproof.postgres import Connection
from schemaproof.rows.candidates import candidates, is_counted
from schemaproof.rows.extremes import extremes
from schemaproof.rows.maker import Row, RowMaker
from schemaproof.rows.shapes import NoRowFound, Shapes, Values


def furnish(
    catalog: Catalog,
    connection: Connection,
    tables: Iterable[QualifiedName],
    serial: Iterator[int] | None = None,
    shapes: Shapes | None = None,
) -> tuple[list[Row], dict[QualifiedName, str]]:
    """
    Insert rows of many kinds into ``tables``, and into others the parents that they need.

    Args:
        catalog: What the connection's database contains.
        connection: Where they are inserted.
        tables: The tables.
        serial: What made the unique values of the rows that are there already, to go on from.
        shapes: What is known of the tables' rows; added to.

    Returns:
        The rows in the order in which they were inserted, and for each table that took none, why.
    """
    refused: dict[QualifiedName, str] = {}
    with connection.transaction():
        maker = RowMaker(
            catalog=catalog,
            connection=connection,
            shapes=Shapes() if shapes is None else shapes,
            with_states=False,
            serial=serial or itertools.count(1),
        )
        for table in tables:
            first = _inserted(maker, table, {})
            if isinstance(first, str):
                refused[table] = first
                continue
            # The same parents, where they may have several children.
            parents = first.references(maker.catalog)
            if isinstance(_inserted(maker, table, parents), str):
                parents = {}
                _inserted(maker, table, {})
            for one in _variants(maker, table):
                _insert_what_is_taken(maker, table, parents, one)
    return maker.made, refused


def fullest(maker: RowMaker, table: QualifiedName) -> Row | str:
    """
    Insert a row with as few NULLs as the table takes, and remember its shape for later ones.

    Returns:
        The row; or why none was taken.
    """
    before = len(maker.made)
    with maker.connection.transaction(force_rollback=True):
        first = _inserted(maker, table, {})
        if isinstance(first, str):
            return first
        common = next(_variants(maker, table))
        for parents in (first.references(maker.catalog), {}):
            _insert_what_is_taken(maker, table, parents, common)
        made = [row for row in maker.made[before:] if row.table == table]
        best = min(made, key=lambda row: [*row.values.values()].count(None))
    del maker.made[before:]
    plain = maker.shape(table)
    counted = {column.name for column in maker.catalog.columns_of(table) if is_counted(column)}
    optional = {name: best.values[name] for name in common if name not in counted}
    maker.shapes[table] = replace(plain, values={**plain.values, **optional})
    row = _inserted(maker, table, {})
    if isinstance(row, str):
        maker.shapes[table] = plain
        row = _inserted(maker, table, {})
    return row


def _variants(maker: RowMaker, table: QualifiedName) -> Iterator[Values]:
    catalog = maker.catalog
    keys = {name for key in catalog.foreign_keys_of(table) for name in key.columns}
    columns = [
        column
        for column in catalog.columns_of(table)
        if column.generated is None
        and column.identity_generation is None
        # What a key refers to cannot be chosen freely.
        and column.name not in keys
    ]
    optional = [column for column in columns if column.is_nullable or column.default is not None]
    common = {column.name: _common(column, catalog) for column in optional}
    yield common
    # Once more, so that whatever need not be unique is not.
    unique = {
        key.column for index in catalog.indexes_of(table) if index.is_unique for key in index.keys
    }
    yield {name: text for name, text in common.items() if name not in unique}
    yield from _referring(maker, table)
    # A serial would run into its own values later.
    free = [column for column in columns if not (column.default or "").startswith("nextval(")]
    for values in itertools.zip_longest(*(extremes(column, catalog) for column in free)):
        yield {
            column.name: text for column, text in zip(free, values, strict=True) if text is not None
        }


def _referring(maker: RowMaker, table: QualifiedName) -> Iterator[Values]:
    for key in maker.catalog.foreign_keys_of(table):
        try:
            with maker.connection.transaction():
                parent = maker.referable(key)
        except (NoRowFound, psycopg.Error):
            continue
        yield parent.pointed_at_by(key)


def _common(column: Column, catalog: Catalog) -> str | None:
    return next(iter(candidates(column, catalog)), None)


def _insert_what_is_taken(
    maker: RowMaker, table: QualifiedName, parents: Values, values: Values
) -> None:
    if isinstance(_inserted(maker, table, {**parents, **values}), Row) or len(values) < 2:
        return
    # One value spoils the row; each alone shows which, and the others go together.
    alone = {name: {**parents, name: text} for name, text in values.items()}
    taken = {
        name: values[name]
        for name, one in alone.items()
        if isinstance(_inserted(maker, table, one), Row)
    }
    if len(taken) > 1:
        _inserted(maker, table, {**parents, **taken})


def _inserted(maker: RowMaker, table: QualifiedName, values: Values) -> Row | str:
    before = len(maker.made)
    try:
        with maker.connection.transaction():
            return maker.insert(table, values)
    except (NoRowFound, psycopg.Error) as error:
        # Parents that were made for it went with it.
        del maker.made[before:]
        return " ".join(str(error).split())
