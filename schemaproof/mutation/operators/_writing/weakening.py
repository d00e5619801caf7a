"""
Let constraints look away: from the rows that are there, or from all.

Source: https://www.postgresql.org/docs/current/sql-altertable.html (NOT VALID, NOT ENFORCED)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemaproof.catalog import Constraint
from schemaproof.mutation.mutant import Mutant, broken
from schemaproof.mutation.operators._writing.statements import constraint_remade

NOT_ENFORCED = 180000  # the first server that has it


def not_validated(constraints: Iterable[Constraint]) -> Iterator[Mutant]:
    """
    Leave the rows that are there unseen.
    """
    for it in constraints:
        if it.is_validated:
            definition = f"{it.definition} NOT VALID"
            yield broken(it, "becomes NOT VALID", *constraint_remade(it, definition))


def not_enforced(constraints: Iterable[Constraint], server_version: int) -> Iterator[Mutant]:
    """
    Leave all rows unseen, where the server can.
    """
    for it in constraints:
        if it.is_enforced and server_version >= NOT_ENFORCED:
            definition = f"{it.definition.removesuffix(' NOT VALID')} NOT ENFORCED"
            yield broken(it, "becomes NOT ENFORCED", *constraint_remade(it, definition))
