"""
Create the seven tables.

What: profiles, projects, crawl_jobs, images, activity_logs, validation_jobs and export_jobs, with
their keys, defaults, comments and the 13 indexes that the common queries were known to need (the
unique constraint on profiles.email is one of them).
Why: everything else stands on them. CHECK constraints come later, as they did in production.
Lock: ACCESS EXCLUSIVE on the new tables alone, which nobody else can see yet: nothing waits.
Previous release: there is none.

Revision ID: 0001
Revises:
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TIMESTAMP = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables, parents first."""
    _create_profiles()
    _create_projects()
    _create_crawl_jobs()
    _create_images()
    _create_activity_logs()
    _create_validation_jobs()
    _create_export_jobs()


def downgrade() -> None:
    """Drop the tables and every row in them, children first."""
    op.drop_table("export_jobs")
    op.drop_table("validation_jobs")
    op.drop_table("activity_logs")
    op.drop_table("images")
    op.drop_table("crawl_jobs")
    op.drop_table("projects")
    op.drop_table("profiles")


def _create_profiles() -> None:
    op.create_table(
        "profiles",
        _column("id", sa.Uuid(), "Account identifier, given by the identity provider"),
        _column("email", sa.String(255), "Address the account signs in with"),
        _column("full_name", sa.String(100), "Name to show; null if never given", nullable=True),
        _column(
            "avatar_url",
            sa.Text(),
            "Address of the profile picture; null if there is none",
            nullable=True,
        ),
        _column(
            "role",
            sa.String(20),
            "What the account may do: user, admin or moderator",
            default="'user'",
        ),
        *_timestamps(),
        sa.PrimaryKeyConstraint("id", name="pk_profiles"),
        sa.UniqueConstraint("email", name="uq_profiles_email"),
        comment="People with an account; one row per account of the identity provider",
    )


def _create_projects() -> None:
    op.create_table(
        "projects",
        _surrogate_key(),
        _column("name", sa.String(100), "Name its owner gave it"),
        _column("description", sa.Text(), "What it is for; null if never said", nullable=True),
        _column("user_id", sa.Uuid(), "Owner; deleting the profile deletes the project"),
        _column("status", sa.String(20), "active, archived or deleted", default="'active'"),
        *_timestamps(),
        sa.PrimaryKeyConstraint("id", name="pk_projects"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["profiles.id"], name="fk_projects_user_id_profiles", ondelete="CASCADE"
        ),
        comment="Undertakings of users; a project groups crawl jobs",
    )
    op.create_index("ix_projects_user_id", "projects", ["user_id"])


def _create_crawl_jobs() -> None:
    op.create_table(
        "crawl_jobs",
        _surrogate_key(),
        _column(
            "project_id",
            sa.BigInteger(),
            "Project it collects for; deleting the project deletes the job",
        ),
        _column("name", sa.String(100), "Name its owner gave it"),
        _column("keywords", JSONB(), "Words searched for: a non-empty array of strings"),
        _column("max_images", sa.Integer(), "Stop after this many images", default="1000"),
        _column(
            "status",
            sa.String(20),
            "pending, running, completed, failed or cancelled",
            default="'pending'",
        ),
        _count("progress", "How far it is, in percent (0 to 100)"),
        _count("total_images", "Images found so far"),
        _count("downloaded_images", "Images downloaded so far"),
        _count("valid_images", "Downloaded images that are intact"),
        _count("total_chunks", "Chunks the job was cut into"),
        _count("active_chunks", "Chunks a worker is running now"),
        _count("completed_chunks", "Chunks that ended well"),
        _count("failed_chunks", "Chunks that were given up"),
        _column(
            "task_ids",
            JSONB(),
            "Identifiers of the queued tasks, one per chunk: an array of strings",
            default="'[]'::jsonb",
        ),
        _column("started_at", TIMESTAMP, "When a worker began; null while it waits", nullable=True),
        _column(
            "completed_at", TIMESTAMP, "When it ended, well or not; null until then", nullable=True
        ),
        *_timestamps(),
        sa.PrimaryKeyConstraint("id", name="pk_crawl_jobs"),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["projects.id"],
            name="fk_crawl_jobs_project_id_projects",
            ondelete="CASCADE",
        ),
        comment="Searches of the web for images; a job is run in chunks",
    )
    op.create_index("ix_crawl_jobs_project_id", "crawl_jobs", ["project_id"])
    op.create_index("ix_crawl_jobs_project_id_status", "crawl_jobs", ["project_id", "status"])
    op.create_index("ix_crawl_jobs_status", "crawl_jobs", ["status"])


def _create_images() -> None:
    op.create_table(
        "images",
        _surrogate_key(),
        _column(
            "crawl_job_id", sa.BigInteger(), "Job that found it; deleting the job deletes the image"
        ),
        _column("original_url", sa.Text(), "Address it was found at"),
        _column("filename", sa.String(255), "Name of the file, without a folder"),
        _column(
            "storage_url", sa.Text(), "Address of our copy; null until it is stored", nullable=True
        ),
        _column("width", sa.Integer(), "Width in pixels; null until it is measured", nullable=True),
        _column(
            "height", sa.Integer(), "Height in pixels; null until it is measured", nullable=True
        ),
        _column(
            "file_size",
            sa.BigInteger(),
            "Size of the file in bytes; null until it is stored",
            nullable=True,
        ),
        _column(
            "format", sa.String(10), "Image format, such as jpeg; null if unknown", nullable=True
        ),
        sa.PrimaryKeyConstraint("id", name="pk_images"),
        sa.ForeignKeyConstraint(
            ["crawl_job_id"],
            ["crawl_jobs.id"],
            name="fk_images_crawl_job_id_crawl_jobs",
            ondelete="CASCADE",
        ),
        comment="Images found by crawl jobs",
    )
    op.create_index("ix_images_crawl_job_id", "images", ["crawl_job_id"])


def _create_activity_logs() -> None:
    op.create_table(
        "activity_logs",
        _surrogate_key(),
        _column(
            "user_id",
            sa.Uuid(),
            "Who did it; null for the system and for deleted profiles",
            nullable=True,
        ),
        _column("action", sa.Text(), "What was done"),
        _column(
            "resource_type",
            sa.String(50),
            "Kind of thing it was done to; null if none",
            nullable=True,
        ),
        _column(
            "resource_id",
            sa.String(50),
            "Identifier of the thing, as text: keys differ in type; null if none",
            nullable=True,
        ),
        _column("metadata", JSONB(), "Further details as JSON; null if none", nullable=True),
        _column(
            "timestamp",
            TIMESTAMP,
            "When it was done: start of the transaction that logged it",
            default="now()",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_activity_logs"),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["profiles.id"],
            name="fk_activity_logs_user_id_profiles",
            ondelete="SET NULL",
        ),
        comment="What was done, when, and by whom",
    )
    op.create_index("ix_activity_logs_timestamp", "activity_logs", ["timestamp"])
    op.create_index("ix_activity_logs_user_id", "activity_logs", ["user_id"])


def _create_validation_jobs() -> None:
    op.create_table(
        "validation_jobs",
        _surrogate_key(),
        _column(
            "crawl_job_id",
            sa.BigInteger(),
            "Job whose images are checked; deleting it deletes this one",
        ),
        _column("name", sa.String(100), "Name its owner gave it"),
        _column(
            "status", sa.String(20), "pending, running, completed or failed", default="'pending'"
        ),
        _count("progress", "How far it is, in percent (0 to 100)"),
        _count("total_images", "Images to check"),
        _count("validated_images", "Images checked so far"),
        _count("invalid_images", "Checked images that broke a rule"),
        _column(
            "validation_rules",
            JSONB(),
            "Rules to check against: a JSON object, empty for the standard ones",
            default="'{}'::jsonb",
        ),
        _column("started_at", TIMESTAMP, "When a worker began; null while it waits", nullable=True),
        _column(
            "completed_at", TIMESTAMP, "When it ended, well or not; null until then", nullable=True
        ),
        _column("error_message", sa.Text(), "Why it failed; null unless it did", nullable=True),
        *_timestamps(),
        sa.PrimaryKeyConstraint("id", name="pk_validation_jobs"),
        sa.ForeignKeyConstraint(
            ["crawl_job_id"],
            ["crawl_jobs.id"],
            name="fk_validation_jobs_crawl_job_id_crawl_jobs",
            ondelete="CASCADE",
        ),
        comment="Checks of the images that a crawl job collected",
    )
    op.create_index("ix_validation_jobs_crawl_job_id", "validation_jobs", ["crawl_job_id"])
    op.create_index("ix_validation_jobs_status", "validation_jobs", ["status"])


def _create_export_jobs() -> None:
    op.create_table(
        "export_jobs",
        _surrogate_key(),
        _column(
            "crawl_job_id",
            sa.BigInteger(),
            "Job whose images are exported; deleting it deletes this one",
        ),
        _column("user_id", sa.Uuid(), "Who asked for it; deleting the profile deletes the export"),
        _column("name", sa.String(100), "Name its owner gave it"),
        _column(
            "status", sa.String(20), "pending, running, completed or failed", default="'pending'"
        ),
        _count("progress", "How far it is, in percent (0 to 100)"),
        _column(
            "format",
            sa.String(20),
            "Kind of archive: zip, tar, tar.gz, csv or json",
            default="'zip'",
        ),
        _count("total_images", "Images to export"),
        _count("exported_images", "Images exported so far"),
        _column(
            "file_size",
            sa.BigInteger(),
            "Size of the archive in bytes; null until it is made",
            nullable=True,
        ),
        _column(
            "download_url",
            sa.Text(),
            "Address of the archive; null until it is made",
            nullable=True,
        ),
        _column(
            "export_options",
            JSONB(),
            "How to export: a JSON object, empty for the standard way",
            default="'{}'::jsonb",
        ),
        _column("started_at", TIMESTAMP, "When a worker began; null while it waits", nullable=True),
        _column(
            "completed_at", TIMESTAMP, "When it ended, well or not; null until then", nullable=True
        ),
        _column(
            "expires_at", TIMESTAMP, "When the archive may be removed; null if never", nullable=True
        ),
        _column("error_message", sa.Text(), "Why it failed; null unless it did", nullable=True),
        *_timestamps(),
        sa.PrimaryKeyConstraint("id", name="pk_export_jobs"),
        sa.ForeignKeyConstraint(
            ["crawl_job_id"],
            ["crawl_jobs.id"],
            name="fk_export_jobs_crawl_job_id_crawl_jobs",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["profiles.id"], name="fk_export_jobs_user_id_profiles", ondelete="CASCADE"
        ),
        comment="Archives made of the images that a crawl job collected",
    )
    op.create_index("ix_export_jobs_crawl_job_id", "export_jobs", ["crawl_job_id"])
    op.create_index("ix_export_jobs_status", "export_jobs", ["status"])
    op.create_index("ix_export_jobs_user_id", "export_jobs", ["user_id"])


def _column(
    name: str,
    type_: TypeEngine[Any],
    comment: str,
    *,
    nullable: bool = False,
    default: str | None = None,
) -> sa.Column[Any]:
    server_default = None if default is None else sa.text(default)
    return sa.Column(name, type_, nullable=nullable, server_default=server_default, comment=comment)


def _surrogate_key() -> sa.Column[int]:
    return sa.Column(
        "id",
        sa.BigInteger(),
        sa.Identity(always=False),
        nullable=False,
        comment="Surrogate key",
    )


def _count(name: str, comment: str) -> sa.Column[Any]:
    return _column(name, sa.Integer(), comment, default="0")


def _timestamps() -> tuple[sa.Column[Any], sa.Column[Any]]:
    made = "When the row was made: start of the transaction that inserted it"
    changed = "When the row last changed, by the clock of the server"
    return (
        _column("created_at", TIMESTAMP, made, default="now()"),
        _column("updated_at", TIMESTAMP, changed, default="now()"),
    )
