"""
A bound of the API and the bound of its column are one number, and it is the promised one.
"""

import json
import subprocess
import sys

import pytest
from pydantic import BaseModel, ValidationError

import schemas
from tests import facts
from tests.fix_alembic import ROOT

MODELS = {table.name: table.model for table in facts.TABLES}
RANGES = [pytest.param(check, id=check.name) for check in facts.CHECKS if check.lowest is not None]
ENUMERATIONS = [pytest.param(check, id=check.name) for check in facts.CHECKS if check.members]
LENGTHS = [
    pytest.param(
        table.model, column.name, int(column.type[18:-1]), id=f"{table.name}.{column.name}"
    )
    for table in facts.TABLES
    for column in table.columns
    if column.type.startswith("character varying(")
    and not any((check.table, check.column) == (table.name, column.name) for check in facts.CHECKS)
]


def writers(model: str, field: str) -> list[type[BaseModel]]:
    found = [getattr(schemas, f"{model}{role}") for role in ("Create", "Update")]
    return [schema for schema in found if field in schema.model_fields]


def takes(schema: type[BaseModel], field: str, value: object) -> bool:
    try:
        schema.model_validate({field: value})
    except ValidationError as error:
        return all(each["loc"][0] != field for each in error.errors())
    return True


@pytest.mark.parametrize("check", RANGES)
def test_range_of_the_api_is_that_of_the_column(check: facts.Check):
    """The API takes a number exactly where the database does, at both ends."""
    found = writers(MODELS[check.table], check.column)

    assert found
    for schema in found:
        assert takes(schema, check.column, check.lowest)
        assert takes(schema, check.column, check.highest)
        assert not takes(schema, check.column, check.lowest - 1)
        assert not takes(schema, check.column, check.highest + 1)


@pytest.mark.parametrize("check", ENUMERATIONS)
def test_enumeration_of_the_api_is_that_of_the_column(check: facts.Check):
    """The API offers exactly the values that the database takes."""
    found = writers(MODELS[check.table], check.column)

    assert found
    for schema in found:
        offered = schema.model_json_schema()["properties"][check.column]["enum"]
        assert tuple(offered) == check.members


@pytest.mark.parametrize(("model", "field", "length"), LENGTHS)
def test_length_of_the_api_is_that_of_the_column(model: str, field: str, length: int):
    """The API takes a text exactly as long as its column."""
    found = writers(model, field)
    longest = "a@" + "x" * (length - 2)

    assert found
    for schema in found:
        assert takes(schema, field, longest)
        assert not takes(schema, field, longest + "x")


# Every number of models.limits is changed before anything reads it. What is told then: the CHECK
# constraints and lengths of the models, and the bounds that the schemas publish.
CHANGED = """
import json, sys
from importlib.util import module_from_spec, spec_from_file_location
sys.path.insert(0, ".")
spec = spec_from_file_location("models.limits", "models/limits.py")
limits = sys.modules["models.limits"] = module_from_spec(spec)
spec.loader.exec_module(limits)
for name, value in list(vars(limits).items()):
    if isinstance(value, int) and not name.startswith(("INT", "JSON", "TEXT", "DEFAULT")):
        setattr(limits, name, value + 7)
import models, schemas
from sqlalchemy import CheckConstraint
checks = {str(each.name): str(each.sqltext) for table in models.Base.metadata.tables.values()
          for each in table.constraints if isinstance(each, CheckConstraint)}
lengths = {str(column): column.type.length for table in models.Base.metadata.tables.values()
           for column in table.columns if getattr(column.type, "length", None)}
bounds = {each.schema.__name__: each.schema.model_json_schema()["properties"]
          for each in schemas.ALIGNMENTS if each.role != "response"}
print(json.dumps([checks, lengths, bounds]))
"""


@pytest.fixture(scope="module")
def changed() -> tuple[dict[str, str], dict[str, int], dict[str, dict]]:
    """
    The constraints, lengths and published bounds of a PixCrawler whose every limit is 7 higher.
    """
    done = subprocess.run(
        [sys.executable, "-c", CHANGED], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return tuple(json.loads(done.stdout))


def published(shown: dict, keyword: str) -> int:
    (value,) = [each[keyword] for each in [shown, *shown.get("anyOf", [])] if keyword in each]
    return value


@pytest.mark.parametrize("check", RANGES)
def test_one_number_moves_both(changed, check: facts.Check):
    """Changing the constant moves the CHECK and the API's bound together."""
    checks, _, bounds = changed
    moved = check.lowest + 7

    assert f" {moved}" in checks[check.name]
    for schema in writers(MODELS[check.table], check.column):
        assert published(bounds[schema.__name__][check.column], "minimum") == moved


@pytest.mark.parametrize("check", [each for each in RANGES if each.values[0].meaning == "range"])
def test_one_upper_number_moves_both(changed, check: facts.Check):
    """Where the CHECK has an upper end, that is one constant as well."""
    checks, _, bounds = changed
    moved = check.highest + 7

    assert checks[check.name].endswith(f" {moved}")
    for schema in writers(MODELS[check.table], check.column):
        assert published(bounds[schema.__name__][check.column], "maximum") == moved


@pytest.mark.parametrize(("model", "field", "length"), LENGTHS)
def test_one_length_moves_both(changed, model: str, field: str, length: int):
    """Changing the constant moves the column's length and the API's together."""
    _, lengths, bounds = changed
    table = next(each.name for each in facts.TABLES if each.model == model)

    assert lengths[f"{table}.{field}"] == length + 7
    for schema in writers(model, field):
        assert published(bounds[schema.__name__][field], "maxLength") == length + 7
