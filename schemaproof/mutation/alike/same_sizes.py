"""
Plan on a mutant's tables as if they held what the original's do.

A mutant of an index leaves the rows alone, and so what ANALYZE says of the tables stays: nothing is
sampled anew. An index that was changed keeps the size that it had, and gets the height that its new
keys give it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from schemaproof.catalog import Catalog, QualifiedName
from schemaproof.plans import Statistics
from schemaproof.postgres import Databases
from schemaproof.scaling import Planning, with_heights
from schemaproof.subject import Subject


class SameSizes:
    """
    What is known of the original's sizes.

    Args:
        subject: The original.
    """

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._known: dict[float, Statistics] = {}

    def at(self, rows: float) -> Statistics:
        """
        Return what ANALYZE would say of the original's tables.

        Raises:
            NoSample: As `Planning.statistics`.
        """
        if rows not in self._known:
            self._known[rows] = self._subject.planning.statistics(rows)
        return self._known[rows]

    def planning(self, catalog: Catalog, databases: Databases) -> Planning:
        """
        Return where statements are planned on a mutant's tables.

        Args:
            catalog: What the mutant's database contains.
            databases: Where copies of that are made.
        """
        return _Same(self, self._subject, catalog, databases)


class _Same(Planning):
    def __init__(
        self, sizes: SameSizes, subject: Subject, catalog: Catalog, databases: Databases
    ) -> None:
        super().__init__(subject.migrated, databases, catalog, subject.shapes, subject.workload)
        self._same, self._mutated = sizes, catalog

    def statistics(
        self, rows: float, *, only: Collection[QualifiedName] | None = None
    ) -> Statistics:
        known = {
            name: replace(each, columns=()) if each.is_index else each
            for name, each in self._same.at(rows).items()
            if only is None or name in only
        }
        return with_heights(known, self._mutated)
