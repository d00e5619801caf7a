"""
Say what the API takes and shows of a crawl job.

A client says what to search for; how far the job is comes from the workers, through an Update.
"""

from datetime import datetime

from pydantic import computed_field

from models import limits
from schemas.base import CreateSchema, ResponseSchema, UpdateSchema
from schemas.fields import (
    Changed,
    Count,
    Key,
    Keywords,
    MaxImages,
    Moment,
    Name,
    Percent,
    Strings,
)


class CrawlJobCreate(CreateSchema):
    """
    A new search for images.
    """

    project_id: Key
    """Project it collects for."""
    name: Name
    """Name its owner gives it."""
    keywords: Keywords
    """Words to search for."""
    max_images: MaxImages = limits.DEFAULT_MAX_IMAGES
    """Stop after this many images."""


class CrawlJobUpdate(UpdateSchema):
    """
    Changes to a search, most of them reported by its workers.
    """

    name: Changed[Name] = None
    """Name its owner gives it."""
    keywords: Changed[Keywords] = None
    """Words to search for."""
    max_images: Changed[MaxImages] = None
    """Stop after this many images."""
    status: Changed[limits.CrawlJobStatus] = None
    """Where it stands."""
    progress: Changed[Percent] = None
    """How far it is, in percent."""
    total_images: Changed[Count] = None
    """Images found so far."""
    downloaded_images: Changed[Count] = None
    """Images downloaded so far."""
    valid_images: Changed[Count] = None
    """Downloaded images that are intact."""
    total_chunks: Changed[Count] = None
    """Chunks the job was cut into."""
    active_chunks: Changed[Count] = None
    """Chunks a worker is running now."""
    completed_chunks: Changed[Count] = None
    """Chunks that ended well."""
    failed_chunks: Changed[Count] = None
    """Chunks that were given up."""
    task_ids: Changed[Strings] = None
    """Identifiers of the queued tasks, one per chunk."""
    started_at: Moment | None = None
    """When a worker began; null if none has."""
    completed_at: Moment | None = None
    """When it ended, well or not; null if it has not."""


class CrawlJobResponse(ResponseSchema):
    """
    A search as it is stored, with the progress of its chunks.
    """

    id: int
    """Surrogate key."""
    project_id: int
    """Project it collects for."""
    name: str
    """Name its owner gave it."""
    keywords: list[str]
    """Words searched for."""
    max_images: int
    """Stop after this many images."""
    status: limits.CrawlJobStatus
    """Where it stands."""
    progress: int
    """How far it is, in percent."""
    total_images: int
    """Images found so far."""
    downloaded_images: int
    """Images downloaded so far."""
    valid_images: int
    """Downloaded images that are intact."""
    total_chunks: int
    """Chunks the job was cut into."""
    active_chunks: int
    """Chunks a worker is running now."""
    completed_chunks: int
    """Chunks that ended well."""
    failed_chunks: int
    """Chunks that were given up."""
    task_ids: list[str]
    """Identifiers of the queued tasks, one per chunk."""
    started_at: datetime | None
    """When a worker began."""
    completed_at: datetime | None
    """When it ended, well or not."""
    created_at: datetime
    """When the row was made."""
    updated_at: datetime
    """When the row last changed."""

    @computed_field  # type: ignore[prop-decorator] # mypy knows no decorated properties
    @property
    def chunk_progress(self) -> float:
        """
        Chunks that ended well, in percent of all; 0 when there are no chunks.
        """
        if self.total_chunks == 0:
            return 0.0
        # The counters are written one by one, so a reader may see more chunks done than there are.
        share = min(self.completed_chunks / self.total_chunks, 1.0)
        return share * limits.PERCENT_MAX
