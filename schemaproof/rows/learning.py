"""
Learn from a database what graphs of its rows can be made of.

The catalogue tells which columns are tied and which must differ; what the others may hold is found
by offering it: each extreme value and each state in a row of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemaproof.catalog import Catalog, Column, QualifiedName
from schemaproof.postgres import Connection
from schemaproof.rows.extremes import extremes
from schemaproof.rows.graph import Graph, Loom
from schemaproof.rows.maker import Row
from schemaproof.rows.pattern import Palette, Pattern
from schemaproof.rows.patterns import Patterns
from schemaproof.rows.planting import Planting
from schemaproof.rows.shape import learn_shape
from schemaproof.rows.shapes import NoRowFound, Shape


def learn_patterns(
    catalog: Catalog,
    connection: Connection,
    tables: Iterable[QualifiedName] | None = None,
) -> Patterns:
    """
    Return the patterns of all tables that a key joins, or of the given ones.

    Args:
        catalog: What the connection's database contains.
        connection: In autocommit mode, and used by nobody else meanwhile.
        tables: The tables, and with each all that its keys point at.

    Raises:
        NoRowFound: A table takes no row that was offered, or a key cannot be part of a graph.
    """
    planting = Planting(catalog, connection)
    shapes = {
        table: learn_shape(table, catalog, connection)
        for table in (planting.tables if tables is None else tables)
    }
    plain = Patterns([Pattern(catalog, shape, {}) for shape in shapes.values()])
    palettes = {table: _palette(plain, planting, shapes[table]) for table in plain}
    return Patterns([Pattern(catalog, shapes[table], palettes[table]) for table in plain])


def _palette(patterns: Patterns, planting: Planting, shape: Shape) -> Palette:
    graph = Loom(patterns).weave({shape.table: [()]})
    knots = patterns[shape.table].knots
    return {
        column.name: [
            text
            for text in dict.fromkeys(_offers(column, planting.catalog, shape))
            if _is_taken(planting, graph, shape, column, text)
        ]
        for column in planting.catalog.columns_of(shape.table)
        if column.name not in knots and not column.generated and not column.identity_generation
    }


def _offers(column: Column, catalog: Catalog, shape: Shape) -> Iterator[str | None]:
    yield from shape.states.get(column.name, ())
    yield from extremes(column, catalog)
    if column.is_nullable:
        yield None


def _is_taken(
    planting: Planting, graph: Graph, shape: Shape, column: Column, text: str | None
) -> bool:
    # Parents that the row needs may be of its own table; one row is enough to see.
    varied = next(row for row in graph.rows if row.table == shape.table)
    others = [row for row in graph.rows if row is not varied]
    offered = Row(varied.table, {**varied.values, column.name: text})
    try:
        with planting.planted(Graph((*others, offered))):
            return True
    except NoRowFound:
        return False
