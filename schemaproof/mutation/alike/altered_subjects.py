"""
Make the subject that a mutant, or several at once, leave of the original.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from schemaproof.catalog import Catalog
from schemaproof.mutation.alike.mutant_databases import MutantDatabases
from schemaproof.mutation.alike.near import kept_shapes, tables_of
from schemaproof.mutation.alike.same_sizes import SameSizes
from schemaproof.mutation.alike.slates import Slates
from schemaproof.mutation.derived import derived
from schemaproof.mutation.migrations.scratch import Scratch
from schemaproof.mutation.mutant import Mutant
from schemaproof.subject import Subject

# What it leaves alone, and costs more to make than to share.
SHARED = ("faults", "mappers", "scope")


class AlteredSubjects:
    """
    The subject as mutants leave it, one after the other.

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
        self._slates, self._sizes = slates, SameSizes(subject)

    def look(self, mutant: Mutant) -> tuple[Catalog, Catalog]:
        """
        Return what the migrated and the created database contain with the mutant applied.

        Raises:
            Refused: The server did not take it.
        """
        return self.migrated.look(mutant), self._created.look(mutant)

    @contextmanager
    def lend(
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
        parts: dict[str, object] = dict(zip(("catalog", "declared"), catalogs, strict=True))
        parts |= dict(zip(("migrated", "created"), templates, strict=True))
        if mutant.shows_in == "plans":
            parts["planning"] = self._sizes.planning(catalogs[0], databases)
        if tables is not None:
            parts["alignments"] = {
                name: alignment
                for name, alignment in original.alignments.items()
                if not tables.isdisjoint(tables_of(alignment))
            }
        subject = derived(original, shared=SHARED, databases=databases, **parts)
        subject.shapes.update(kept_shapes(original.shapes, self.migrated.original, catalogs[0]))
        try:
            yield subject
        finally:
            databases.close()
