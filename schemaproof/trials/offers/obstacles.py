"""
Take out of a table's way, in a transaction that is rolled back, what answers before a constraint.

A row that breaks two promises is refused by one of them, and a trigger may mend a row before any is
asked. To see what the other one does, the first is taken away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from psycopg import sql

from schemaproof.catalog import Catalog, QualifiedName
from schemaproof.postgres import Connection
from schemaproof.postgres.sqlstates import NOT_NULL_VIOLATION
from schemaproof.rows.statements import bare_relation
from schemaproof.trials.offers.answer import Answer


def disable_triggers(table: QualifiedName, catalog: Catalog, connection: Connection) -> list[str]:
    """
    Disable the triggers that a row meets on its way in, and return how to say so.
    """
    triggers = [
        trigger.name
        for trigger in catalog.triggers_of(table)
        if trigger.timing == "BEFORE" and "INSERT" in trigger.events and trigger.enabled == "origin"
    ]
    if triggers:
        _alter(table, sql.SQL("DISABLE TRIGGER USER"), connection)
    return [f"trigger {name}" for name in triggers]


def remove(
    table: QualifiedName, catalog: Catalog, connection: Connection, answers: Iterable[Answer]
) -> Iterator[str]:
    """
    Take away the constraints that refused, each once, and yield how to say so.
    """
    constraints = {one.name for one in catalog.constraints_of(table)}
    indexes = {one.name for one in catalog.indexes_of(table)}
    for answer in {one.constraint or one.column: one for one in answers if one.sqlstate}.values():
        if answer.table != table or answer.function is not None:
            continue
        if answer.constraint in constraints:
            name = sql.Identifier(answer.constraint)
            _alter(table, sql.SQL("DROP CONSTRAINT {} CASCADE").format(name), connection)
            yield f"constraint {answer.constraint}"
        elif answer.constraint in indexes:
            index = sql.Identifier(table.schema, answer.constraint)
            connection.execute(sql.SQL("DROP INDEX {} CASCADE").format(index))
            yield f"index {answer.constraint}"
        elif answer.sqlstate == NOT_NULL_VIOLATION and answer.column is not None:
            column = sql.Identifier(answer.column)
            _alter(table, sql.SQL("ALTER COLUMN {} DROP NOT NULL").format(column), connection)
            yield f"NOT NULL of {answer.column}"


def _alter(table: QualifiedName, what: sql.Composable, connection: Connection) -> None:
    name = bare_relation(table)
    connection.execute(sql.SQL("ALTER TABLE {} {}").format(name, what))
