"""
Map the table ``projects``: what a user collects images for.

Projects replace the older idea of a dataset: a dataset is what a project's crawl jobs have
collected.
"""

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models import limits
from models.base import Base
from models.checks import one_of
from models.timestamps import Timestamped

if TYPE_CHECKING:
    from models.crawl_job import CrawlJob
    from models.profile import Profile


class Project(Timestamped, Base):
    """One undertaking of one user, made of crawl jobs."""

    __tablename__ = "projects"
    __table_args__ = (
        one_of("status", limits.ProjectStatus),
        {"comment": "Undertakings of users; a project groups crawl jobs"},
    )

    id: Mapped[int] = mapped_column(
        BigInteger, Identity(always=False), primary_key=True, comment="Surrogate key"
    )
    name: Mapped[str] = mapped_column(String(limits.NAME_LENGTH), comment="Name its owner gave it")
    description: Mapped[str | None] = mapped_column(
        Text, comment="What it is for; null if never said"
    )
    user_id: Mapped[UUID] = mapped_column(
        Uuid,
        ForeignKey("profiles.id", ondelete="CASCADE"),
        index=True,
        comment="Owner; deleting the profile deletes the project",
    )
    status: Mapped[limits.ProjectStatus] = mapped_column(
        String(limits.ENUMERATED_LENGTH),
        server_default=limits.DEFAULT_PROJECT_STATUS,
        comment="active, archived or deleted",
    )

    user: Mapped["Profile"] = relationship(back_populates="projects", passive_deletes=True)
    crawl_jobs: Mapped[list["CrawlJob"]] = relationship(
        back_populates="project", passive_deletes="all"
    )
