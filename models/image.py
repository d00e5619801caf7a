"""
Map the table ``images``: what the crawl jobs found.

It is the table that grows: billions of rows are expected, hence the 64-bit key and few columns.
"""

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, ForeignKey, Identity, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models import limits
from models.base import Base
from models.checks import at_least

if TYPE_CHECKING:
    from models.crawl_job import CrawlJob


class Image(Base):
    """One image that a crawl job found."""

    __tablename__ = "images"
    __table_args__ = (
        at_least("width", limits.PIXELS_MIN),
        at_least("height", limits.PIXELS_MIN),
        at_least("file_size", limits.BYTES_MIN),
        {"comment": "Images found by crawl jobs"},
    )

    id: Mapped[int] = mapped_column(
        BigInteger, Identity(always=False), primary_key=True, comment="Surrogate key"
    )
    crawl_job_id: Mapped[int] = mapped_column(
        BigInteger,
        ForeignKey("crawl_jobs.id", ondelete="CASCADE"),
        index=True,
        comment="Job that found it; deleting the job deletes the image",
    )
    original_url: Mapped[str] = mapped_column(Text, comment="Address it was found at")
    filename: Mapped[str] = mapped_column(
        String(limits.FILENAME_LENGTH), comment="Name of the file, without a folder"
    )
    storage_url: Mapped[str | None] = mapped_column(
        Text, comment="Address of our copy; null until it is stored"
    )
    width: Mapped[int | None] = mapped_column(
        Integer, comment="Width in pixels; null until it is measured"
    )
    height: Mapped[int | None] = mapped_column(
        Integer, comment="Height in pixels; null until it is measured"
    )
    file_size: Mapped[int | None] = mapped_column(
        BigInteger, comment="Size of the file in bytes; null until it is stored"
    )
    format: Mapped[str | None] = mapped_column(
        String(limits.IMAGE_FORMAT_LENGTH), comment="Image format, such as jpeg; null if unknown"
    )

    crawl_job: Mapped["CrawlJob"] = relationship(back_populates="images", passive_deletes=True)
