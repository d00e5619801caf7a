"""
Which values each field of PixCrawler's API takes, without a database.

Bounds are written out here as numbers, not taken from ``models.limits``: a wrong constant must turn
a test red, not move it.
"""

import json
import math
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError
from sqlalchemy import CheckConstraint, String

import schemas
from schemas import ALIGNMENTS, Alignment

WRITERS = [each for each in ALIGNMENTS if each.role in {"create", "update"}]
USER = UUID("6f2c1a52-9d0e-4a57-8a3e-1f0f6f0c9d11")


def by_schema(alignment: Alignment) -> str:
    return alignment.schema.__name__


def takes(schema: type[BaseModel], field: str, value: object) -> bool:
    """Whether the value of that one field is accepted, whatever else is missing."""
    try:
        schema.model_validate({field: value})
    except ValidationError as error:
        return all(each["loc"][0] != field for each in error.errors())
    return True


LENGTHS = {
    "profiles": {"email": 255, "full_name": 100},
    "projects": {"name": 100},
    "crawl_jobs": {"name": 100},
    "images": {"filename": 255, "format": 10},
    "activity_logs": {"resource_type": 50, "resource_id": 50},
    "validation_jobs": {"name": 100},
    "export_jobs": {"name": 100},
}


@pytest.mark.parametrize("alignment", WRITERS, ids=by_schema)
def test_lengths_are_the_columns(alignment: Alignment):
    """A string fits its varchar to the last character, whatever its bytes, and not one more."""
    for field, length in LENGTHS[alignment.model.__tablename__].items():
        longest = "\N{CAT FACE}@" + "x" * (length - 2)

        assert alignment.model.__mapper__.columns[field].type.length == length
        assert takes(alignment.schema, field, longest), field
        assert not takes(alignment.schema, field, longest + "x"), field


ENUMERATIONS = [
    ("ProfileUpdate", "role", {"user", "admin", "moderator"}),
    ("ProjectUpdate", "status", {"active", "archived", "deleted"}),
    (
        "CrawlJobUpdate",
        "status",
        {"pending", "running", "completed", "failed", "cancelled"},
    ),
    ("ValidationJobUpdate", "status", {"pending", "running", "completed", "failed"}),
    ("ExportJobUpdate", "status", {"pending", "running", "completed", "failed"}),
    ("ExportJobUpdate", "format", {"zip", "tar", "tar.gz", "csv", "json"}),
]


@pytest.mark.parametrize(("name", "field", "members"), ENUMERATIONS)
def test_enumerations_agree_with_the_check(name: str, field: str, members: set[str]):
    """The API takes exactly the listed values, and so does the column's CHECK."""
    (alignment,) = [each for each in ALIGNMENTS if each.schema.__name__ == name]
    table = alignment.model.__table__
    (check,) = [
        str(each.sqltext)
        for each in table.constraints
        if isinstance(each, CheckConstraint) and str(each.name).endswith(f"_{field}_known")
    ]

    assert set(alignment.schema.model_json_schema()["properties"][field]["enum"]) == members
    assert set(check.split("'")[1::2]) == members
    assert not takes(alignment.schema, field, "Pending")


BAD_TEXT = [
    pytest.param("a\x00b", id="nul"),
    pytest.param("a\ud800b", id="half-a-pair"),
    pytest.param(b"\xff", id="not-utf8"),
]


@pytest.mark.parametrize("text", BAD_TEXT)
@pytest.mark.parametrize("alignment", WRITERS, ids=by_schema)
def test_text_that_postgresql_cannot_store_is_refused(alignment: Alignment, text: object):
    """Every text field refuses NUL and half surrogate pairs, which would fail in the database."""
    fields = [
        name
        for name in alignment.schema.model_fields
        if isinstance(alignment.model.__mapper__.columns[name].type, String)
    ]

    assert fields
    for name in fields:
        assert not takes(alignment.schema, name, text), name


@pytest.mark.parametrize(
    "address",
    ["", "ada", "@example.org", "ada@", "a@b@c", "a b@example.org", "a@example.org\n"],
)
def test_email_needs_one_at_sign_between_two_words(address: str):
    """What cannot be an address is refused."""
    assert not takes(schemas.ProfileCreate, "email", address)


def test_email_is_kept_as_it_was_given():
    """The address is not rewritten: it is what the account signs in with."""
    made = schemas.ProfileCreate(id=USER, email="Ada.Lovelace+cats@EXAMPLE.org")

    assert made.email == "Ada.Lovelace+cats@EXAMPLE.org"


@pytest.mark.parametrize(
    "keywords",
    [[], None, "cat", {}, [1], [None], [["cat"]], [""], ["cat", "a\x00"], ["\udc00"]],
    ids=ascii,
)
def test_keywords_are_a_non_empty_list_of_words(keywords: object):
    """The shapes that the CHECK refuses, the API refuses."""
    assert takes(schemas.CrawlJobCreate, "keywords", ["cat"])
    assert not takes(schemas.CrawlJobCreate, "keywords", keywords)
    assert not takes(schemas.CrawlJobUpdate, "keywords", keywords)


def nested(levels: int) -> list[object]:
    value: list[object] = []
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(math.nan, id="nan"),
        pytest.param(-math.inf, id="infinity"),
        pytest.param("\x00", id="nul"),
        pytest.param("\udfff", id="half-a-pair"),
        pytest.param({"\x00": 1}, id="nul-in-key"),
        pytest.param({"\ud800": 1}, id="half-a-pair-in-key"),
        pytest.param(nested(64), id="too-deep"),
        pytest.param(nested(1000), id="far-too-deep"),
        pytest.param("x" * 1_000_001, id="too-long"),
        pytest.param(10**5000, id="digits-that-json-cannot-write"),
        pytest.param(b"x", id="bytes"),
        pytest.param({1: 2}, id="key-not-text"),
        pytest.param({1, 2}, id="set"),
    ],
)
def test_json_that_jsonb_cannot_store_is_refused(value: object):
    """Wherever it hides in the document, such a value is an error of the API."""
    for document in ({"a": value}, {"a": [{"b": value}]}):
        assert not takes(schemas.ActivityLogUpdate, "metadata_", document)
        assert not takes(schemas.ExportJobUpdate, "export_options", document)
        assert not takes(schemas.ValidationJobUpdate, "validation_rules", document)


@pytest.mark.parametrize("value", [1, "x", [], True], ids=ascii)
def test_options_and_rules_are_objects(value: object):
    """The columns take JSON objects only, and so do their fields."""
    assert not takes(schemas.ExportJobUpdate, "export_options", value)
    assert not takes(schemas.ValidationJobUpdate, "validation_rules", value)


JSON_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
)
JSON_KEYS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
JSON_VALUES = st.recursive(
    JSON_SCALARS,
    lambda inner: st.lists(inner) | st.dictionaries(JSON_KEYS, inner),
    max_leaves=20,
)


@given(value=JSON_VALUES)
def test_json_is_the_same_number_for_number(value: object):
    """What is taken is what was sent, each number to its last decimal digit."""
    made = schemas.ActivityLogCreate(action="x", metadata=value)

    assert exact(made.metadata_) == exact(value)


def exact(value: object) -> object:
    """Read every number as the decimal that JSON writes, which is what jsonb keeps."""
    return json.loads(json.dumps(value), parse_float=Decimal, parse_int=Decimal)


@given(value=st.floats(min_value=1e16, allow_infinity=False))
def test_large_floats_become_the_integer_that_jsonb_returns(value: float):
    """A float that JSON writes with an exponent comes back as an integer: it is stored as one."""
    stored = schemas.ActivityLogCreate(action="x", metadata=value).metadata_

    assert isinstance(stored, int)
    assert float(stored) == value


MOMENTS = [
    pytest.param("2024-11-14T09:00:00", id="no-zone"),
    pytest.param(datetime(2024, 11, 14, 9), id="naive"),
    pytest.param(datetime(1, 1, 1, tzinfo=UTC), id="first-day"),
    pytest.param(datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))), id="before-year-1"),
    pytest.param(datetime(9999, 12, 31, 12, tzinfo=UTC), id="last-day"),
    pytest.param(
        datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-12))), id="after-year-9999"
    ),
]


@pytest.mark.parametrize("moment", MOMENTS)
def test_moments_have_a_zone_and_can_be_read_in_any(moment: object):
    """A time without a zone, or one that some session could not read back, is refused."""
    assert not takes(schemas.CrawlJobUpdate, "started_at", moment)


def test_moments_keep_their_instant():
    """A time in any zone is the same instant afterwards."""
    given_time = datetime(2024, 11, 14, 9, tzinfo=timezone(timedelta(hours=5, minutes=45)))

    made = schemas.CrawlJobUpdate(started_at=given_time)

    assert made.started_at == given_time
