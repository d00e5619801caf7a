"""
What a client or a worker sends: which field, in a Create or an Update, from which end to which.

Fields that are in neither are the server's: surrogate keys, and when a row was made and changed.
"""

from dataclasses import dataclass

from tests.facts.checks import INT4_MAX, INT8_MAX

# What a text or a JSON document may have where the column has no bound.
TEXT = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Field:
    """
    One field that is sent.

    Attributes:
        name: The attribute of the mapped class.
        kind: ``text``, ``number``, or ``other``.
        least: The length of the shortest text in characters, or the smallest number.
        most: The length of the longest, or the largest.
        is_created: Whether a Create has it.
        is_changed: Whether an Update has it.
    """

    name: str
    kind: str = "other"
    least: int = 0
    most: int = 0
    is_created: bool = True
    is_changed: bool = True


def _text(name: str, least: int, most: int, *, is_created: bool = True) -> Field:
    return Field(name=name, kind="text", least=least, most=most, is_created=is_created)


def _number(name: str, least: int, most: int, *, is_created: bool = False) -> Field:
    return Field(name=name, kind="number", least=least, most=most, is_created=is_created)


def _counts(*names: str) -> tuple[Field, ...]:
    return tuple(_number(name, 0, INT4_MAX) for name in names)


def _parent(name: str) -> Field:
    # A row stays with its parent.
    return Field(name=name, kind="number", least=-(2**63), most=INT8_MAX, is_changed=False)


def _user(name: str) -> Field:
    return Field(name=name, is_changed=False)


def _reported(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name=name, is_created=False) for name in names)


NAME = _text("name", 1, 100)
PROGRESS = _number("progress", 0, 100)
ERROR_MESSAGE = _text("error_message", 0, TEXT, is_created=False)

# By the name of the mapped class.
FIELDS: dict[str, tuple[Field, ...]] = {
    "Profile": (
        _user("id"),
        _text("email", 3, 255),  # at least one character on either side of the @
        _text("full_name", 0, 100),
        _text("avatar_url", 0, TEXT),
        Field(name="role"),
    ),
    "Project": (
        _user("user_id"),
        NAME,
        _text("description", 0, TEXT),
        Field(name="status"),
    ),
    "CrawlJob": (
        _parent("project_id"),
        NAME,
        Field(name="keywords"),
        _number("max_images", 1, INT4_MAX, is_created=True),
        PROGRESS,
        *_counts("total_images", "downloaded_images", "valid_images"),
        *_counts("total_chunks", "active_chunks", "completed_chunks", "failed_chunks"),
        *_reported("status", "task_ids", "started_at", "completed_at"),
    ),
    "Image": (
        _parent("crawl_job_id"),
        _text("original_url", 1, TEXT),
        _text("filename", 1, 255),
        _text("storage_url", 0, TEXT),
        _number("width", 1, INT4_MAX, is_created=True),
        _number("height", 1, INT4_MAX, is_created=True),
        _number("file_size", 0, INT8_MAX, is_created=True),
        _text("format", 0, 10),
    ),
    "ActivityLog": (
        _user("user_id"),
        _text("action", 1, TEXT),
        _text("resource_type", 0, 50),
        _text("resource_id", 0, 50),
        Field(name="metadata_"),
    ),
    "ValidationJob": (
        _parent("crawl_job_id"),
        NAME,
        Field(name="validation_rules"),
        PROGRESS,
        *_counts("total_images", "validated_images", "invalid_images"),
        *_reported("status", "started_at", "completed_at"),
        ERROR_MESSAGE,
    ),
    "ExportJob": (
        _parent("crawl_job_id"),
        _user("user_id"),
        NAME,
        Field(name="format"),
        Field(name="export_options"),
        PROGRESS,
        *_counts("total_images", "exported_images"),
        _number("file_size", 0, INT8_MAX),
        _text("download_url", 0, TEXT, is_created=False),
        *_reported("status", "started_at", "completed_at", "expires_at"),
        ERROR_MESSAGE,
    ),
}
