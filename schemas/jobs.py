"""
Say what the API takes and shows of the jobs that follow a crawl: validations and exports.

A client says what is to be done; how far the job is comes from its worker, through an Update.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from models import limits
from schemas.base import CreateSchema, ResponseSchema, UpdateSchema
from schemas.fields import Bytes, Changed, Count, JsonObject, Key, Moment, Name, Percent, Text


class ValidationJobCreate(CreateSchema):
    """
    A new check of a crawl job's images.
    """

    crawl_job_id: Key
    """Job whose images are checked."""
    name: Name
    """Name its owner gives it."""
    validation_rules: JsonObject = Field(default_factory=dict)
    """Rules to check against; empty for the standard ones."""


class ValidationJobUpdate(UpdateSchema):
    """
    Changes to a check, most of them reported by its worker.
    """

    name: Changed[Name] = None
    """Name its owner gives it."""
    status: Changed[limits.JobStatus] = None
    """Where it stands."""
    progress: Changed[Percent] = None
    """How far it is, in percent."""
    total_images: Changed[Count] = None
    """Images to check."""
    validated_images: Changed[Count] = None
    """Images checked so far."""
    invalid_images: Changed[Count] = None
    """Checked images that broke a rule."""
    validation_rules: Changed[JsonObject] = None
    """Rules to check against; empty for the standard ones."""
    started_at: Moment | None = None
    """When a worker began; null if none has."""
    completed_at: Moment | None = None
    """When it ended, well or not; null if it has not."""
    error_message: Text | None = None
    """Why it failed; null if it did not."""


class ValidationJobResponse(ResponseSchema):
    """
    A check as it is stored.
    """

    id: int
    """Surrogate key."""
    crawl_job_id: int
    """Job whose images are checked."""
    name: str
    """Name its owner gave it."""
    status: limits.JobStatus
    """Where it stands."""
    progress: int
    """How far it is, in percent."""
    total_images: int
    """Images to check."""
    validated_images: int
    """Images checked so far."""
    invalid_images: int
    """Checked images that broke a rule."""
    validation_rules: dict[str, Any]
    """Rules to check against; empty for the standard ones."""
    started_at: datetime | None
    """When a worker began."""
    completed_at: datetime | None
    """When it ended, well or not."""
    error_message: str | None
    """Why it failed."""
    created_at: datetime
    """When the row was made."""
    updated_at: datetime
    """When the row last changed."""


class ExportJobCreate(CreateSchema):
    """
    A new archive of a crawl job's images.
    """

    crawl_job_id: Key
    """Job whose images are exported."""
    user_id: UUID
    """Who asks for it."""
    name: Name
    """Name its owner gives it."""
    format: limits.ExportFormat = limits.DEFAULT_EXPORT_FORMAT
    """Kind of archive."""
    export_options: JsonObject = Field(default_factory=dict)
    """How to export; empty for the standard way."""


class ExportJobUpdate(UpdateSchema):
    """
    Changes to an export, most of them reported by its worker.
    """

    name: Changed[Name] = None
    """Name its owner gives it."""
    status: Changed[limits.JobStatus] = None
    """Where it stands."""
    progress: Changed[Percent] = None
    """How far it is, in percent."""
    format: Changed[limits.ExportFormat] = None
    """Kind of archive."""
    total_images: Changed[Count] = None
    """Images to export."""
    exported_images: Changed[Count] = None
    """Images exported so far."""
    file_size: Bytes | None = None
    """Size of the archive in bytes; null if it is not made."""
    download_url: Text | None = None
    """Address of the archive; null if it is not made."""
    export_options: Changed[JsonObject] = None
    """How to export; empty for the standard way."""
    started_at: Moment | None = None
    """When a worker began; null if none has."""
    completed_at: Moment | None = None
    """When it ended, well or not; null if it has not."""
    expires_at: Moment | None = None
    """When the archive may be removed; null if never."""
    error_message: Text | None = None
    """Why it failed; null if it did not."""


class ExportJobResponse(ResponseSchema):
    """
    An export as it is stored.
    """

    id: int
    """Surrogate key."""
    crawl_job_id: int
    """Job whose images are exported."""
    user_id: UUID
    """Who asked for it."""
    name: str
    """Name its owner gave it."""
    status: limits.JobStatus
    """Where it stands."""
    progress: int
    """How far it is, in percent."""
    format: limits.ExportFormat
    """Kind of archive."""
    total_images: int
    """Images to export."""
    exported_images: int
    """Images exported so far."""
    file_size: int | None
    """Size of the archive in bytes."""
    download_url: str | None
    """Address of the archive."""
    export_options: dict[str, Any]
    """How to export; empty for the standard way."""
    started_at: datetime | None
    """When a worker began."""
    completed_at: datetime | None
    """When it ended, well or not."""
    expires_at: datetime | None
    """When the archive may be removed."""
    error_message: str | None
    """Why it failed."""
    created_at: datetime
    """When the row was made."""
    updated_at: datetime
    """When the row last changed."""
