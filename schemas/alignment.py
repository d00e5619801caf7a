"""
List which schema reads or writes which table, for whoever proves that they fit.

Plain data: nothing here knows who reads it.
"""

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel

from models import (
    ActivityLog,
    Base,
    CrawlJob,
    ExportJob,
    Image,
    Profile,
    Project,
    ValidationJob,
)
from schemas.activity_logs import ActivityLogCreate, ActivityLogResponse, ActivityLogUpdate
from schemas.crawl_jobs import CrawlJobCreate, CrawlJobResponse, CrawlJobUpdate
from schemas.images import ImageCreate, ImageResponse, ImageUpdate
from schemas.jobs import (
    ExportJobCreate,
    ExportJobResponse,
    ExportJobUpdate,
    ValidationJobCreate,
    ValidationJobResponse,
    ValidationJobUpdate,
)
from schemas.profiles import (
    ProfileCreate,
    ProfileDetailResponse,
    ProfileResponse,
    ProfileUpdate,
)
from schemas.projects import (
    ProjectCreate,
    ProjectDetailResponse,
    ProjectResponse,
    ProjectUpdate,
)

Role = Literal["create", "update", "response"]


@dataclass(frozen=True, kw_only=True)
class Alignment:
    """
    One schema and the table it stands for.

    Attributes:
        model: The mapped class.
        role: What the schema does with its rows: ``create``, ``update`` or ``response``.
        schema: The Pydantic class.
    """

    model: type[Base]
    role: Role
    schema: type[BaseModel]


def _align(model: type[Base], role: Role, *schemas: type[BaseModel]) -> tuple[Alignment, ...]:
    return tuple(Alignment(model=model, role=role, schema=schema) for schema in schemas)


ALIGNMENTS: tuple[Alignment, ...] = (
    *_align(Profile, "create", ProfileCreate),
    *_align(Profile, "update", ProfileUpdate),
    *_align(Profile, "response", ProfileResponse, ProfileDetailResponse),
    *_align(Project, "create", ProjectCreate),
    *_align(Project, "update", ProjectUpdate),
    *_align(Project, "response", ProjectResponse, ProjectDetailResponse),
    *_align(CrawlJob, "create", CrawlJobCreate),
    *_align(CrawlJob, "update", CrawlJobUpdate),
    *_align(CrawlJob, "response", CrawlJobResponse),
    *_align(Image, "create", ImageCreate),
    *_align(Image, "update", ImageUpdate),
    *_align(Image, "response", ImageResponse),
    *_align(ActivityLog, "create", ActivityLogCreate),
    *_align(ActivityLog, "update", ActivityLogUpdate),
    *_align(ActivityLog, "response", ActivityLogResponse),
    *_align(ValidationJob, "create", ValidationJobCreate),
    *_align(ValidationJob, "update", ValidationJobUpdate),
    *_align(ValidationJob, "response", ValidationJobResponse),
    *_align(ExportJob, "create", ExportJobCreate),
    *_align(ExportJob, "update", ExportJobUpdate),
    *_align(ExportJob, "response", ExportJobResponse),
)
