"""
Say what the API takes and shows of a profile.

The key comes from the identity provider, so a Create carries it.
"""

from datetime import datetime
from uuid import UUID

from models import limits
from schemas.base import CreateSchema, ResponseSchema, UpdateSchema
from schemas.fields import Changed, Email, FullName, Text
from schemas.projects import ProjectResponse


class ProfileCreate(CreateSchema):
    """
    A new account.
    """

    id: UUID
    """Account identifier, given by the identity provider."""
    email: Email
    """Address the account signs in with; no two profiles share one."""
    full_name: FullName | None = None
    """Name to show."""
    avatar_url: Text | None = None
    """Address of the profile picture."""
    role: limits.ProfileRole = limits.DEFAULT_PROFILE_ROLE
    """What the account may do."""


class ProfileUpdate(UpdateSchema):
    """
    Changes to an account.
    """

    email: Changed[Email] = None
    """Address the account signs in with; no two profiles share one."""
    full_name: FullName | None = None
    """Name to show; null removes it."""
    avatar_url: Text | None = None
    """Address of the profile picture; null removes it."""
    role: Changed[limits.ProfileRole] = None
    """What the account may do."""


class ProfileResponse(ResponseSchema):
    """
    An account as it is stored.
    """

    id: UUID
    """Account identifier, given by the identity provider."""
    email: str
    """Address the account signs in with."""
    full_name: str | None
    """Name to show."""
    avatar_url: str | None
    """Address of the profile picture."""
    role: limits.ProfileRole
    """What the account may do."""
    created_at: datetime
    """When the row was made."""
    updated_at: datetime
    """When the row last changed."""


class ProfileDetailResponse(ProfileResponse):
    """
    An account with its projects.
    """

    projects: list[ProjectResponse]
    """Every project the account owns, whatever its status."""
