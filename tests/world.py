"""
Know, in plain Python, what PixCrawler's tables hold: keys, owners and states, nothing else.

This is the database as SCHEMA.md promises it, in a page: a row needs its parents, a profile with an
active project stays, and whatever goes takes along what cascades.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

GUARD_REFUSES = "23001"
NO_SUCH_PARENT = "23503"


@dataclass(frozen=True, kw_only=True)
class Key:
    """
    One foreign key: which column of which table leads where.
    """

    child: str
    column: str
    parent: str
    is_cascade: bool = True


KEYS = (
    Key(child="projects", column="user_id", parent="profiles"),
    Key(child="crawl_jobs", column="project_id", parent="projects"),
    Key(child="images", column="crawl_job_id", parent="crawl_jobs"),
    Key(child="validation_jobs", column="crawl_job_id", parent="crawl_jobs"),
    Key(child="export_jobs", column="crawl_job_id", parent="crawl_jobs"),
    Key(child="export_jobs", column="user_id", parent="profiles"),
    Key(child="activity_logs", column="user_id", parent="profiles", is_cascade=False),
)
# What is remembered of a row, beside its id.
REMEMBERED: Mapping[str, tuple[str, ...]] = {
    "profiles": ("full_name",),
    "projects": ("user_id", "status"),
    "crawl_jobs": ("project_id", "status"),
    "images": ("crawl_job_id",),
    "validation_jobs": ("crawl_job_id",),
    "export_jobs": ("crawl_job_id", "user_id"),
    "activity_logs": ("user_id",),
}
Outcome = int | str


@dataclass
class World:
    """
    What there is.

    Attributes:
        tables: For each table its rows, by id; of each the remembered columns.
    """

    tables: dict[str, dict[Any, dict[str, Any]]] = field(
        default_factory=lambda: {table: {} for table in REMEMBERED}
    )

    def copy(self) -> World:
        """Another world that is alike."""
        return World(copy.deepcopy(self.tables))

    def insert(self, table: str, key: Any, **values: Any) -> Outcome:
        """Add a row; 1, or the SQLSTATE of the refusal."""
        if self._is_orphaned(table, values):
            return NO_SUCH_PARENT
        self.tables[table][key] = values
        return 1

    def update(self, table: str, key: Any, **values: Any) -> Outcome:
        """Change a row; how many there were, or the SQLSTATE of the refusal."""
        row = self.tables[table].get(key)
        if row is None:
            return 0
        if self._is_orphaned(table, values):
            return NO_SUCH_PARENT
        row.update(values)
        return 1

    def delete(self, table: str, key: Any) -> Outcome:
        """Remove a row and all that goes with it; as `update`."""
        if key not in self.tables[table]:
            return 0
        owned = self.tables["projects"].values() if table == "profiles" else ()
        if any(one["user_id"] == key and one["status"] == "active" for one in owned):
            return GUARD_REFUSES
        del self.tables[table][key]
        for leading in (one for one in KEYS if one.parent == table):
            self._let_go(leading, key)
        return 1

    def _let_go(self, leading: Key, parent: Any) -> None:
        rows = self.tables[leading.child]
        for child in [key for key, row in rows.items() if row[leading.column] == parent]:
            if leading.is_cascade:
                self.delete(leading.child, child)
            else:
                rows[child][leading.column] = None

    def _is_orphaned(self, table: str, values: Mapping[str, Any]) -> bool:
        return any(
            values.get(one.column) is not None and values[one.column] not in self.tables[one.parent]
            for one in KEYS
            if one.child == table
        )
