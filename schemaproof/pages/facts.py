"""
Say what pages are derived from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from schemaproof.catalog import Catalog, ForeignKey, Index, Table
from schemaproof.history import version_tables
from schemaproof.project import Project


@dataclass(frozen=True, kw_only=True)
class Facts:
    """
    What the pages are derived from.

    Attributes:
        catalog: What the migrations make.
        project: The subject: its history, its mappers and its waivers.
    """

    catalog: Catalog
    project: Project

    @property
    def tables(self) -> list[Table]:
        """
        The tables, Alembic's own left out.
        """
        hidden = version_tables(self.catalog)
        return [table for table in self.catalog.tables if table.qualified_name not in hidden]

    @property
    def foreign_keys(self) -> list[ForeignKey]:
        """
        The foreign keys; what a partition has from its table is left out.
        """
        return [key for key in self.catalog.foreign_keys if not key.is_inherited]

    @property
    def indexes(self) -> list[Index]:
        """
        The indexes beside those of the primary keys, by table and name.
        """
        found = [index for t in self.tables for index in self.catalog.indexes_of(t.qualified_name)]
        return [index for index in found if not index.is_primary]


# Writes one part of a page, as lines of Markdown, always the same for the same facts.
Part = Callable[[Facts], Iterator[str]]
