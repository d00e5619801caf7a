"""
Delete one object through a session of the ORM, and count what it sends for that.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from psycopg import sql
from sqlalchemy import Connection, event, select
from sqlalchemy.orm import Mapper, Session

from schemaproof.catalog import QualifiedName
from schemaproof.checks.references._state import State
from schemaproof.checks.references._trial import Refusal, Trial
from schemaproof.errors import first_line
from schemaproof.rows import Row, Values
from schemaproof.rows.statements import listed, name


@dataclass(frozen=True, kw_only=True)
class Deletion:
    """
    One object that was deleted.

    Attributes:
        answer: What the ORM left, or who refused.
        statements: How many statements it sent once the object was loaded.
    """

    answer: State | Refusal
    statements: int


class NotLoaded(Exception):
    """A class that cannot load the rows that the database takes: nobody could delete its object."""


def delete_object(trial: Trial, mapper: Mapper[Any], row: Row) -> Deletion:
    """
    Load a row as an object, delete it in a session of its own, and take that back.

    Raises:
        NotLoaded: The class, or one of those it is related to, cannot load the row.
    """
    with trial.undone():
        sent: list[int] = []
        try:
            with Session(trial.orm, join_transaction_mode="create_savepoint") as session:
                loaded = _loaded(session, mapper, _identity(trial, mapper, row))
                with _counted(trial.orm, sent):
                    session.delete(loaded)
                    session.flush()
                trial.raw.execute("SET CONSTRAINTS ALL IMMEDIATE")
                answer: State | Refusal = trial.state()
        except NotLoaded:
            raise
        except Exception as error:  # the server's, SQLAlchemy's, or an event listener's
            answer = trial.refusal(getattr(error, "orig", None) or error)
    if isinstance(answer, Refusal) and not answer.sqlstate:
        _try_to_load(trial, mapper)
    return Deletion(answer=answer, statements=sum(sent))


def discriminators(mappers: Iterable[Mapper[Any]]) -> dict[QualifiedName, Values]:
    """
    Return for each table of a class hierarchy the value that makes a row one of its first class.
    """
    values: dict[QualifiedName, Values] = {}
    for mapper in mappers:
        column, known = mapper.polymorphic_on, mapper.polymorphic_map
        table = getattr(column, "table", None)
        if mapper.inherits is None and column is not None and table is not None and known:
            own = mapper.polymorphic_identity
            first = own if own is not None else next(iter(known))
            text = first.name if isinstance(first, enum.Enum) else str(first)
            values[QualifiedName(table.schema or "public", table.name)] = {column.name: text}
    return values


def _loaded(session: Session, mapper: Mapper[Any], identity: tuple[object, ...]) -> object:
    matches = (own == value for own, value in zip(mapper.primary_key, identity, strict=True))
    try:
        return session.scalars(select(mapper.class_).where(*matches)).one()
    except Exception as error:
        raise _not_loaded(mapper, error) from error


def _try_to_load(trial: Trial, mapper: Mapper[Any]) -> None:
    # What the ORM raises by itself may be a class that cannot load what hangs from the object.
    with trial.undone():
        for related in {mapper, *(each.mapper for each in mapper.relationships)}:
            with Session(trial.orm, join_transaction_mode="create_savepoint") as session:
                try:
                    session.scalars(select(related.class_)).all()
                except Exception as error:
                    raise _not_loaded(related, error) from error


def _identity(trial: Trial, mapper: Mapper[Any], row: Row) -> tuple[object, ...]:
    address, parameters = trial.address(row)
    wanted = listed(name(column.name) for column in mapper.primary_key)
    query = sql.SQL("SELECT {} FROM {}").format(wanted, address)
    return tuple(trial.raw.execute(query, parameters).fetchone() or ())


@contextmanager
def _counted(connection: Connection, sent: list[int]) -> Iterator[None]:
    def count(*told: Any) -> None:
        parameters, is_many = told[3], told[5]
        # The driver sends one statement for each set of parameters.
        sent.append(len(parameters) if is_many else 1)

    event.listen(connection, "before_cursor_execute", count)
    try:
        yield
    finally:
        event.remove(connection, "before_cursor_execute", count)


def _not_loaded(mapper: Mapper[Any], error: Exception) -> NotLoaded:
    return NotLoaded(f"{mapper.class_.__name__} cannot load a row: {first_line(error)}")
