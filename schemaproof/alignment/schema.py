"""
Ask a Pydantic class what it takes, by offering it: annotations, validators and configuration alike.

A field's rules may be anywhere: in its type, in its constraints, in a validator's code. So no rule
is read; a value is taken if the class takes it.

Source: https://docs.pydantic.dev/latest/concepts/validators/
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import AliasChoices, BaseModel, ValidationError
from pydantic.errors import PydanticUserError
from pydantic.fields import FieldInfo

from schemaproof.alignment.attributes import is_attribute
from schemaproof.alignment.declared import Alignment

# What JSON can say, and what Python's reader of JSON makes of more: NaN, half of a surrogate pair.
Json = Any
Payload = dict[str, Json]


class Refusal(Exception):
    """
    The schema does not take what it was offered.

    Attributes:
        complaints: What it says of each field, by name or alias; empty if it is about the whole.
    """

    def __init__(self, told: str, complaints: Mapping[str, str]) -> None:
        self.complaints = complaints
        super().__init__(told)


class Crash(Exception):
    """The schema neither takes nor refuses: one of its validators raised."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """
    One field of a schema.

    Attributes:
        name: Its name in Python.
        sent_as: Its key in a payload.
        called: Every name that an error may call it by.
        attribute: The attribute of the mapped class that it reads or writes.
        info: What Pydantic knows of it.
    """

    name: str
    sent_as: str
    called: frozenset[str]
    attribute: str
    info: FieldInfo


class Schema:
    """
    One Pydantic class in its role.
    """

    def __init__(self, alignment: Alignment) -> None:
        self.alignment = alignment
        self.cls: type[BaseModel] = alignment.schema
        self.cls.model_rebuild()
        self.fields = tuple(self._field(name, info) for name, info in self.cls.model_fields.items())

    @cached_property
    def description(self) -> dict[str, Any]:
        """
        Its JSON schema; empty if it has none.
        """
        try:
            return self.cls.model_json_schema(mode="validation")
        except PydanticUserError:
            return {}

    def made(self, payload: Payload) -> BaseModel:
        """
        Return what the class makes of a payload.

        Raises:
            Refusal: It does not take it.
            Crash: One of its validators raised.
        """
        with _told():
            try:
                return self.cls.model_validate(payload)
            except ValidationError:
                if not self._is_strict:
                    raise
            # A strict class takes a time or a UUID as text from JSON alone.
            return self.cls.model_validate_json(json.dumps(payload))

    def read(self, row: object) -> BaseModel:
        """
        Return what the class makes of a mapped object, once it has been written as JSON.

        Raises:
            Refusal: It cannot read it.
            Crash: One of its validators or computed fields raised.
        """
        with _told():
            made = self.cls.model_validate(row, from_attributes=True)
            made.model_dump_json()
            return made

    def takes(self, field: Field, value: Json, others: Payload) -> bool | None:
        """
        Tell whether a field takes a value; None if nobody can tell, as all of it is refused.

        Args:
            field: The field.
            value: What it is offered.
            others: The rest of the payload; what is wrong or missing there does not matter.
        """
        try:
            self.made({**others, field.sent_as: value})
        except Refusal as refusal:
            blamed = refusal.complaints.keys()
            return not blamed & field.called if blamed else None
        except Crash:
            return None
        return True

    @cached_property
    def _is_strict(self) -> bool:
        return bool(self.cls.model_config.get("strict")) or any(
            "Strict(" in repr(info.metadata) for info in self.cls.model_fields.values()
        )

    def _field(self, name: str, info: FieldInfo) -> Field:
        aliases = [*_aliases(info)]
        config = self.cls.model_config
        by_name = config.get("populate_by_name") or config.get("validate_by_name")
        keys = [
            *(aliases if config.get("validate_by_alias", True) else []),
            *([name] * bool(by_name)),
        ]
        keys = keys or [name]
        if self.alignment.role == "response":
            wanted = keys
        else:
            shown = info.serialization_alias
            wanted = [name, *([shown] if shown else []), *aliases]
        mapper, writes = self.alignment.mapper, self.alignment.role != "response"
        return Field(
            name=name,
            sent_as=keys[0],
            called=frozenset({name, *aliases}),
            attribute=next(
                (one for one in wanted if is_attribute(mapper, one, writes=writes)), wanted[0]
            ),
            info=info,
        )


class _told:  # noqa: N801 - a context manager, used like a function
    """Turn what Pydantic and validators raise into a `Refusal` or a `Crash`."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, ValidationError):
            found = error.errors(include_url=False, include_input=False, include_context=False)
            told = [
                f"{'.'.join(map(str, one['loc']))}: {one['msg']}".removeprefix(": ")
                for one in found
            ]
            complaints: dict[str, str] = {}
            for one, words in zip(found, told, strict=True):
                complaints.setdefault(str(one["loc"][0]) if one["loc"] else "", words)
            raise Refusal("; ".join(told), {} if "" in complaints else complaints) from None
        if isinstance(error, Exception):
            raise Crash(f"{type(error).__name__}: {' '.join(str(error).split())}") from error


def _aliases(info: FieldInfo) -> Iterator[str]:
    for alias in (info.validation_alias, info.alias):
        choices = alias.choices if isinstance(alias, AliasChoices) else [alias]
        yield from (choice for choice in choices if isinstance(choice, str))
