"""
The queries that PixCrawler sends most, each with the index that it relies on.

The checklist names them. Beside them stand the joins along every foreign key, and what the database
looks up itself when a parent is deleted. `schemaproof verify` has each of them planned on tables
that are posed at the sizes it declares; `benchmarks/test_queries.py` runs them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import Executable, bindparam, select

from benchmarks.key_queries import cascades, joins
from benchmarks.population import A_USER, NOW, POPULATION
from models import (
    ActivityLog,
    CrawlJob,
    ExportJob,
    Image,
    Profile,
    Project,
    ValidationJob,
)
from schemaproof.workload import Query, Workload

PAGE = 50
A_WEEK_AGO = datetime.fromisoformat(NOW).astimezone(UTC) - timedelta(days=7)

user_id = bindparam("user_id", A_USER)
job_id = bindparam("job_id", 4_000)
project_id = bindparam("project_id", 800)


def of_users() -> Iterator[Query]:
    """
    Yield what is asked of users and of what they did.
    """
    yield Query(
        name="user by email",
        statement=select(Profile).where(Profile.email == bindparam("email", "ada@example.org")),
        index="uq_profiles_email",
        condition=("email",),
        buffers=4,
    )
    yield Query(
        name="a user's projects, newest first",
        statement=select(Project)
        .where(Project.user_id == user_id)
        .order_by(Project.created_at.desc()),
        index="ix_projects_user_id",
        condition=("user_id",),
    )
    yield Query(
        name="a user's activity, newest first",
        statement=_activity(),
        index="ix_activity_logs_user_id_timestamp",
        condition=("user_id",),
        is_ordered=True,
        buffers=60,
    )
    yield Query(
        name="a user's activity in the last week",
        statement=_activity().where(ActivityLog.timestamp >= bindparam("since", A_WEEK_AGO)),
        index="ix_activity_logs_user_id_timestamp",
        condition=("user_id", "timestamp"),
        # Few rows are cheaper fetched in the order of the table, and then sorted.
        buffers=60,
    )
    yield Query(
        name="a user's exports by status",
        statement=select(ExportJob).where(
            ExportJob.user_id == user_id, ExportJob.status == bindparam("status", "completed")
        ),
        index="ix_export_jobs_user_id_status",
        condition=("user_id", "status"),
    )


def of_jobs() -> Iterator[Query]:
    """
    Yield what is asked of crawl jobs, and of what they found, validated and exported.
    """
    yield Query(
        name="jobs that are pending",
        statement=_in_state(CrawlJob, "pending").limit(PAGE),
        index="ix_crawl_jobs_status",
        condition=("status",),
    )
    yield Query(
        name="jobs that are completed",
        statement=_in_state(CrawlJob, "completed"),
        reads_all_because="nine jobs of ten are",
    )
    yield Query(
        name="a project's jobs by status",
        statement=select(CrawlJob).where(
            CrawlJob.project_id == project_id, CrawlJob.status == bindparam("status", "failed")
        ),
        index="ix_crawl_jobs_project_id_status",
        condition=("project_id", "status"),
        buffers=40,
    )
    yield Query(
        name="a job's images, paged",
        statement=select(Image)
        .where(Image.crawl_job_id == job_id, Image.id > bindparam("after", 0))
        .order_by(Image.id)
        .limit(PAGE),
        index="ix_images_crawl_job_id",
        condition=("crawl_job_id",),
    )
    yield Query(
        name="a job's validations",
        statement=select(ValidationJob).where(ValidationJob.crawl_job_id == job_id),
        index="ix_validation_jobs_crawl_job_id",
        condition=("crawl_job_id",),
        buffers=10,
    )
    yield Query(
        name="validations that failed",
        statement=_in_state(ValidationJob, "failed").limit(PAGE),
        index="ix_validation_jobs_status",
        condition=("status",),
    )
    yield Query(
        name="exports that are running",
        statement=_in_state(ExportJob, "running").limit(PAGE),
        index="ix_export_jobs_status",
        condition=("status",),
    )


def recent() -> Iterator[Query]:
    """
    Yield the newest rows of each table.
    """
    for model in (Profile, Project, CrawlJob, ValidationJob, ExportJob):
        yield Query(
            name=f"recent {model.__tablename__}",
            statement=select(model).order_by(model.created_at.desc()).limit(PAGE),
            index=f"ix_{model.__tablename__}_created_at",
            is_ordered=True,
            buffers=60,
        )
    yield Query(
        name="recent activity",
        statement=select(ActivityLog).order_by(ActivityLog.timestamp.desc()).limit(PAGE),
        index="ix_activity_logs_timestamp",
        is_ordered=True,
        buffers=60,
    )


def _in_state(model: type[CrawlJob | ValidationJob | ExportJob], status: str) -> Executable:
    return select(model).where(model.status == bindparam("status", status))


def _activity() -> Executable:
    return (
        select(ActivityLog)
        .where(ActivityLog.user_id == user_id)
        .order_by(ActivityLog.timestamp.desc())
        .limit(PAGE)
    )


QUERIES = Workload(
    queries=(*of_users(), *of_jobs(), *recent(), *joins(), *cascades()),
    population=POPULATION,
)
