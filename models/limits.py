"""
Fix every limit and enumeration of the schema, once.

A bound that is written twice drifts: the API then accepts what the database refuses, or refuses
what the database was made for. The CHECK constraints of ``models`` and the field bounds of
``schemas`` are both made from the names below. Only migrations repeat the numbers, because a
migration is history and must not move when a number here does.

Source: https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-CHECK-CONSTRAINTS
"""

from typing import Final, Literal

ProfileRole = Literal["user", "admin", "moderator"]
ProjectStatus = Literal["active", "archived", "deleted"]
CrawlJobStatus = Literal["pending", "running", "completed", "failed", "cancelled"]
JobStatus = Literal["pending", "running", "completed", "failed"]
ExportFormat = Literal["zip", "tar", "tar.gz", "csv", "json"]

DEFAULT_PROFILE_ROLE: Final = "user"
DEFAULT_PROJECT_STATUS: Final = "active"
DEFAULT_JOB_STATUS: Final = "pending"
DEFAULT_EXPORT_FORMAT: Final = "zip"
DEFAULT_MAX_IMAGES: Final = 1000

# Lengths in characters: the n of varchar(n).
EMAIL_LENGTH: Final = 255
FULL_NAME_LENGTH: Final = 100
ENUMERATED_LENGTH: Final = 20
NAME_LENGTH: Final = 100
FILENAME_LENGTH: Final = 255
IMAGE_FORMAT_LENGTH: Final = 10
RESOURCE_TYPE_LENGTH: Final = 50
RESOURCE_ID_LENGTH: Final = 50

PERCENT_MIN: Final = 0
PERCENT_MAX: Final = 100
COUNT_MIN: Final = 0
BYTES_MIN: Final = 0
PIXELS_MIN: Final = 1
MAX_IMAGES_MIN: Final = 1
KEYWORDS_MIN: Final = 1

# The column types' own range: no CHECK says it, and PostgreSQL answers with SQLSTATE 22003.
INT4_MAX: Final = 2**31 - 1
INT8_MIN: Final = -(2**63)
INT8_MAX: Final = 2**63 - 1

# What the API takes at most where a column has no bound of its own. PostgreSQL stores up to 1 GB in
# a text and 256 MB in the strings of a jsonb; both are far past what a request should carry.
TEXT_LENGTH: Final = 1_000_000
JSON_CHARACTERS: Final = 1_000_000
# Python's and PostgreSQL's JSON readers recurse; 64 levels are safe in both.
JSON_DEPTH: Final = 64
