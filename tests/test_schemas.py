"""
What PixCrawler's API asks for, changes and shows, without a database.

Which values each field takes is told in ``test_schema_values.py``.
"""

import inspect
import json
from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import UUID

import pytest
from pydantic import BaseModel, ValidationError

import schemas
from models import Base
from schemas import ALIGNMENTS, Alignment

USER = UUID("6f2c1a52-9d0e-4a57-8a3e-1f0f6f0c9d11")
NOW = datetime(2024, 11, 14, 9, tzinfo=UTC)

MINIMAL = {
    "ProfileCreate": {"id": USER, "email": "ada@example.org"},
    "ProjectCreate": {"name": "Cats", "user_id": USER},
    "CrawlJobCreate": {"project_id": 1, "name": "Cats", "keywords": ["cat"]},
    "ImageCreate": {"crawl_job_id": 1, "original_url": "https://example.org/a", "filename": "a"},
    "ActivityLogCreate": {"action": "login"},
    "ValidationJobCreate": {"crawl_job_id": 1, "name": "Sharp"},
    "ExportJobCreate": {"crawl_job_id": 1, "user_id": USER, "name": "All"},
}

CRAWL_JOB = {
    "id": 1,
    "project_id": 2,
    "name": "Cats",
    "keywords": ["cat"],
    "max_images": 1000,
    "status": "running",
    "progress": 40,
    "total_images": 0,
    "downloaded_images": 0,
    "valid_images": 0,
    "total_chunks": 8,
    "active_chunks": 2,
    "completed_chunks": 3,
    "failed_chunks": 1,
    "task_ids": [],
    "started_at": NOW,
    "completed_at": None,
    "created_at": NOW,
    "updated_at": NOW,
}


def role(name: str) -> list[Alignment]:
    return [alignment for alignment in ALIGNMENTS if alignment.role == name]


def by_schema(alignment: Alignment) -> str:
    return alignment.schema.__name__


def nullable(alignment: Alignment, field: str) -> bool:
    return bool(alignment.model.__mapper__.columns[field].nullable)


def refusal(schema: type[BaseModel], **values: object) -> str:
    with pytest.raises(ValidationError) as caught:
        schema(**values)
    (error,) = caught.value.errors()
    return str(error["loc"][0])


def test_every_table_has_the_three_roles():
    """Each of the seven tables has a Create, an Update and a Response, named after its class."""
    expected = {
        (mapper.class_, name, f"{mapper.class_.__name__}{name.capitalize()}")
        for mapper in Base.registry.mappers
        for name in ("create", "update", "response")
    }

    found = {(each.model, each.role, each.schema.__name__) for each in ALIGNMENTS}

    assert len(expected) == 21
    assert expected <= found
    assert {each[2] for each in found - expected} == {
        "ProfileDetailResponse",
        "ProjectDetailResponse",
    }


def test_every_public_schema_is_exported_and_documented():
    """What is aligned is importable from ``schemas``; each class and field says what it means."""
    for alignment in ALIGNMENTS:
        schema = alignment.schema

        assert getattr(schemas, schema.__name__) is schema
        assert schema.__name__ in schemas.__all__
        assert "__doc__" in vars(schema)
        assert inspect.getdoc(schema)
        assert all(field.description for field in schema.model_fields.values()), schema


@pytest.mark.parametrize("alignment", ALIGNMENTS, ids=by_schema)
def test_fields_are_attributes_of_the_model(alignment: Alignment):
    """Every field is a column or a relationship of the mapped class, by the same name."""
    attributes = set(alignment.model.__mapper__.attrs.keys())

    assert set(alignment.schema.model_fields) <= attributes


@pytest.mark.parametrize("alignment", role("create"), ids=by_schema)
def test_create_asks_for_what_has_no_default(alignment: Alignment):
    """A Create requires exactly the columns that are NOT NULL and have no default."""
    columns = alignment.model.__mapper__.columns
    needed = {
        key
        for key, column in columns.items()
        if not column.nullable and column.server_default is None and column.identity is None
    }

    required = {
        name for name, field in alignment.schema.model_fields.items() if field.is_required()
    }

    assert required == needed
    assert required == set(MINIMAL[alignment.schema.__name__])


@pytest.mark.parametrize("alignment", role("create"), ids=by_schema)
def test_create_defaults_are_the_servers(alignment: Alignment):
    """A Create that is silent on a column with a server default means that default."""
    made = alignment.schema(**MINIMAL[alignment.schema.__name__])
    columns = alignment.model.__mapper__.columns

    for name in alignment.schema.model_fields:
        default = columns[name].server_default
        if default is None:
            continue
        text = str(getattr(default.arg, "text", default.arg)).removesuffix("::jsonb").strip("'")
        value = getattr(made, name)
        assert (value if isinstance(value, str) else json.dumps(value)) == text, name


def test_create_defaults_are_the_documented_ones():
    """The defaults that a client can rely on."""
    made = {name: getattr(schemas, name)(**values).model_dump() for name, values in MINIMAL.items()}

    assert made["ProfileCreate"]["role"] == "user"
    assert made["ProjectCreate"]["status"] == "active"
    assert made["CrawlJobCreate"]["max_images"] == 1000
    assert made["ValidationJobCreate"]["validation_rules"] == {}
    assert made["ExportJobCreate"]["format"] == "zip"
    assert made["ExportJobCreate"]["export_options"] == {}


@pytest.mark.parametrize("alignment", role("create"), ids=by_schema)
def test_create_makes_its_row(alignment: Alignment):
    """``Model(**create.model_dump())`` is a row with the same values."""
    made = alignment.schema(**MINIMAL[alignment.schema.__name__])

    row = alignment.model(**made.model_dump())

    assert {name: getattr(row, name) for name in made.model_dump()} == made.model_dump()


@pytest.mark.parametrize("alignment", role("create") + role("update"), ids=by_schema)
def test_unknown_fields_are_refused(alignment: Alignment):
    """A misspelt field is an error and not silence."""
    values = MINIMAL.get(alignment.schema.__name__, {})

    assert refusal(alignment.schema, **values, colour="red") == "colour"


@pytest.mark.parametrize("alignment", role("update"), ids=by_schema)
def test_update_changes_nothing_unless_told(alignment: Alignment):
    """An empty Update is valid and holds no change; no key can be changed."""
    columns = alignment.model.__mapper__.columns
    keys = {name for name, column in columns.items() if column.primary_key or column.foreign_keys}

    assert alignment.schema().changes() == {}
    assert not keys & set(alignment.schema.model_fields)


@pytest.mark.parametrize(
    ("alignment", "field"),
    [
        pytest.param(alignment, field, id=f"{by_schema(alignment)}.{field}")
        for alignment in role("update")
        for field in alignment.schema.model_fields
    ],
)
def test_update_takes_null_where_the_column_does(alignment: Alignment, field: str):
    """An explicit null is a change of a nullable column, and an error on any other."""
    if nullable(alignment, field):
        assert alignment.schema(**{field: None}).changes() == {field: None}
    else:
        assert refusal(alignment.schema, **{field: None}) == field
        shown = alignment.schema.model_json_schema()["properties"][field]
        assert "null" not in json.dumps(shown.get("anyOf", []))
        assert "default" not in shown


@pytest.mark.parametrize(
    ("done", "total", "percent"),
    [(0, 0, 0), (0, 8, 0), (2, 8, 25), (1, 3, 100 / 3), (8, 8, 100), (3, 0, 0), (9, 8, 100)],
)
def test_chunk_progress_is_a_percentage(done: int, total: int, percent: float):
    """Chunks done of all chunks; 0 without chunks, and never past 100."""
    job = schemas.CrawlJobResponse(**{**CRAWL_JOB, "completed_chunks": done, "total_chunks": total})

    assert job.chunk_progress == pytest.approx(percent)
    assert job.model_dump()["chunk_progress"] == job.chunk_progress
    shown = schemas.CrawlJobResponse.model_json_schema(mode="serialization")
    assert shown["properties"]["chunk_progress"]["readOnly"] is True


def test_project_detail_holds_its_crawl_jobs():
    """The detail of a project is read from the row and its relationship."""
    row = SimpleNamespace(
        id=2,
        name="Cats",
        description=None,
        user_id=USER,
        status="active",
        created_at=NOW,
        updated_at=NOW,
        crawl_jobs=[SimpleNamespace(**CRAWL_JOB)],
    )

    detail = schemas.ProjectDetailResponse.model_validate(row)

    assert [job.chunk_progress for job in detail.crawl_jobs] == [37.5]
    assert "crawl_jobs" not in schemas.ProjectResponse.model_validate(row).model_dump()


def test_profile_detail_holds_its_projects():
    """The detail of a profile is the profile and its relationship."""
    assert set(schemas.ProfileDetailResponse.model_fields) - set(
        schemas.ProfileResponse.model_fields
    ) == {"projects"}


def test_responses_read_what_only_the_database_allows():
    """A Response is no stricter than the table: empty names and odd addresses are shown."""
    job = schemas.CrawlJobResponse(**{**CRAWL_JOB, "name": "", "keywords": [""], "id": -(2**63)})
    profile = schemas.ProfileResponse(
        id=USER,
        email="not an address",
        full_name="",
        avatar_url="",
        role="user",
        created_at=NOW,
        updated_at=NOW,
    )

    assert (job.name, profile.email) == ("", "not an address")


def test_metadata_has_two_names():
    """Clients say ``metadata``, the mapped class says ``metadata_``; the MetaData is never read."""
    made = schemas.ActivityLogCreate.model_validate_json('{"action": "x", "metadata": [1]}')
    log = next(each.model for each in ALIGNMENTS if each.schema is schemas.ActivityLogCreate)
    row = log(id=1, timestamp=NOW, **made.model_dump())

    shown = schemas.ActivityLogResponse.model_validate(row)

    assert shown.metadata_ == [1]
    assert shown.model_dump(by_alias=True)["metadata"] == [1]
    assert json.loads(shown.model_dump_json(by_alias=True))["metadata"] == [1]


@pytest.mark.parametrize(
    "use",
    [
        pytest.param(lambda: schemas.Dataset(name="x"), id="call"),
        pytest.param(lambda: schemas.Dataset.model_validate({"name": "x"}), id="validate"),
        pytest.param(lambda: schemas.Dataset.model_validate_json('{"name": "x"}'), id="json"),
    ],
)
def test_dataset_warns_whoever_uses_it(use):
    """The deprecated schema works, names its successor, and the warning points at the caller."""
    with pytest.warns(DeprecationWarning, match="Project and CrawlJob") as caught:
        made = use()

    assert made.name == "x"
    assert [warning.filename for warning in caught] == [__file__]


def test_dataset_is_deprecated_and_has_no_table():
    """Its JSON schema says deprecated, and no table or alignment stands behind it."""
    assert schemas.Dataset.model_json_schema()["deprecated"] is True
    assert not any("dataset" in name for name in Base.metadata.tables)
    assert all(each.schema is not schemas.Dataset for each in ALIGNMENTS)
