"""
Declare how the tables of a schema grow together: what a table holds when another holds so many.

Nobody's tables grow alone. A population says how many rows each table holds, and how they are
spread, at one size; at any other size everything is in the same proportion.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from schemaproof.catalog import QualifiedName
from schemaproof.rows.volume import Volume


@dataclass(frozen=True, kw_only=True)
class Population:
    """
    What the tables hold, relative to one of them.

    Attributes:
        counted: The table by whose rows the size is told, e.g. ``images``.
        volumes: What each table holds at one size, by name; those of other schemas than ``public``
            as ``schema.table``.
    """

    counted: str
    volumes: Mapping[str, Volume] = field(default_factory=dict)

    def at(self, rows: float) -> dict[QualifiedName, Volume]:
        """
        Return what each table holds when the counted one holds ``rows`` rows; one row at least.
        """
        factor = rows / self.volumes[self.counted].rows
        return {
            qualified(name): replace(volume, rows=max(1, round(volume.rows * factor)))
            for name, volume in self.volumes.items()
        }


def qualified(name: str) -> QualifiedName:
    """
    Read a table's name as populations write it.
    """
    schema, dot, table = name.rpartition(".")
    return QualifiedName(schema if dot else "public", table)
