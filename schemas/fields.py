"""
Decide which values the API takes: no more than the database can store and give back equal.

Pydantic's own types are wider than PostgreSQL's. A NUL in a string, NaN in JSON, an integer past 64
bits or a time without a zone pass as str, dict, int and datetime, and fail (or change) in the
database, long after the client could be told. The bounds come from ``models.limits``, as the CHECKs
do.

Source: https://www.postgresql.org/docs/current/datatype-json.html
"""

import json
import math
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, AwareDatetime, Field, JsonValue, StringConstraints

from models import limits

T = TypeVar("T")

# A session's time zone moves a time by up to a day when it is read; Python ends at the years 1 and
# 9999.
_EARLIEST = datetime.min.replace(tzinfo=UTC) + timedelta(days=1)
_LATEST = datetime.max.replace(tzinfo=UTC) - timedelta(days=1)
# From here on repr() writes a float with an exponent, and jsonb gives it back as an integer.
_EXPONENT_FROM = 1e16


def storable_text(value: str) -> str:
    """
    Refuse the two things that a Python string can hold and a UTF-8 database cannot.

    Raises:
        ValueError: The string holds a NUL or half of a surrogate pair.
    """
    if "\x00" in value:
        raise ValueError("PostgreSQL cannot store the NUL character")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError("half of a surrogate pair is not a character") from None
    return value


def storable_json(value: JsonValue) -> JsonValue:
    """
    Refuse JSON that jsonb cannot store, and write large floats as jsonb gives them back.

    Raises:
        ValueError: A number is not finite, a string cannot be stored, or the document is too deep
        or
            too long.
    """
    stored = _as_stored(value, limits.JSON_DEPTH)
    if len(json.dumps(stored, ensure_ascii=False)) > limits.JSON_CHARACTERS:
        raise ValueError(f"the JSON is longer than {limits.JSON_CHARACTERS} characters")
    return stored


def _as_stored(value: JsonValue, depth: int) -> JsonValue:
    if depth < 0:
        raise ValueError(f"the JSON is nested more than {limits.JSON_DEPTH} levels deep")
    match value:
        case dict():
            return {storable_text(key): _as_stored(item, depth - 1) for key, item in value.items()}
        case list():
            return [_as_stored(item, depth - 1) for item in value]
        case str():
            return storable_text(value)
        case float():
            return _number_as_stored(value)
        case _:
            return value


def _number_as_stored(value: float) -> float | int:
    if not math.isfinite(value):
        raise ValueError("JSON has no NaN and no infinity")
    return int(Decimal(repr(value))) if abs(value) >= _EXPONENT_FROM else value


def _readable_everywhere(value: datetime) -> datetime:
    try:
        moment = value.astimezone(UTC)
    except OverflowError:
        moment = None
    if moment is None or not _EARLIEST <= moment <= _LATEST:
        raise ValueError("a time is within the years 1 and 9999 in every time zone")
    return moment


def _not_null(value: T) -> T:
    if value is None:
        raise ValueError("leave the field out to keep its value; null cannot be stored here")
    return value


def _hide_null(schema: dict[str, Any]) -> None:
    schema.pop("default", None)
    alternatives = schema.pop("anyOf", [])
    schema.update(next((each for each in alternatives if each != {"type": "null"}), {}))


# A field of an Update whose column is NOT NULL: absent (``= None``) is unchanged, null is refused.
Changed = Annotated[T | None, AfterValidator(_not_null), Field(json_schema_extra=_hide_null)]

_Storable = AfterValidator(storable_text)

Text = Annotated[str, StringConstraints(max_length=limits.TEXT_LENGTH), _Storable]
RequiredText = Annotated[
    str, StringConstraints(min_length=1, max_length=limits.TEXT_LENGTH), _Storable
]
Name = Annotated[str, StringConstraints(min_length=1, max_length=limits.NAME_LENGTH), _Storable]
FullName = Annotated[str, StringConstraints(max_length=limits.FULL_NAME_LENGTH), _Storable]
Filename = Annotated[
    str, StringConstraints(min_length=1, max_length=limits.FILENAME_LENGTH), _Storable
]
ImageFormat = Annotated[str, StringConstraints(max_length=limits.IMAGE_FORMAT_LENGTH), _Storable]
ResourceType = Annotated[str, StringConstraints(max_length=limits.RESOURCE_TYPE_LENGTH), _Storable]
ResourceId = Annotated[str, StringConstraints(max_length=limits.RESOURCE_ID_LENGTH), _Storable]
# One @ with something before and after it: whether mail arrives only mail can tell, and the
# identity provider has tried. Not EmailStr, which rewrites the address that was signed in with.
Email = Annotated[
    str,
    StringConstraints(max_length=limits.EMAIL_LENGTH, pattern=r"^[^@\s]+@[^@\s]+$"),
    _Storable,
]

Key = Annotated[int, Field(ge=limits.INT8_MIN, le=limits.INT8_MAX)]
Count = Annotated[int, Field(ge=limits.COUNT_MIN, le=limits.INT4_MAX)]
Percent = Annotated[int, Field(ge=limits.PERCENT_MIN, le=limits.PERCENT_MAX)]
MaxImages = Annotated[int, Field(ge=limits.MAX_IMAGES_MIN, le=limits.INT4_MAX)]
Pixels = Annotated[int, Field(ge=limits.PIXELS_MIN, le=limits.INT4_MAX)]
Bytes = Annotated[int, Field(ge=limits.BYTES_MIN, le=limits.INT8_MAX)]
Moment = Annotated[AwareDatetime, AfterValidator(_readable_everywhere)]

Json = Annotated[JsonValue, AfterValidator(storable_json)]
JsonObject = Annotated[dict[str, JsonValue], AfterValidator(storable_json)]
Strings = Annotated[list[Text], AfterValidator(storable_json)]
Keywords = Annotated[
    list[RequiredText], Field(min_length=limits.KEYWORDS_MIN), AfterValidator(storable_json)
]
