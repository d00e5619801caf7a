"""
Map the table ``crawl_jobs``: one search of the web for images.

A job is cut into chunks that workers run at the same time; the counters tell how far they are.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import (
    BigInteger,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    String,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models import limits
from models.base import Base
from models.checks import at_least, json_strings, one_of, within
from models.timestamps import Timestamped

if TYPE_CHECKING:
    from models.export_job import ExportJob
    from models.image import Image
    from models.project import Project
    from models.validation_job import ValidationJob


class CrawlJob(Timestamped, Base):
    """One search for images by keywords, and how far it is."""

    __tablename__ = "crawl_jobs"
    __table_args__ = (
        json_strings("keywords", may_be_empty=False),
        at_least("max_images", limits.MAX_IMAGES_MIN),
        one_of("status", limits.CrawlJobStatus),
        within("progress", limits.PERCENT_MIN, limits.PERCENT_MAX),
        at_least("total_images", limits.COUNT_MIN),
        at_least("downloaded_images", limits.COUNT_MIN),
        at_least("valid_images", limits.COUNT_MIN),
        at_least("total_chunks", limits.COUNT_MIN),
        at_least("active_chunks", limits.COUNT_MIN),
        at_least("completed_chunks", limits.COUNT_MIN),
        at_least("failed_chunks", limits.COUNT_MIN),
        json_strings("task_ids", may_be_empty=True),
        Index(None, "project_id", "status"),
        {"comment": "Searches of the web for images; a job is run in chunks"},
    )

    id: Mapped[int] = mapped_column(
        BigInteger, Identity(always=False), primary_key=True, comment="Surrogate key"
    )
    project_id: Mapped[int] = mapped_column(
        BigInteger,
        ForeignKey("projects.id", ondelete="CASCADE"),
        index=True,
        comment="Project it collects for; deleting the project deletes the job",
    )
    name: Mapped[str] = mapped_column(String(limits.NAME_LENGTH), comment="Name its owner gave it")
    keywords: Mapped[list[str]] = mapped_column(
        JSONB(none_as_null=True), comment="Words searched for: a non-empty array of strings"
    )
    max_images: Mapped[int] = mapped_column(
        Integer,
        server_default=text(str(limits.DEFAULT_MAX_IMAGES)),
        comment="Stop after this many images",
    )
    status: Mapped[limits.CrawlJobStatus] = mapped_column(
        String(limits.ENUMERATED_LENGTH),
        server_default=limits.DEFAULT_JOB_STATUS,
        index=True,
        comment="pending, running, completed, failed or cancelled",
    )
    progress: Mapped[int] = mapped_column(
        Integer, server_default=text("0"), comment="How far it is, in percent (0 to 100)"
    )
    total_images: Mapped[int] = mapped_column(
        Integer, server_default=text("0"), comment="Images found so far"
    )
    downloaded_images: Mapped[int] = mapped_column(
        Integer, server_default=text("0"), comment="Images downloaded so far"
    )
    valid_images: Mapped[int] = mapped_column(
        Integer, server_default=text("0"), comment="Downloaded images that are intact"
    )
    total_chunks: Mapped[int] = mapped_column(
        Integer, server_default=text("0"), comment="Chunks the job was cut into"
    )
    active_chunks: Mapped[int] = mapped_column(
        Integer, server_default=text("0"), comment="Chunks a worker is running now"
    )
    completed_chunks: Mapped[int] = mapped_column(
        Integer, server_default=text("0"), comment="Chunks that ended well"
    )
    failed_chunks: Mapped[int] = mapped_column(
        Integer, server_default=text("0"), comment="Chunks that were given up"
    )
    task_ids: Mapped[list[str]] = mapped_column(
        JSONB(none_as_null=True),
        server_default=text("'[]'::jsonb"),
        comment="Identifiers of the queued tasks, one per chunk: an array of strings",
    )
    started_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), comment="When a worker began; null while it waits"
    )
    completed_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), comment="When it ended, well or not; null until then"
    )

    project: Mapped["Project"] = relationship(back_populates="crawl_jobs", passive_deletes=True)
    images: Mapped[list["Image"]] = relationship(back_populates="crawl_job", passive_deletes="all")
    validation_jobs: Mapped[list["ValidationJob"]] = relationship(
        back_populates="crawl_job", passive_deletes="all"
    )
    export_jobs: Mapped[list["ExportJob"]] = relationship(
        back_populates="crawl_job", passive_deletes="all"
    )
