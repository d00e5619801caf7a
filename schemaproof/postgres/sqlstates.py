"""
Name the errors by which PostgreSQL refuses rows.

Source: https://www.postgresql.org/docs/current/errcodes-appendix.html (class 23, and 22P02)
"""

from __future__ import annotations

RESTRICT_VIOLATION = "23001"
NOT_NULL_VIOLATION = "23502"
FOREIGN_KEY_VIOLATION = "23503"
UNIQUE_VIOLATION = "23505"
CHECK_VIOLATION = "23514"
EXCLUSION_VIOLATION = "23P01"
INVALID_TEXT = "22P02"
