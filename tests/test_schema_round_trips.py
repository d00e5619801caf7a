"""
The API's schemas fit the tables: what goes in comes out equal, and what is there can be shown.

Needs no knowledge of how a field is checked; ``test_schemas`` and ``test_schema_values`` tell that.
"""

import json
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

import models
import schemas
from tests import facts, make, rows
from tests.payloads import ODD, PAYLOADS, UPDATES

USER = UUID("6f2c1a52-9d0e-4a57-8a3e-1f0f6f0c9d11")
EACH_MODEL = pytest.mark.parametrize("model", [table.model for table in facts.TABLES])
# One transaction for all examples: each is undone by its own savepoint.
IN_ONE_TRANSACTION = settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def schema(model: str, role: str) -> Any:
    return getattr(schemas, f"{model}{role}")


@pytest.fixture
def parents(schema_session: Session) -> dict[str, dict[str, object]]:
    """
    The keys to other tables that a Create of each model needs, of rows that exist.
    """
    family = make.a_family(schema_session)
    schema_session.commit()
    job, user = {"crawl_job_id": family.crawl_job.id}, {"user_id": family.profile.id}
    return {
        "Profile": {},
        "Project": user,
        "CrawlJob": {"project_id": family.project.id},
        "Image": job,
        "ActivityLog": user,
        "ValidationJob": job,
        "ExportJob": {**job, **user},
    }


def store(session: Session, row: models.Base) -> models.Base:
    """Store a row and read it back, as another request would."""
    session.add(row)
    session.flush()
    key = row.id
    session.expunge_all()
    return session.get_one(type(row), key)


def test_every_field_of_a_create_is_generated():
    """No field that a client may send is left out of the payloads here."""
    for model, (needed, optional) in PAYLOADS.items():
        create = schema(model, "Create")
        keys = {key.column for key in facts.FOREIGN_KEYS}
        sent = {name.removesuffix("_") for name in create.model_fields} - keys

        assert sent == needed.keys() | optional.keys()


@IN_ONE_TRANSACTION
@EACH_MODEL
@given(data=st.data())
def test_what_is_created_reads_back_equal(
    schema_session: Session, parents: dict, model: str, data: st.DataObject
):
    """Whatever the Create accepts is stored, and the Response shows it unchanged."""
    needed, optional = PAYLOADS[model]
    sent = data.draw(st.fixed_dictionaries(needed, optional=optional))
    created = schema(model, "Create")(**sent, **parents[model])
    with schema_session.begin_nested() as savepoint:
        row = store(schema_session, getattr(models, model)(**created.model_dump()))
        shown = schema(model, "Response").model_validate(row)
        savepoint.rollback()

    assert shown.model_dump(include=set(created.model_dump())) == created.model_dump()
    # The same again, as a client on the other side of the wire would read it.
    assert json.loads(shown.model_dump_json()) == json.loads(
        schema(model, "Response")
        .model_validate_json(shown.model_dump_json(by_alias=True))
        .model_dump_json()
    )


@EACH_MODEL
def test_the_smallest_payload_is_enough(schema_session: Session, parents: dict, model: str):
    """With only what is required, the server's defaults fill in the rest of the Response."""
    smallest = {
        "Profile": {"id": USER, "email": "ada@example.org"},
        "Image": {"original_url": "https://example.org/a", "filename": "a"},
        "ActivityLog": {"action": "login"},
        "CrawlJob": {"name": "Cats", "keywords": ["cat"]},
    }.get(model, {"name": "Cats"})
    created = schema(model, "Create")(**smallest, **parents[model])

    row = store(schema_session, getattr(models, model)(**created.model_dump(exclude_unset=True)))

    shown = schema(model, "Response").model_validate(row)
    assert shown.model_dump(include=set(created.model_dump())) == created.model_dump()


@EACH_MODEL
def test_what_is_updated_reads_back_equal(schema_session: Session, model: str):
    """Every field that an Update may change is stored, and the Response shows the new value."""
    family = make.a_family(schema_session)
    row = next(each for each in vars(family).values() if type(each).__name__ == model)
    changes = schema(model, "Update")(**UPDATES[model]).changes()

    for name, value in changes.items():
        setattr(row, name, value)
    row = store(schema_session, row)

    assert set(changes) == set(schema(model, "Update").model_fields)
    shown = schema(model, "Response").model_validate(row)
    assert shown.model_dump(include=set(changes)) == changes


@pytest.mark.parametrize("table", facts.TABLES, ids=lambda table: table.name)
def test_what_raw_sql_stores_can_be_shown(raw, schema_session: Session, table: facts.Table):
    """Rows that no Create made are shown all the same."""
    model = getattr(models, table.model)
    key = rows.insert(raw, table.name, **ODD[table.name])

    shown = schema(table.model, "Response").model_validate(schema_session.get_one(model, key))

    assert shown.id == key
    assert shown.model_dump_json()


@pytest.mark.parametrize("check", facts.CHECKS, ids=lambda check: check.name)
def test_what_a_check_accepts_can_be_shown(raw, schema_session: Session, check: facts.Check):
    """No Response is stricter than the CHECK of its column."""
    name = next(table.model for table in facts.TABLES if table.name == check.table)
    for value in check.accepts:
        key = rows.insert(raw, check.table, **{check.column: value})
        stored = rows.read(raw, check.table, key, check.column)

        row = schema_session.get_one(getattr(models, name), key)
        shown = schema(name, "Response").model_validate(row)

        assert getattr(shown, check.column) == stored


def test_detail_shows_what_belongs_to_it(schema_session: Session):
    """A project is shown with its crawl jobs, a profile with its projects, from the database."""
    family = make.a_family(schema_session)
    family.crawl_job.total_chunks, family.crawl_job.completed_chunks = 8, 2
    schema_session.flush()
    schema_session.expire_all()

    project = schemas.ProjectDetailResponse.model_validate(family.project)
    profile = schemas.ProfileDetailResponse.model_validate(family.profile)

    assert [(job.id, job.chunk_progress) for job in project.crawl_jobs] == [
        (family.crawl_job.id, 25.0)
    ]
    assert [each.id for each in profile.projects] == [family.project.id]
