"""
Find payloads that a schema takes: a plain one, then others with an edge in every field.

Source: https://docs.pydantic.dev/latest/concepts/models/#validating-data
"""

from __future__ import annotations

import contextlib
import itertools
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property

from schemaproof.alignment.attributes import members_of
from schemaproof.alignment.schema import Crash, Field, Json, Payload, Refusal, Schema
from schemaproof.alignment.values import edge_values, enumerated, plain_values
from schemaproof.rows.fresh_value import numbered


class NoPayload(Exception):
    """No payload that the schema takes was found."""


class Payloads:
    """
    The payloads of one schema.

    Args:
        schema: The schema.
        fixed: Values for fields that are not free, by name: what refers to another row.
        unique: The names of fields that must differ from row to row.
    """

    def __init__(
        self, schema: Schema, fixed: Mapping[str, Json], unique: Collection[str] = ()
    ) -> None:
        self.schema, self.fixed = schema, fixed
        # The ends of the columns, by the fields' names.
        self.further: dict[str, list[Json]] = {}
        self._unique = [field for field in schema.fields if field.name in unique]

    @cached_property
    def plain(self) -> dict[str, Json]:
        """
        A value for each field, by its key in a payload; a field that takes none is left out.
        """
        found: dict[str, Json] = {}
        # What must be there goes first, so that the rest is offered in good company.
        for field in sorted(self.schema.fields, key=lambda field: not field.info.is_required()):
            values = plain_values(self.schema, field)
            if field.name in self.fixed:
                values = itertools.chain([self.fixed[field.name]], values)
            unsure: list[Json] = []
            for value in values:
                is_taken = self.schema.takes(field, value, found)
                if is_taken:
                    found[field.sent_as] = value
                    break
                unsure.extend([value] if is_taken is None else ())
            else:
                # A validator of the whole may wait for the fields that follow.
                if unsure:
                    found[field.sent_as] = unsure[0]
        return found

    @cached_property
    def smallest(self) -> Payload:
        """
        A payload that the schema takes, with as few fields as it takes.

        Raises:
            NoPayload: None was found.
        """
        required = {
            field.sent_as: self.plain[field.sent_as]
            for field in self.schema.fields
            if field.info.is_required() and field.sent_as in self.plain
        }
        for payload in (required, self.plain):
            try:
                self.schema.made(payload)
            except (Refusal, Crash) as error:
                told = str(error)
            else:
                return payload
        raise NoPayload(
            f"no payload was found that {self.schema.cls.__name__} takes ({told}); "
            "give the field examples=[…]"
        )

    def edges(self, field: Field) -> list[Json]:
        """
        Return the edges that the field takes, each once.
        """
        further = self.further.get(field.name, ())
        offered = {_told_apart(v): v for v in (*further, *edge_values(self.schema, field))}
        return [value for value in offered.values() if self._is_taken(field, value)]

    def with_edges(self) -> Iterator[dict[Field, Json]]:
        """
        Yield edges to put into one payload, one of each field, until every edge has been there.
        """
        free = [field for field in self.schema.fields if field.name not in self.fixed]
        columns = [[(field, edge) for edge in self.edges(field)] for field in free]
        for row in itertools.zip_longest(*columns):
            yield dict(pair for pair in row if pair is not None)

    def made_with(self, edges: Iterable[tuple[Field, Json]]) -> Payload:
        """
        Return the smallest payload with these values in it.
        """
        return {**self.smallest, **{field.sent_as: value for field, value in edges}}

    def _is_taken(self, field: Field, value: Json) -> bool:
        try:
            self.schema.made(self.made_with([(field, value)]))
        except Refusal:
            return False
        except Crash:
            pass  # an answer too, and no good one
        return True

    def beside_others(self, edges: Mapping[Field, Json], number: int) -> Payload:
        """
        Return the same, with another number in all that must be unique and is no edge.
        """
        payload = self.made_with(edges.items())
        for field in self._unique:
            if payload.get(field.sent_as) == self.plain.get(field.sent_as):
                fresh = _numbered(payload.get(field.sent_as), number)
                if field.sent_as in payload and self.schema.takes(field, fresh, payload):
                    payload[field.sent_as] = fresh
        return payload

    def text(self, field: Field) -> str:
        """
        Return a text that the field takes, to make longer ones of.
        """
        plain = self.plain.get(field.sent_as)
        return plain if isinstance(plain, str) else "x"

    def labels(self, field: Field) -> dict[Json, str]:
        """
        Return the labels that a Python enumeration has in the database, by what a payload says.
        """
        members = members_of(self.schema.alignment.mapper, field.attribute)
        return {member.value: label for label, member in members.items()}

    def members(self, field: Field) -> list[Json]:
        """
        Return the members of its enumeration, if it has one.
        """
        return [*enumerated(self.schema, field)]


def _told_apart(value: Json) -> object:
    # True is 1 to Python, and what is deep takes long to compare.
    return id(value) if isinstance(value, list | dict) else (type(value), value)


def _numbered(value: Json, number: int) -> Json:
    match value:
        case bool():
            return value
        case int():
            return 20_000 + number
        case str():
            with contextlib.suppress(ValueError):
                return str(uuid.UUID(int=uuid.UUID(value).int + number))
            return numbered(value, number)
    return value
