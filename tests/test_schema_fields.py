"""
Which fields a client may send and gets to see, where null goes, and where each value ends.

What is expected stands in ``facts``, written by hand: a field, a bound or a null that is lost from
a schema, or that slips in, turns a test red.
"""

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

import schemas
from tests.facts import FIELDS, TABLES, Column, Field

MODELS = [table.model for table in TABLES]
EACH_MODEL = pytest.mark.parametrize("model", MODELS)
COLUMNS: dict[str, dict[str, Column]] = {
    # The declarative base keeps the other name for itself.
    table.model: {column.name.replace("metadata", "metadata_"): column for column in table.columns}
    for table in TABLES
}


def schema(model: str, role: str) -> Any:
    return getattr(schemas, f"{model}{role}")


def sent(kind: str) -> list[Any]:
    return [
        pytest.param(schema(model, role), field, id=f"{model}{role}.{field.name}")
        for model, fields in FIELDS.items()
        for field in fields
        for role, has_it in (("Create", field.is_created), ("Update", field.is_changed))
        if has_it and field.kind == kind
    ]


def refusal(schema: type[BaseModel], field: str, value: object) -> str:
    """What is said of that value in that field; nothing if it is taken."""
    try:
        schema.model_validate({field: value})
    except ValidationError as error:
        told = [
            each["msg"] for each in error.errors() if each["loc"][0] in {field, field.strip("_")}
        ]
        return "; ".join(told)
    return ""


@EACH_MODEL
def test_a_create_has_the_fields_that_are_known_beforehand(model: str):
    """What makes a row: no field more, no field less."""
    expected = {field.name for field in FIELDS[model] if field.is_created}

    assert set(schema(model, "Create").model_fields) == expected


@EACH_MODEL
def test_an_update_has_the_fields_that_may_change(model: str):
    """What changes a row: no field more, no field less."""
    expected = {field.name for field in FIELDS[model] if field.is_changed}

    assert set(schema(model, "Update").model_fields) == expected


@EACH_MODEL
def test_a_response_has_the_columns_of_its_table(model: str):
    """What a client sees of a row: every column."""
    assert set(schema(model, "Response").model_fields) == set(COLUMNS[model])


@pytest.mark.parametrize(("detail", "more"), [("Profile", "projects"), ("Project", "crawl_jobs")])
def test_a_detail_is_the_response_and_a_list(detail: str, more: str):
    """The list may be empty and is never null; the rest is as in the Response."""
    whole, part = schema(detail, "DetailResponse"), schema(detail, "Response")

    assert set(whole.model_fields) == {*part.model_fields, more}
    assert not refusal(whole, more, [])
    assert refusal(whole, more, None)
    for name, column in COLUMNS[detail].items():
        assert bool(refusal(whole, name, None)) is not column.is_nullable, name


@EACH_MODEL
def test_a_response_shows_null_where_the_column_holds_it(model: str):
    """A client has to expect null in nullable columns, and nowhere else."""
    for name, column in COLUMNS[model].items():
        is_shown = not refusal(schema(model, "Response"), name, None)

        assert is_shown is column.is_nullable, name


@EACH_MODEL
def test_a_create_takes_null_where_the_column_holds_it(model: str):
    """A client may say that a thing is not known, or say nothing of it, which means the same."""
    create = schema(model, "Create")

    for name, field in create.model_fields.items():
        is_nullable = COLUMNS[model][name].is_nullable
        assert (not refusal(create, name, None)) is is_nullable, name
        if is_nullable:
            assert field.get_default() is None
            assert not field.is_required()


@EACH_MODEL
def test_a_create_asks_for_what_the_database_has_no_value_for(model: str):
    """What is NOT NULL and has no default has to be sent; all else may be left out."""
    create = schema(model, "Create")
    needed = {
        name
        for name, column in COLUMNS[model].items()
        if not (column.is_nullable or column.default or column.is_identity)
    }

    assert {name for name, field in create.model_fields.items() if field.is_required()} == needed


@EACH_MODEL
def test_an_update_asks_for_nothing(model: str):
    """Whatever is left out stays as it is."""
    assert schema(model, "Update")().changes() == {}


@EACH_MODEL
def test_an_update_takes_null_or_says_what_to_do_instead(model: str):
    """Null removes what may be missing; for any other field it is said to leave it out."""
    update = schema(model, "Update")

    for name in update.model_fields:
        told = refusal(update, name, None)
        if COLUMNS[model][name].is_nullable:
            assert not told, name
        else:
            assert "leave the field out to keep its value" in told, name


@pytest.mark.parametrize(("schema", "field"), sent("text"))
def test_texts_end_where_they_are_said_to(schema: type[BaseModel], field: Field):
    """The shortest and the longest text are taken; one character less, or more, is refused."""

    def of_length(length: int) -> str:
        return "@".center(length, "x") if length else ""

    assert not refusal(schema, field.name, of_length(field.least))
    assert not refusal(schema, field.name, of_length(field.most))
    assert refusal(schema, field.name, of_length(field.most + 1))
    if field.least:
        assert refusal(schema, field.name, of_length(field.least - 1))


@pytest.mark.parametrize(("schema", "field"), sent("number"))
def test_numbers_end_where_they_are_said_to(schema: type[BaseModel], field: Field):
    """Both ends are taken, one step past each is refused."""
    assert not refusal(schema, field.name, field.least)
    assert not refusal(schema, field.name, field.most)
    assert refusal(schema, field.name, field.least - 1)
    assert refusal(schema, field.name, field.most + 1)


@EACH_MODEL
def test_every_text_and_number_has_an_end(model: str):
    """No field is forgotten in the list: what is neither is listed in the database, or JSON."""
    types = {"character varying": "text", "text": "text", "integer": "number", "bigint": "number"}

    for field in FIELDS[model]:
        type_ = COLUMNS[model][field.name].type.partition("(")[0]
        is_listed = field.name in {"role", "status"} or (model, field.name) == (
            "ExportJob",
            "format",
        )
        assert field.kind == ("other" if is_listed else types.get(type_, "other")), field.name


@pytest.mark.parametrize("role", ["Create", "Update"])
def test_one_keyword_is_enough(role: str):
    """A search has at least one word, which may be as short as one letter."""
    assert not refusal(schema("CrawlJob", role), "keywords", ["x"])
    assert refusal(schema("CrawlJob", role), "keywords", [])
