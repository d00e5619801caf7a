"""
Map the table ``activity_logs``: what was done, and by whom.

A log outlives the people in it: deleting a profile keeps its rows and takes the user out of them.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, ForeignKey, Identity, Index, String, Text, Uuid, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models import limits
from models.base import Base

if TYPE_CHECKING:
    from models.profile import Profile


class ActivityLog(Base):
    """One thing that somebody, or the system, did."""

    __tablename__ = "activity_logs"
    __table_args__ = (
        Index(None, "user_id", "timestamp"),
        {"comment": "What was done, when, and by whom"},
    )

    id: Mapped[int] = mapped_column(
        BigInteger, Identity(always=False), primary_key=True, comment="Surrogate key"
    )
    user_id: Mapped[UUID | None] = mapped_column(
        Uuid,
        ForeignKey("profiles.id", ondelete="SET NULL"),
        index=True,
        comment="Who did it; null for the system and for deleted profiles",
    )
    action: Mapped[str] = mapped_column(Text, comment="What was done")
    resource_type: Mapped[str | None] = mapped_column(
        String(limits.RESOURCE_TYPE_LENGTH), comment="Kind of thing it was done to; null if none"
    )
    resource_id: Mapped[str | None] = mapped_column(
        String(limits.RESOURCE_ID_LENGTH),
        comment="Identifier of the thing, as text: keys differ in type; null if none",
    )
    # The declarative base keeps the name ``metadata`` for itself.
    metadata_: Mapped[Any | None] = mapped_column(
        "metadata", JSONB(none_as_null=True), comment="Further details as JSON; null if none"
    )
    timestamp: Mapped[datetime] = mapped_column(
        DateTime(timezone=True),
        server_default=func.now(),
        index=True,
        comment="When it was done: start of the transaction that logged it",
    )

    user: Mapped["Profile | None"] = relationship(
        back_populates="activity_logs", passive_deletes=True
    )
