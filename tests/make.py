"""
Make rows through the ORM; each is flushed, and can be told what to be different in.
"""

from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import uuid4

from sqlalchemy.orm import Session

from models import ActivityLog, Base, CrawlJob, ExportJob, Image, Profile, Project, ValidationJob

Row = TypeVar("Row", bound=Base)


def a_profile(session: Session, **overrides: Any) -> Profile:
    key = uuid4()
    return _added(session, Profile(**{"id": key, "email": f"{key}@example.org", **overrides}))


def a_project(session: Session, **overrides: Any) -> Project:
    values = {"name": "Cats", **overrides}
    if not {"user", "user_id"} & set(values):
        values["user"] = a_profile(session)
    return _added(session, Project(**values))


def a_crawl_job(session: Session, **overrides: Any) -> CrawlJob:
    values = {"name": "Cats, first try", "keywords": ["cat"], **overrides}
    if not {"project", "project_id"} & set(values):
        values["project"] = a_project(session)
    return _added(session, CrawlJob(**values))


def an_image(session: Session, **overrides: Any) -> Image:
    values = {"original_url": "https://example.org/cat.jpg", "filename": "cat.jpg", **overrides}
    return _added(session, Image(**_with_job(session, values)))


def an_activity_log(session: Session, **overrides: Any) -> ActivityLog:
    return _added(session, ActivityLog(**{"action": "login", **overrides}))


def a_validation_job(session: Session, **overrides: Any) -> ValidationJob:
    values = _with_job(session, {"name": "Sharp enough", **overrides})
    return _added(session, ValidationJob(**values))


def an_export_job(session: Session, **overrides: Any) -> ExportJob:
    values = _with_job(session, {"name": "For training", **overrides})
    if not {"user", "user_id"} & set(values):
        values["user"] = a_profile(session)
    return _added(session, ExportJob(**values))


@dataclass(frozen=True, kw_only=True)
class Family:
    """
    One row of every table, each belonging to the one above it.

    Attributes:
        profile: The owner of all.
        project: Archived, so that its owner can be deleted.
        crawl_job: Of that project.
        image: Of that job.
        validation_job: Of that job.
        export_job: Of that job, asked for by the owner.
        activity_log: Of the owner.
    """

    profile: Profile
    project: Project
    crawl_job: CrawlJob
    image: Image
    validation_job: ValidationJob
    export_job: ExportJob
    activity_log: ActivityLog


def a_family(session: Session) -> Family:
    profile = a_profile(session)
    project = a_project(session, user=profile, status="archived")
    crawl_job = a_crawl_job(session, project=project)
    return Family(
        profile=profile,
        project=project,
        crawl_job=crawl_job,
        image=an_image(session, crawl_job=crawl_job),
        validation_job=a_validation_job(session, crawl_job=crawl_job),
        export_job=an_export_job(session, crawl_job=crawl_job, user=profile),
        activity_log=an_activity_log(session, user=profile),
    )


def _with_job(session: Session, values: dict[str, Any]) -> dict[str, Any]:
    if {"crawl_job", "crawl_job_id"} & set(values):
        return values
    return {**values, "crawl_job": a_crawl_job(session)}


def _added(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row
