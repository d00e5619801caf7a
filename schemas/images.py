"""
Say what the API takes and shows of an image.

An image is recorded when it is found; its size and our copy follow when it is downloaded.
"""

from schemas.base import CreateSchema, ResponseSchema, UpdateSchema
from schemas.fields import (
    Bytes,
    Changed,
    Filename,
    ImageFormat,
    Key,
    Pixels,
    RequiredText,
    Text,
)


class ImageCreate(CreateSchema):
    """
    An image that a crawl job found.
    """

    crawl_job_id: Key
    """Job that found it."""
    original_url: RequiredText
    """Address it was found at."""
    filename: Filename
    """Name of the file, without a folder."""
    storage_url: Text | None = None
    """Address of our copy."""
    width: Pixels | None = None
    """Width in pixels."""
    height: Pixels | None = None
    """Height in pixels."""
    file_size: Bytes | None = None
    """Size of the file in bytes."""
    format: ImageFormat | None = None
    """Image format, such as jpeg."""


class ImageUpdate(UpdateSchema):
    """
    What became known of an image, or is known no longer.
    """

    original_url: Changed[RequiredText] = None
    """Address it was found at."""
    filename: Changed[Filename] = None
    """Name of the file, without a folder."""
    storage_url: Text | None = None
    """Address of our copy; null removes it."""
    width: Pixels | None = None
    """Width in pixels; null removes it."""
    height: Pixels | None = None
    """Height in pixels; null removes it."""
    file_size: Bytes | None = None
    """Size of the file in bytes; null removes it."""
    format: ImageFormat | None = None
    """Image format, such as jpeg; null removes it."""


class ImageResponse(ResponseSchema):
    """
    An image as it is stored.
    """

    id: int
    """Surrogate key."""
    crawl_job_id: int
    """Job that found it."""
    original_url: str
    """Address it was found at."""
    filename: str
    """Name of the file, without a folder."""
    storage_url: str | None
    """Address of our copy."""
    width: int | None
    """Width in pixels."""
    height: int | None
    """Height in pixels."""
    file_size: int | None
    """Size of the file in bytes."""
    format: str | None
    """Image format, such as jpeg."""
