"""
Map the table ``profiles``: who uses PixCrawler.

The identity provider owns the account, so the key comes from there and has no default here.
"""

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models import limits
from models.base import Base
from models.checks import one_of
from models.timestamps import Timestamped

if TYPE_CHECKING:
    from models.activity_log import ActivityLog
    from models.export_job import ExportJob
    from models.project import Project


class Profile(Timestamped, Base):
    """
    One person with an account.

    Deleting a profile is refused while one of its projects is active (see ``models.guards``); then
    its projects and export jobs go with it, and its activity stays without a user.
    """

    __tablename__ = "profiles"
    __table_args__ = (
        one_of("role", limits.ProfileRole),
        {"comment": "People with an account; one row per account of the identity provider"},
    )

    id: Mapped[UUID] = mapped_column(
        Uuid, primary_key=True, comment="Account identifier, given by the identity provider"
    )
    email: Mapped[str] = mapped_column(
        String(limits.EMAIL_LENGTH), unique=True, comment="Address the account signs in with"
    )
    full_name: Mapped[str | None] = mapped_column(
        String(limits.FULL_NAME_LENGTH), comment="Name to show; null if never given"
    )
    avatar_url: Mapped[str | None] = mapped_column(
        Text, comment="Address of the profile picture; null if there is none"
    )
    role: Mapped[limits.ProfileRole] = mapped_column(
        String(limits.ENUMERATED_LENGTH),
        server_default=limits.DEFAULT_PROFILE_ROLE,
        comment="What the account may do: user, admin or moderator",
    )

    projects: Mapped[list["Project"]] = relationship(back_populates="user", passive_deletes="all")
    activity_logs: Mapped[list["ActivityLog"]] = relationship(
        back_populates="user", passive_deletes="all"
    )
    export_jobs: Mapped[list["ExportJob"]] = relationship(
        back_populates="user", passive_deletes="all"
    )
