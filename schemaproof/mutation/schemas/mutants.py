"""
Make mutants of Pydantic schemas: a limit off by one, null taken or refused, a value or field lost.

Each is the project's own class with one field declared otherwise.

Source: https://docs.pydantic.dev/latest/concepts/fields/
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal, Optional, Union, get_args, get_origin

from schemaproof.alignment import Alignment
from schemaproof.mutation.mutant import Mutant

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

LENGTH, BOUND, NULL, REQUIRED, DEFAULT, VALUE, FIELD = OPERATORS = (
    "schema/length",
    "schema/bound",
    "schema/null",
    "schema/required",
    "schema/default",
    "schema/value",
    "schema/field",
)
LIMITS = {
    "max_length": LENGTH,
    "min_length": LENGTH,
    "ge": BOUND,
    "gt": BOUND,
    "le": BOUND,
    "lt": BOUND,
}

# The operator, what was done, and the type that the field then has.
Retyped = tuple[str, str, Any]


@dataclass(frozen=True, kw_only=True)
class SchemaMutant(Mutant):
    """
    One field of one schema, declared otherwise.

    Attributes:
        alignment: The alignment that it takes the place of, by name.
        field: The field's name.
        annotation: The type that it then has.
        is_gone: Whether the field is no longer there.
        loses_default: Whether it has to be given then.
        default: What it is if it is not given then; None if that is as it was.
    """

    alignment: str
    field: str
    annotation: Any = None
    is_gone: bool = False
    loses_default: bool = False
    default: Any = None


def schema_mutants(name: str, alignment: Alignment) -> Iterator[SchemaMutant]:
    """
    Yield every mutant of one schema.
    """
    for field, info in alignment.schema.model_fields.items():
        blank = SchemaMutant(
            where=f"{name}.{field}", detail="", sql="", side="schemas", alignment=name, field=field
        )
        whole = _whole(info)
        for operator, detail, annotation in (*_retyped(whole), *_with_null(whole)):
            yield dataclasses.replace(
                blank, operator=operator, detail=detail, annotation=annotation
            )
        kept = dataclasses.replace(blank, annotation=whole)
        if not info.is_required():
            yield dataclasses.replace(
                kept, operator=REQUIRED, detail="has to be given", loses_default=True
            )
            yield from _with_other_default(kept, info)
        yield dataclasses.replace(blank, operator=FIELD, detail="is gone", is_gone=True)


def _with_other_default(mutant: SchemaMutant, info: FieldInfo) -> Iterator[SchemaMutant]:
    default = info.get_default(call_default_factory=True, validated_data={})
    if info.default_factory is not None and default not in ({}, []):
        return  # it may be another one each time
    for other in _other_values(default, info.annotation):
        detail = f"default {default!r} becomes {other!r}"
        yield dataclasses.replace(mutant, operator=DEFAULT, detail=detail, default=other)


def _other_values(value: Any, annotation: Any) -> Iterator[Any]:
    match value:
        case bool():
            yield not value
        case int():
            yield value + 1
        case str() if get_origin(annotation) is Literal:
            yield from [other for other in get_args(annotation) if other != value][:1]
        case str():
            yield f"{value}x"
        case dict() if not value:
            yield {"x": 1}
        case list() if not value:
            yield ["x"]


def _whole(info: FieldInfo) -> Any:
    # What stood in Annotated is kept apart from the type.
    return Annotated[(info.annotation, *info.metadata)] if info.metadata else info.annotation


def _retyped(annotation: Any) -> Iterator[Retyped]:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        inner, *given = arguments
        # Within a union Field() stands as it was written; what it demands is in its metadata.
        metadata = [part for one in given for part in getattr(one, "metadata", None) or [one]]
        for number, one in enumerate(metadata):
            for operator, detail, other in _other_limits(one):
                changed = [*metadata[:number], other, *metadata[number + 1 :]]
                yield operator, detail, Annotated[(inner, *changed)]
        for operator, detail, other in _retyped(inner):
            yield operator, detail, Annotated[(other, *metadata)]
    elif origin in (Union, types.UnionType):
        for number, one in enumerate(arguments):
            left = arguments[:number] + arguments[number + 1 :]
            if one is type(None):
                yield NULL, "refuses null", Union[left]  # noqa: UP007 - made of a tuple
            for operator, detail, other in _retyped(one):
                whole = (*arguments[:number], other, *arguments[number + 1 :])
                yield operator, detail, Union[whole]  # noqa: UP007 - made of a tuple
    elif origin is Literal and len(arguments) > 1:
        for value in arguments:
            left = tuple(other for other in arguments if other != value)
            yield VALUE, f"refuses {value!r}", Literal[left]


def _other_limits(metadata: Any) -> Iterator[Retyped]:
    if not dataclasses.is_dataclass(metadata) or isinstance(metadata, type):
        return
    for field in dataclasses.fields(metadata):
        limit = getattr(metadata, field.name)
        if field.name in LIMITS and isinstance(limit, int) and not isinstance(limit, bool):
            for other in (limit + 1, limit - 1):
                detail = f"{field.name} {limit} becomes {other}"
                changed = dataclasses.replace(metadata, **{field.name: other})
                yield LIMITS[field.name], detail, changed


def _with_null(annotation: Any) -> Iterator[Retyped]:
    inner = get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation
    if type(None) not in get_args(inner) and inner is not Any:
        yield NULL, "takes null", Optional[annotation]  # noqa: UP045 - made of a value
