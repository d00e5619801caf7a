"""
A field on which graphs are planted: a database whose schema a test lays out as it likes.
"""

from collections import Counter
from dataclasses import dataclass

import pytest

from schemaproof.catalog import Catalog, snapshot
from schemaproof.rows import (
    Graph,
    Law,
    Operation,
    Pattern,
    Patterns,
    Planting,
    Refused,
    Row,
    Shape,
    law_of,
    learn_shape,
)


@dataclass
class Field:
    """
    One schema, and what is known of it.
    """

    catalog: Catalog
    law: Law
    patterns: Patterns
    planting: Planting

    def graph(self, **tables):
        """
        Return the graph of the given rows: by table, a dictionary for each row.
        """
        names = {name.name: name for name in self.patterns}
        return Graph(
            tuple(Row(names[table], row) for table, rows in tables.items() for row in rows)
        )

    def both(self, graph, operation):
        """
        Return what the law and the server say of an operation, chosen by ``operation(rows)``.
        """
        with self.planting.planted(graph) as rows:
            if not rows:
                return None, None
            chosen = operation(rows)
            return told(chosen.under(self.law, rows)), told(self.planting.answer(chosen))


def told(answer):
    """
    Return the rows that are left in a form in which their order does not count, or the refusal.
    """
    if isinstance(answer, Refused):
        return answer
    return Counter((row.table.name, *row.values.values()) for row in answer)


def delete(table, **where):
    """
    Return what chooses the delete of the rows that hold these values.
    """
    return lambda rows: Operation(tuple(_meant(rows, table, where)))


def update(table, *to, **where):
    """
    Return what chooses the update of the rows that hold these values: to each its own, or one.
    """

    def choose(rows):
        meant = tuple(_meant(rows, table, where))
        return Operation(meant, to if len(to) > 1 else to * len(meant))

    return choose


def rows(*told):
    """
    Return rows, each a table and its values, in a form in which their order does not count.
    """
    return Counter(told)


def say(lay, ddl, tables, operation, *, commits=True):
    """
    Return what the law says, after the server has said the same.
    """
    field = lay(ddl, is_plain=True, commits=commits)

    law, server = field.both(field.graph(**tables), operation)

    assert law == server
    return law


def _meant(rows, table, where):
    return [r for r in rows if r.table.name == table and where.items() <= r.values.items()]


@pytest.fixture(scope="module")
def lay(schema_databases):
    """
    A function that lays out a schema, by its statements, and returns its `Field`.

    The one before is gone then. Lives for the module.
    """
    with schema_databases.clone() as clone, clone.connect(autocommit=True) as connection:

        def lay(statements, *, is_plain=False, commits=False):
            connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
            connection.execute(statements)
            catalog = snapshot(connection)
            tables = [table.qualified_name for table in catalog.tables]
            shapes = (
                Shape(table=table, values={}, states={})
                if is_plain
                else learn_shape(table, catalog, connection)
                for table in tables
            )
            patterns = Patterns([Pattern(catalog, shape, {}) for shape in shapes])
            return Field(
                catalog=catalog,
                law=law_of(catalog, connection, is_one_transaction=not commits),
                patterns=patterns,
                planting=Planting(catalog, connection, commits=commits),
            )

        yield lay
