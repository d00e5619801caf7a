"""
Say what PixCrawler's API takes and shows: Create, Update and Response for each table.

``ALIGNMENTS`` pairs each schema with its table.
"""

from schemas.activity_logs import ActivityLogCreate, ActivityLogResponse, ActivityLogUpdate
from schemas.alignment import ALIGNMENTS, Alignment
from schemas.crawl_jobs import CrawlJobCreate, CrawlJobResponse, CrawlJobUpdate
from schemas.datasets import Dataset
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

__all__ = [
    "ALIGNMENTS",
    "ActivityLogCreate",
    "ActivityLogResponse",
    "ActivityLogUpdate",
    "Alignment",
    "CrawlJobCreate",
    "CrawlJobResponse",
    "CrawlJobUpdate",
    "Dataset",
    "ExportJobCreate",
    "ExportJobResponse",
    "ExportJobUpdate",
    "ImageCreate",
    "ImageResponse",
    "ImageUpdate",
    "ProfileCreate",
    "ProfileDetailResponse",
    "ProfileResponse",
    "ProfileUpdate",
    "ProjectCreate",
    "ProjectDetailResponse",
    "ProjectResponse",
    "ProjectUpdate",
    "ValidationJobCreate",
    "ValidationJobResponse",
    "ValidationJobUpdate",
]
