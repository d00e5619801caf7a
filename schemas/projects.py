"""
Say what the API takes and shows of a project.

A project cannot be handed to another user through the API, so an Update has no ``user_id``.
"""

from datetime import datetime
from uuid import UUID

from models import limits
from schemas.base import CreateSchema, ResponseSchema, UpdateSchema
from schemas.crawl_jobs import CrawlJobResponse
from schemas.fields import Changed, Name, Text


class ProjectCreate(CreateSchema):
    """
    A new project.
    """

    name: Name
    """Name its owner gives it."""
    description: Text | None = None
    """What it is for."""
    user_id: UUID
    """Owner."""
    status: limits.ProjectStatus = limits.DEFAULT_PROJECT_STATUS
    """An active project keeps its owner from being deleted."""


class ProjectUpdate(UpdateSchema):
    """
    Changes to a project.
    """

    name: Changed[Name] = None
    """Name its owner gives it."""
    description: Text | None = None
    """What it is for; null removes it."""
    status: Changed[limits.ProjectStatus] = None
    """An active project keeps its owner from being deleted."""


class ProjectResponse(ResponseSchema):
    """
    A project as it is stored.
    """

    id: int
    """Surrogate key."""
    name: str
    """Name its owner gave it."""
    description: str | None
    """What it is for."""
    user_id: UUID
    """Owner."""
    status: limits.ProjectStatus
    """An active project keeps its owner from being deleted."""
    created_at: datetime
    """When the row was made."""
    updated_at: datetime
    """When the row last changed."""


class ProjectDetailResponse(ProjectResponse):
    """
    A project with its crawl jobs.
    """

    crawl_jobs: list[CrawlJobResponse]
    """Every crawl job of the project, whatever its status."""
