"""
Make the subject that a mutant, or several at once, leave of the original.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from schemaproof.catalog import Catalog
from schemaproof.mutation.lending import MutantDatabases
from schemaproof.mutation.mutant import Mutant
from schemaproof.mutation.near import kept_shapes, tables_of
from schemaproof.mutation.scratch import Scratch
from schemaproof.mutation.slates import Slates
from schemaproof.subject import Subject

# What it leaves alone, and costs more to make than to share.
SHARED = ("faults", "mappers", "scope")


class Altering:
    """
    Where subjects are altered.

    Args:
        subject: The subject as it is.
        migrated: A copy of what the migrations make.
        created: A copy of what the models make.
        slates: Copies of what the migrations make, to put rows on.
    """

    def __init__(
        self, subject: Subject, migrated: Scratch, created: Scratch, slates: Slates
    ) -> None:
        self.subject, self.migrated, self._created = subject, migrated, created
        self._slates = slates

    def look(self, mutant: Mutant) -> tuple[Catalog, Catalog]:
        """
        Return what the migrated and the created database contain with the mutant applied.

        Raises:
            Refused: The server did not take it.
        """
        return self.migrated.look(mutant), self._created.look(mutant)

    @contextmanager
    def altered(
        self,
        mutant: Mutant,
        catalogs: tuple[Catalog, Catalog],
        tables: set[str] | None = None,
    ) -> Iterator[Subject]:
        """
        Lend the altered subject.

        Args:
            mutant: What alters it.
            catalogs: What `look` returned.
            tables: The names of those whose schemas matter; None if all do.
        """
        original = self.subject
        templates = (original.migrated, original.created)
        databases = MutantDatabases(original.databases, templates, mutant.sql, self._slates)
        parts = {name: getattr(original, name) for name in SHARED}
        parts |= dict(zip(("catalog", "declared"), catalogs, strict=True))
        parts |= dict(zip(("migrated", "created"), templates, strict=True))
        if tables is not None:
            parts["alignments"] = {
                name: alignment
                for name, alignment in original.alignments.items()
                if not tables.isdisjoint(tables_of(alignment))
            }
        makers = {name: _returning(part) for name, part in parts.items()}
        subject = Subject(original.project, databases, today=original.today, makers=makers)
        subject.shapes.update(kept_shapes(original.shapes, self.migrated.original, catalogs[0]))
        try:
            yield subject
        finally:
            databases.close()


def _returning(part: object) -> Callable[[], object]:
    return lambda: part
