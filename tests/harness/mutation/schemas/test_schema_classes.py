"""
A mutant of a schema is met by whoever holds the class, or anything that was built of it.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from schemaproof.mutation.schemas.classes import beside, in_place
from schemaproof.mutation.schemas.mutants import SchemaMutant, schema_mutants


class Family(SimpleNamespace):
    """
    Classes that refer to each other.
    """

    Book: type[BaseModel]
    Novel: type[BaseModel]
    Retitled: type[BaseModel]
    Shelf: type[BaseModel]
    Room: type[BaseModel]
    shelves: TypeAdapter[Any]


@pytest.fixture
def family() -> Family:
    class Book(BaseModel):
        title: Annotated[str, Field(max_length=3)] = Field(alias="name", description="on it")
        kind: Literal["prose", "verse"] = "prose"
        sequel: Book | None = None

    class Novel(Book):
        pages: int = 1

    class Retitled(Book):
        title: str = Field(max_length=3)

    class Shelf(BaseModel):
        books: list[Novel]

    class Room(BaseModel):
        shelf: Shelf | None

    return Family(
        Book=Book,
        Novel=Novel,
        Retitled=Retitled,
        Shelf=Shelf,
        Room=Room,
        shelves=TypeAdapter(list[Shelf]),
    )


def mutant(schema: type[BaseModel], where: str, detail: str) -> SchemaMutant:
    alignment: Any = SimpleNamespace(schema=schema)
    (found,) = (
        one
        for one in schema_mutants("it", alignment)
        if (one.where, one.detail) == (f"it.{where}", detail)
    )
    return found


LONGER = ("title", "max_length 3 becomes 4")


def test_who_holds_the_class_meets_the_mutant(family):
    in_place(mutant(family.Book, *LONGER), family.Book)

    assert family.Book(name="Emma").title == "Emma"
    with pytest.raises(ValidationError):
        family.Book(name="Emmas")


def test_what_inherits_the_field_is_a_mutant_too(family):
    in_place(mutant(family.Book, *LONGER), family.Book)

    assert family.Novel(name="Emma").title == "Emma"


def test_what_declares_the_field_itself_is_not(family):
    in_place(mutant(family.Book, *LONGER), family.Book)

    with pytest.raises(ValidationError):
        family.Retitled(title="Emma")


@pytest.mark.parametrize(
    "read",
    [
        pytest.param(lambda them, books: them.Shelf(books=books), id="a class"),
        pytest.param(lambda them, books: them.Room(shelf={"books": books}), id="at one remove"),
        pytest.param(
            lambda them, books: them.shelves.validate_python([{"books": books}]), id="an adapter"
        ),
    ],
)
def test_what_was_built_of_it_meets_it(family, read):
    books = [{"name": "Emma"}]
    with pytest.raises(ValidationError):
        read(family, books)

    in_place(mutant(family.Book, *LONGER), family.Book)

    assert read(family, books)


def test_a_class_within_itself_is_the_mutant_there_too(family):
    in_place(mutant(family.Book, *LONGER), family.Book)

    assert family.Book(name="Emm", sequel={"name": "Emma"}).sequel.title == "Emma"


def test_a_lost_field_is_lost_to_heirs_and_in_what_is_shown(family):
    in_place(mutant(family.Book, "kind", "is gone"), family.Book)

    shelf = family.Shelf(books=[{"name": "Emm", "kind": "verse"}])

    assert "kind" not in shelf.model_dump()["books"][0]
    assert "kind" not in family.Shelf.model_json_schema()["$defs"]["Novel"]["properties"]


def test_a_default_can_be_another_or_none(family):
    in_place(mutant(family.Book, "kind", "default 'prose' becomes 'verse'"), family.Book)
    assert family.Book(name="Emm").kind == "verse"

    in_place(mutant(family.Book, "kind", "has to be given"), family.Book)
    with pytest.raises(ValidationError, match="kind"):
        family.Book(name="Emm")


def test_beside_the_original_the_original_stays_as_it_is(family):
    made = beside(mutant(family.Book, *LONGER), family.Book)

    assert made(name="Emma").title == "Emma"
    assert made.model_fields["title"].description == "on it"
    assert (made.__qualname__, made.__module__) == (family.Book.__qualname__, __name__)
    with pytest.raises(ValidationError):
        family.Book(name="Emma")
