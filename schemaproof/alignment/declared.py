"""
Read which Pydantic class reads or writes which mapped class, as the project declares it.

The declaration is the project's own plain data; nothing of this package need be imported for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast

from sqlalchemy.orm import Mapper

from schemaproof.configuration import BadConfiguration

if TYPE_CHECKING:
    from pydantic import BaseModel

Role = Literal["create", "update", "response"]
ROLES = ("create", "update", "response")
PARTS = ("model", "schema", "role")


@dataclass(frozen=True, kw_only=True)
class Alignment:
    """
    One schema and the table that it stands for.

    Attributes:
        mapper: The mapped class's mapper.
        schema: The Pydantic class.
        role: What the schema does with the table's rows.
    """

    mapper: Mapper[Any]
    schema: type[BaseModel]
    role: Role

    @property
    def model(self) -> type[Any]:
        """
        The mapped class.
        """
        return self.mapper.class_

    def __str__(self) -> str:
        return f"{self.model.__name__}/{self.role} {self.schema.__name__}"


def read_alignments(
    found: object, setting: str, mappers: Iterable[Mapper[Any]]
) -> tuple[Alignment, ...]:
    """
    Return the alignments that a project declares.

    Args:
        found: What its configuration names: an iterable of objects with ``model``, ``schema`` and
            ``role``, of mappings with these keys, or of tuples in this order.
        setting: The line of the configuration, to begin a message with.
        mappers: The project's mappers.

    Raises:
        BadConfiguration: It is something else; the message tells of every entry that is wrong.
    """
    if not isinstance(found, Iterable) or isinstance(found, str | bytes | Mapping):
        raise BadConfiguration(
            f"{setting} must name an iterable of alignments; found {type(found).__name__}"
        )
    by_class = {mapper.class_: mapper for mapper in mappers}
    entries = [_parts(entry) for entry in found]
    mistakes = [
        f"entry {number}: {mistake}"
        for number, parts in enumerate(entries, 1)
        for mistake in _mistakes(parts, by_class)
    ]
    mistakes.extend(_repeated(entries))
    if mistakes:
        raise BadConfiguration(f"{setting}: {'; '.join(mistakes)}")
    return tuple(
        Alignment(mapper=by_class[parts["model"]], schema=parts["schema"], role=parts["role"])
        for parts in cast(list[dict[str, Any]], entries)
    )


def _parts(entry: object) -> dict[str, Any] | object:
    if isinstance(entry, Mapping):
        return {part: entry[part] for part in PARTS if part in entry}
    if isinstance(entry, tuple) and not hasattr(entry, "model") and len(entry) == len(PARTS):
        return dict(zip(PARTS, entry, strict=True))
    parts = {part: getattr(entry, part) for part in PARTS if hasattr(entry, part)}
    return parts or entry


def _mistakes(parts: object, by_class: Mapping[type, object]) -> Iterator[str]:
    if not isinstance(parts, dict):
        yield f"needs {', '.join(PARTS)}; found {parts!r}"
        return
    missing = [part for part in PARTS if part not in parts]
    if missing:
        yield f"{', '.join(missing)} is missing"
    model, schema, role = (parts.get(part) for part in PARTS)
    if "model" in parts and not (isinstance(model, type) and model in by_class):
        yield f"model must be a mapped class of the project's metadata, not {model!r}"
    if "schema" in parts and not _is_pydantic(schema):
        yield f"schema must be a class of Pydantic 2, not {schema!r}"
    if "role" in parts and role not in ROLES:
        yield f"role must be one of {', '.join(ROLES)}, not {role!r}"


def _is_pydantic(schema: object) -> bool:
    # Asked of the class itself: a project without schemas never imports Pydantic.
    return isinstance(schema, type) and hasattr(schema, "__pydantic_fields__")


def _repeated(entries: Iterable[object]) -> Iterator[str]:
    seen: dict[tuple[int, ...], int] = {}
    for number, parts in enumerate(entries, 1):
        if isinstance(parts, dict) and len(parts) == len(PARTS):
            key = (id(parts["model"]), id(parts["schema"]), hash(str(parts["role"])))
            if key in seen:
                yield f"entry {number}: the same as entry {seen[key]}"
            seen.setdefault(key, number)
