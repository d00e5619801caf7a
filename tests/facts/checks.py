"""
The CHECK constraints: which values each accepts, and which it refuses.

Values are Python's; those of jsonb columns are JSON text.
"""

from dataclasses import dataclass

PROFILE_ROLES = ("user", "admin", "moderator")
PROJECT_STATUSES = ("active", "archived", "deleted")
CRAWL_JOB_STATUSES = ("pending", "running", "completed", "failed", "cancelled")
JOB_STATUSES = ("pending", "running", "completed", "failed")
EXPORT_FORMATS = ("zip", "tar", "tar.gz", "csv", "json")

INT4_MAX = 2147483647
INT8_MAX = 9223372036854775807


@dataclass(frozen=True, kw_only=True)
class Check:
    """
    One CHECK constraint of one column.

    Attributes:
        table: The table it is on.
        column: The column it speaks of.
        meaning: The last part of its name.
        accepts: Values that are stored.
        refuses: Values that are refused with SQLSTATE 23514 and the constraint's name.
        members: The values of an enumeration; none if it is not one.
        lowest: The smallest number of a range; None if it is not one.
        highest: The largest number that is stored, by the CHECK or else by the column's type.
    """

    table: str
    column: str
    meaning: str
    accepts: tuple[object, ...]
    refuses: tuple[object, ...]
    members: tuple[str, ...] = ()
    lowest: int | None = None
    highest: int | None = None

    @property
    def name(self) -> str:
        """
        The constraint's name.
        """
        return f"ck_{self.table}_{self.column}_{self.meaning}"


def _one_of(table: str, column: str, members: tuple[str, ...]) -> Check:
    return Check(
        table=table,
        column=column,
        meaning="known",
        accepts=members,
        refuses=("", "unknown", members[0].upper(), f" {members[0]}"),
        members=members,
    )


def _from(table: str, column: str, lowest: int, highest: int = INT4_MAX) -> Check:
    return Check(
        table=table,
        column=column,
        meaning="min",
        accepts=(lowest, lowest + 1, highest),
        refuses=(lowest - 1, -highest - 1),
        lowest=lowest,
        highest=highest,
    )


def _percent(table: str) -> Check:
    return Check(
        table=table,
        column="progress",
        meaning="range",
        accepts=(0, 1, 99, 100),
        refuses=(-1, 101, INT4_MAX),
        lowest=0,
        highest=100,
    )


NOT_ARRAYS = ("null", '"cat"', "1", "true", "{}", '{"0": "cat"}')
NOT_STRINGS = ("[1]", "[null]", "[true]", "[{}]", '[["cat"]]', "[[]]", '["cat", 1]')
KEYWORDS = Check(
    table="crawl_jobs",
    column="keywords",
    meaning="strings",
    accepts=('["cat"]', '["cat", "dog", "cat"]', '[""]', '["1", "null", "[]"]'),
    refuses=("[]", *NOT_ARRAYS, *NOT_STRINGS),
)
TASK_IDS = Check(
    table="crawl_jobs",
    column="task_ids",
    meaning="strings",
    accepts=("[]", '["a"]', '["a", "b"]'),
    refuses=(*NOT_ARRAYS, *NOT_STRINGS),
)


def _object(table: str, column: str) -> Check:
    return Check(
        table=table,
        column=column,
        meaning="object",
        accepts=("{}", '{"a": null}', '{"a": {"b": [1, "x", 0.5]}}'),
        refuses=("null", "[]", "[{}]", '"{}"', "1", "true"),
    )


CHECKS = (
    _one_of("profiles", "role", PROFILE_ROLES),
    _one_of("projects", "status", PROJECT_STATUSES),
    KEYWORDS,
    _from("crawl_jobs", "max_images", 1),
    _one_of("crawl_jobs", "status", CRAWL_JOB_STATUSES),
    _percent("crawl_jobs"),
    _from("crawl_jobs", "total_images", 0),
    _from("crawl_jobs", "downloaded_images", 0),
    _from("crawl_jobs", "valid_images", 0),
    _from("crawl_jobs", "total_chunks", 0),
    _from("crawl_jobs", "active_chunks", 0),
    _from("crawl_jobs", "completed_chunks", 0),
    _from("crawl_jobs", "failed_chunks", 0),
    TASK_IDS,
    _from("images", "width", 1),
    _from("images", "height", 1),
    _from("images", "file_size", 0, INT8_MAX),
    _one_of("validation_jobs", "status", JOB_STATUSES),
    _percent("validation_jobs"),
    _from("validation_jobs", "total_images", 0),
    _from("validation_jobs", "validated_images", 0),
    _from("validation_jobs", "invalid_images", 0),
    _object("validation_jobs", "validation_rules"),
    _one_of("export_jobs", "status", JOB_STATUSES),
    _percent("export_jobs"),
    _one_of("export_jobs", "format", EXPORT_FORMATS),
    _from("export_jobs", "total_images", 0),
    _from("export_jobs", "exported_images", 0),
    _from("export_jobs", "file_size", 0, INT8_MAX),
    _object("export_jobs", "export_options"),
)
