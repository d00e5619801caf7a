"""
A mutant that was to take or refuse null is equivalent if null fares as it did before.
"""

from __future__ import annotations

from typing import Annotated

import pytest
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, JsonValue
from sqlalchemy import JSON
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from schemaproof.alignment import Alignment
from schemaproof.mutation.schemas.classes import beside
from schemaproof.mutation.schemas.mutants import schema_mutants
from schemaproof.mutation.schemas.null import null_alike


class Base(DeclarativeBase):
    pass


class Thing(Base):
    __tablename__ = "things"
    id: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[object] = mapped_column(JSON)


def _no_null(value: object) -> object:
    if value is None:
        raise ValueError("null is not for here")
    return value


def _zero(value: object) -> object:
    return 0 if value is None else value


def _never(value: object) -> object:
    raise ValueError("never")


def found(annotation: object, detail: str, other: object = int) -> str | None:
    """Why the mutant of a field of that type is said to be equivalent."""
    names = {"__annotations__": {"value": annotation, "other": other}, "__module__": __name__}
    schema = type(BaseModel)("ThingCreate", (BaseModel,), names)
    (mapper,) = (one for one in Base.registry.mappers if one.class_ is Thing)
    alignment = Alignment(mapper=mapper, schema=schema, role="create")
    (mutant,) = (
        one
        for one in schema_mutants("it", alignment)
        if (one.field, one.detail) == ("value", detail)
    )
    return null_alike(mutant, alignment, beside(mutant, schema))


@pytest.mark.parametrize(
    ("annotation", "detail", "fate"),
    [
        pytest.param(JsonValue, "takes null", "taken", id="JSON takes it anyway"),
        pytest.param(
            Annotated[int, BeforeValidator(_zero)], "takes null", None, id="it was another value"
        ),
        pytest.param(
            Annotated[int | None, BeforeValidator(_no_null)],
            "refuses null",
            "refused",
            id="refused before anybody looks",
        ),
        pytest.param(
            Annotated[int | None, AfterValidator(_no_null)],
            "refuses null",
            None,
            id="refused in other words",
        ),
        pytest.param(int | None, "refuses null", None, id="no longer taken"),
        pytest.param(int, "takes null", None, id="taken from now on"),
        pytest.param(Annotated[int, Field(ge=0)], "ge 0 becomes 1", None, id="no matter of null"),
    ],
)
def test_null_tells_them_apart_or_nobody_can(annotation, detail, fate):
    why = found(annotation, detail)

    assert (why is None) is (fate is None)
    assert fate is None or f"null is {fate} by" in str(why)


def test_a_payload_that_nobody_takes_tells_nothing():
    """
    What is refused because of another field is no answer to the question.
    """
    impossible = Annotated[int, AfterValidator(_never)]

    assert found(JsonValue, "takes null", other=impossible) is None
