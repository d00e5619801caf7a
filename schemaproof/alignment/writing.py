"""
Store what a schema takes, through the mapped class as an application would, and read it back.

``Model(**schema.model_dump())`` is the row of a Create; of an Update, the fields that were sent are
set one by one. What comes back is read through the Response of the same class.

Source: https://docs.pydantic.dev/latest/concepts/serialization/#python-mode
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection as SqlalchemyConnection
from sqlalchemy import inspect, select, tuple_
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from schemaproof.alignment.equality import is_same
from schemaproof.alignment.failures import Failure, Raised, Unreadable, failure_of, named
from schemaproof.alignment.loading import load_on_purpose
from schemaproof.alignment.schema import Crash, Field, Payload, Refusal, Schema
from schemaproof.alignment.shown import shown


@dataclass(kw_only=True)
class Writer:
    """
    Writes rows of one mapped class, each undone before the next.

    Attributes:
        connection: Where; in a transaction.
        schema: A Create or an Update.
        reader: A Response of the same class; None if the project has none.
        given: What the application adds to a Create, by attribute.
        identity: The primary key of the row that an Update changes; None for a Create.
        is_deferring: Whether some constraint may wait for the end of the transaction.
    """

    connection: SqlalchemyConnection
    schema: Schema
    reader: Schema | None
    given: Mapping[str, Any]
    identity: tuple[Any, ...] | None
    is_deferring: bool

    def __post_init__(self) -> None:
        self._mapper = self.schema.alignment.mapper
        attributes = {*self._mapper.column_attrs.keys(), *self._mapper.synonyms.keys()}
        self._stored = [field for field in self.schema.fields if field.attribute in attributes]
        self._excused: frozenset[str] = frozenset()

    def excuse(self, failure: Failure) -> bool:
        """
        Look no longer at what failed, and tell whether anything is left to look at.
        """
        if failure.is_readers:
            self.reader = None
        self._excused |= {*failure.fields}
        return failure.is_readers or bool(failure.fields)

    def failure(self, payload: Payload) -> Failure | None:
        """
        Return what goes wrong with a payload; None if nothing, or if it is not taken.
        """
        try:
            sent = self._sent(payload)
            return None if sent is None else self._all_kept([sent])[0]
        except Exception as error:
            if isinstance(error, DBAPIError) and error.connection_invalidated:
                raise
            return failure_of(error)

    def failures(self, payloads: Sequence[Payload]) -> list[Failure | None]:
        """
        Return the same of each payload; together they take a third of the time.
        """
        try:
            sent = [one for payload in payloads if (one := self._sent(payload)) is not None]
            if len(sent) == len(payloads):
                return self._all_kept(sent)
        except DBAPIError as error:
            if error.connection_invalidated:
                raise
        except Exception:  # noqa: S110 - told below, of the payload that it is about
            pass
        return [self.failure(payload) for payload in payloads]

    def _sent(self, payload: Payload) -> _Sent | None:
        try:
            made = self.schema.made(payload)
            values = made.model_dump(exclude_unset=self.identity is not None)
        except Refusal:
            return None
        except (Crash, ValueError, TypeError, RecursionError) as error:
            raise Raised(f"the schema raises {named(error.__cause__ or error)}") from error
        return _Sent(
            values={f.name: values[f.name] for f in self._stored if f.name in values},
            given=frozenset(made.model_fields_set),
        )

    def _all_kept(self, sent: Sequence[_Sent]) -> list[Failure | None]:
        with Session(self.connection, join_transaction_mode="create_savepoint") as session:
            load_on_purpose(session, self._mapper)
            rows = self._created(session, sent) if self.identity is None else None
            if rows is None:
                return [*self._updated(session, sent)]
            return [self._compared(*pair) for pair in zip(sent, rows, strict=True)]

    def _created(self, session: Session, sent: Sequence[_Sent]) -> list[Any]:
        model = self.schema.alignment.model
        made = [model(**{**self.given, **self._attributes(one)}) for one in sent]
        session.add_all(made)
        self._flush(session)
        keys = [tuple(inspect(row).identity) for row in made]
        # Another request would read them from the server.
        session.expunge_all()
        columns = self._mapper.primary_key
        found = session.scalars(select(model).where(tuple_(*columns).in_(keys))).unique()
        by_key = {tuple(self._mapper.primary_key_from_instance(row)): row for row in found}
        return [by_key[key] for key in keys]

    def _updated(self, session: Session, sent: Sequence[_Sent]) -> Iterator[Failure | None]:
        row = session.get_one(self.schema.alignment.model, self.identity)
        for one in sent:
            for attribute, value in self._attributes(one).items():
                setattr(row, attribute, value)
            self._flush(session)
            # The key may be what was changed.
            identity = inspect(row).identity
            session.expunge_all()
            row = session.get_one(self.schema.alignment.model, identity)
            yield self._compared(one, row)

    def _flush(self, session: Session) -> None:
        session.flush()
        if self.is_deferring:
            session.connection().exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")

    def _attributes(self, sent: _Sent) -> dict[str, Any]:
        return {
            field.attribute: sent.values[field.name]
            for field in self._stored
            if field.name in sent.values
        }

    def _compared(self, sent: _Sent, row: Any) -> Failure | None:
        shows = self._shown_by(sent, row)
        changed = []
        for field in self._stored:
            # What was left out, and nothing put in its place, is the database's to fill.
            was = sent.values.get(field.name)
            is_left_out = was is None and field.name not in sent.given
            if is_left_out or field.name in self._excused:
                continue
            now = shows(field)
            if not is_same(was, now):
                changed.append((field.name, was, now))
        if not changed:
            return None
        told = ", ".join(
            f"{name} comes back as {shown(now)} and was {shown(was)}" for name, was, now in changed
        )
        return Failure(kind="differs", told=told, fields=tuple(name for name, *_ in changed))

    def _shown_by(self, sent: _Sent, row: Any) -> Callable[[Field], Any]:
        if self.reader is None:
            return lambda field: getattr(row, field.attribute)
        try:
            values = self.reader.read(row).model_dump()
        except (Refusal, Crash) as error:
            told = f"{self.reader.cls.__name__} does not read it: {error}"
            raise Unreadable(told, is_of_the_rest=self._is_of_the_rest(sent, error)) from error
        names = {field.attribute: field.name for field in self.reader.fields}
        return lambda field: (
            values[names[field.attribute]]
            if names.get(field.attribute) in values
            else getattr(row, field.attribute)
        )

    def _is_of_the_rest(self, sent: _Sent, error: Refusal | Crash) -> bool:
        """Tell whether only other rows are complained of, or what was in the row before."""
        if self.reader is None or not isinstance(error, Refusal) or not error.complaints:
            return False
        known = {name: field.attribute for field in self.reader.fields for name in field.called}
        attributes = {known[name] for name in error.complaints}
        own = {field.attribute for field in self._stored if field.name in sent.values}
        relationships = {*self._mapper.relationships.keys()}
        if self.identity is None:
            return attributes <= relationships
        return not attributes & own


@dataclass(frozen=True, kw_only=True)
class _Sent:
    """What an application gets of a payload: the values, and which of them were given."""

    values: Mapping[str, Any]
    given: frozenset[str]
