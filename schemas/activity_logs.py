"""
Say what the API takes and shows of an activity log.

To clients the details are called ``metadata``; in Python they are ``metadata_``, because the
declarative base of the models keeps the other name for itself.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import AliasChoices, Field

from schemas.base import CreateSchema, ResponseSchema, UpdateSchema
from schemas.fields import Changed, Json, RequiredText, ResourceId, ResourceType

# The attribute first: on a mapped row ``metadata`` is the MetaData of all tables.
_METADATA = AliasChoices("metadata_", "metadata")


class ActivityLogCreate(CreateSchema):
    """
    Something that was done.
    """

    user_id: UUID | None = None
    """Who did it; null for the system."""
    action: RequiredText
    """What was done."""
    resource_type: ResourceType | None = None
    """Kind of thing it was done to."""
    resource_id: ResourceId | None = None
    """Identifier of the thing, as text."""
    metadata_: Json = Field(
        default=None, validation_alias=_METADATA, serialization_alias="metadata"
    )
    """Further details."""


class ActivityLogUpdate(UpdateSchema):
    """
    A correction of what was written down; who did it and when stay as they are.
    """

    action: Changed[RequiredText] = None
    """What was done."""
    resource_type: ResourceType | None = None
    """Kind of thing it was done to; null removes it."""
    resource_id: ResourceId | None = None
    """Identifier of the thing, as text; null removes it."""
    metadata_: Json = Field(
        default=None, validation_alias=_METADATA, serialization_alias="metadata"
    )
    """Further details; null removes them."""


class ActivityLogResponse(ResponseSchema):
    """
    An entry of the log as it is stored.
    """

    id: int
    """Surrogate key."""
    user_id: UUID | None
    """Who did it; null for the system and for deleted profiles."""
    action: str
    """What was done."""
    resource_type: str | None
    """Kind of thing it was done to."""
    resource_id: str | None
    """Identifier of the thing, as text."""
    metadata_: Any = Field(validation_alias=_METADATA, serialization_alias="metadata")
    """Further details."""
    timestamp: datetime
    """When it was done."""
