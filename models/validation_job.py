"""
Map the table ``validation_jobs``: checks of what a crawl job collected.

Its own table and not columns of ``crawl_jobs``, because the same images can be validated again with
other rules.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, DateTime, ForeignKey, Identity, Integer, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models import limits
from models.base import Base
from models.checks import at_least, json_object, one_of, within
from models.timestamps import Timestamped

if TYPE_CHECKING:
    from models.crawl_job import CrawlJob


class ValidationJob(Timestamped, Base):
    """One check of a crawl job's images against a set of rules."""

    __tablename__ = "validation_jobs"
    __table_args__ = (
        one_of("status", limits.JobStatus),
        within("progress", limits.PERCENT_MIN, limits.PERCENT_MAX),
        at_least("total_images", limits.COUNT_MIN),
        at_least("validated_images", limits.COUNT_MIN),
        at_least("invalid_images", limits.COUNT_MIN),
        json_object("validation_rules"),
        {"comment": "Checks of the images that a crawl job collected"},
    )

    id: Mapped[int] = mapped_column(
        BigInteger, Identity(always=False), primary_key=True, comment="Surrogate key"
    )
    crawl_job_id: Mapped[int] = mapped_column(
        BigInteger,
        ForeignKey("crawl_jobs.id", ondelete="CASCADE"),
        index=True,
        comment="Job whose images are checked; deleting it deletes this one",
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
    total_images: Mapped[int] = mapped_column(
        Integer, server_default=text("0"), comment="Images to check"
    )
    validated_images: Mapped[int] = mapped_column(
        Integer, server_default=text("0"), comment="Images checked so far"
    )
    invalid_images: Mapped[int] = mapped_column(
        Integer, server_default=text("0"), comment="Checked images that broke a rule"
    )
    validation_rules: Mapped[dict[str, Any]] = mapped_column(
        JSONB(none_as_null=True),
        server_default=text("'{}'::jsonb"),
        comment="Rules to check against: a JSON object, empty for the standard ones",
    )
    started_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), comment="When a worker began; null while it waits"
    )
    completed_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), comment="When it ended, well or not; null until then"
    )
    error_message: Mapped[str | None] = mapped_column(
        Text, comment="Why it failed; null unless it did"
    )

    crawl_job: Mapped["CrawlJob"] = relationship(
        back_populates="validation_jobs", passive_deletes=True
    )
