"""
Map the table ``export_jobs``: archives made of what a crawl job collected.

The user is stored beside the job, because who asked for an export need not own the project.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    String,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models import limits
from models.base import Base
from models.checks import at_least, json_object, one_of, within
from models.timestamps import Timestamped

if TYPE_CHECKING:
    from models.crawl_job import CrawlJob
    from models.profile import Profile


class ExportJob(Timestamped, Base):
    """One archive of a crawl job's images, asked for by a user."""

    __tablename__ = "export_jobs"
    __table_args__ = (
        one_of("status", limits.JobStatus),
        within("progress", limits.PERCENT_MIN, limits.PERCENT_MAX),
        one_of("format", limits.ExportFormat),
        at_least("total_images", limits.COUNT_MIN),
        at_least("exported_images", limits.COUNT_MIN),
        at_least("file_size", limits.BYTES_MIN),
        json_object("export_options"),
        Index(None, "user_id", "status"),
        {"comment": "Archives made of the images that a crawl job collected"},
    )

    id: Mapped[int] = mapped_column(
        BigInteger, Identity(always=False), primary_key=True, comment="Surrogate key"
    )
    crawl_job_id: Mapped[int] = mapped_column(
        BigInteger,
        ForeignKey("crawl_jobs.id", ondelete="CASCADE"),
        index=True,
        comment="Job whose images are exported; deleting it deletes this one",
    )
    user_id: Mapped[UUID] = mapped_column(
        Uuid,
        ForeignKey("profiles.id", ondelete="CASCADE"),
        index=True,
        comment="Who asked for it; deleting the profile deletes the export",
    )
    name: Mapped[str] = mapped_column(String(limits.NAME_LENGTH), comment="Name its owner gave it")
    status: Mapped[limits.JobStatus] = mapped_column(
        String(limits.ENUMERATED_LENGTH),
        server_default=limits.DEFAULT_JOB_STATUS,
        index=True,
        comment="pending, running, completed or failed",
    )
    progress: Mapped[int] = mapped_column(
        Integer, server_default=text("0"), comment="How far it is, in percent (0 to 100)"
    )
    format: Mapped[limits.ExportFormat] = mapped_column(
        String(limits.ENUMERATED_LENGTH),
        server_default=limits.DEFAULT_EXPORT_FORMAT,
        comment="Kind of archive: zip, tar, tar.gz, csv or json",
    )
    total_images: Mapped[int] = mapped_column(
        Integer, server_default=text("0"), comment="Images to export"
    )
    exported_images: Mapped[int] = mapped_column(
        Integer, server_default=text("0"), comment="Images exported so far"
    )
    file_size: Mapped[int | None] = mapped_column(
        BigInteger, comment="Size of the archive in bytes; null until it is made"
    )
    download_url: Mapped[str | None] = mapped_column(
        Text, comment="Address of the archive; null until it is made"
    )
    export_options: Mapped[dict[str, Any]] = mapped_column(
        JSONB(none_as_null=True),
        server_default=text("'{}'::jsonb"),
        comment="How to export: a JSON object, empty for the standard way",
    )
    started_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), comment="When a worker began; null while it waits"
    )
    completed_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), comment="When it ended, well or not; null until then"
    )
    expires_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), comment="When the archive may be removed; null if never"
    )
    error_message: Mapped[str | None] = mapped_column(
        Text, comment="Why it failed; null unless it did"
    )

    crawl_job: Mapped["CrawlJob"] = relationship(back_populates="export_jobs", passive_deletes=True)
    user: Mapped["Profile"] = relationship(back_populates="export_jobs", passive_deletes=True)
