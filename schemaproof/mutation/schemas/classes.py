"""
Put a mutant of a schema into its class: beside the original, or in its place.

In its place, every class that inherits the field and everything that was built of one of them is
built anew, so that whoever holds a reference to any of them meets the mutant.

Source: https://docs.pydantic.dev/latest/api/base_model/#pydantic.BaseModel.model_rebuild
"""

from __future__ import annotations

import copy
import gc
import inspect
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin

from schemaproof.mutation.schemas.mutants import SchemaMutant

if TYPE_CHECKING:
    from pydantic import BaseModel, TypeAdapter

# What Pydantic keeps of a class that is built; the next one to be built would take it from there.
BUILT = ("__pydantic_core_schema__", "__pydantic_validator__", "__pydantic_serializer__")


def beside(mutant: SchemaMutant, schema: type[BaseModel]) -> type[BaseModel]:
    """
    Return a class of the same name, derived from the original, that is the mutant.

    Raises:
        Exception: Pydantic, or the project's own code, does not take it.
    """
    metaclass: Any = type(schema)
    names = {"__module__": schema.__module__, "__doc__": schema.__doc__}
    made: type[BaseModel] = metaclass(schema.__name__, (schema,), names)
    made.__qualname__ = schema.__qualname__
    _declare(mutant, made)
    _build([made])
    return made


def in_place(mutant: SchemaMutant, schema: type[BaseModel]) -> None:
    """
    Make the class itself the mutant, and all that inherits the field or was built of it.

    Raises:
        Exception: As `beside`.
    """
    changed = [*_heirs(schema, mutant.field)]
    classes = [one for one in _all_models() if _is_built_of(one, changed)]
    adapters = [one for one in _all_adapters() if _is_built_of(one, changed)]
    for one in changed:
        _declare(mutant, one)
    _build(dict.fromkeys([*changed, *classes]))
    for adapter in adapters:
        adapter.rebuild(force=True)


def _declare(mutant: SchemaMutant, schema: type[BaseModel]) -> None:
    from pydantic_core import PydanticUndefined  # noqa: PLC0415 - for projects with schemas

    if mutant.is_gone:
        del schema.model_fields[mutant.field]
        return
    # Its alias, description and what else it has stay as they are.
    info: Any = copy.copy(schema.model_fields[mutant.field])
    is_parted = get_origin(mutant.annotation) is Annotated
    parts = get_args(mutant.annotation) if is_parted else (mutant.annotation,)
    info.annotation, info.metadata = parts[0], [*parts[1:]]
    if mutant.loses_default:
        info.default, info.default_factory = PydanticUndefined, None
    elif mutant.default is not None:
        info.default, info.default_factory = mutant.default, None
    schema.model_fields[mutant.field] = info


def _build(classes: Iterable[type[BaseModel]]) -> None:
    classes = [*classes]
    for one in classes:
        one.__pydantic_complete__ = False
        for name in BUILT:
            if name in vars(one):
                delattr(one, name)
    for one in classes:
        one.model_rebuild(force=True)


def _heirs(schema: type[BaseModel], field: str) -> Iterator[type[BaseModel]]:
    yield schema
    for derived in schema.__subclasses__():
        if field not in inspect.get_annotations(derived):
            yield from _heirs(derived, field)


def _all_models() -> Iterator[type[BaseModel]]:
    from pydantic import BaseModel  # noqa: PLC0415 - for projects with schemas

    left = BaseModel.__subclasses__()
    while left:
        one = left.pop()
        left += one.__subclasses__()
        yield one


def _all_adapters() -> Iterator[TypeAdapter[Any]]:
    from pydantic import TypeAdapter  # noqa: PLC0415 - for projects with schemas

    # Nothing else knows of them.
    yield from (one for one in gc.get_objects() if type(one) is TypeAdapter)


def _is_built_of(one: Any, classes: list[type[BaseModel]]) -> bool:
    schema = getattr(one, "core_schema", None) or vars(one).get(BUILT[0])
    left = [schema]
    while left:
        part = left.pop()
        if isinstance(part, dict):
            left += part.values()
        elif isinstance(part, list | tuple):
            left += part
        elif any(part is each for each in classes):
            return True
    return False
