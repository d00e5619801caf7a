"""
Map PixCrawler's seven tables.

A user (profile) owns projects, a project runs crawl jobs, a crawl job collects images and can be
validated and exported. ``Base.metadata`` is complete once this package is imported: constraints,
indexes, functions and triggers.
"""

from models.activity_log import ActivityLog
from models.base import Base
from models.crawl_job import CrawlJob
from models.export_job import ExportJob
from models.image import Image
from models.profile import Profile
from models.project import Project
from models.validation_job import ValidationJob

from models import guards  # isort: skip # it attaches triggers to every class above

__all__ = [
    "ActivityLog",
    "Base",
    "CrawlJob",
    "ExportJob",
    "Image",
    "Profile",
    "Project",
    "ValidationJob",
    "guards",
]
