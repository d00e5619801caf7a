"""
Say that a foreign key is promised and not there.
"""

from __future__ import annotations

from schemaproof.catalog import ForeignKey
from schemaproof.checks.check import Skip, Violation
from schemaproof.targets import foreign_key_name, short_name


def missing_key(key: ForeignKey) -> Violation:
    """
    Return the violation of a key that the models declare and the migrations do not make.
    """
    return Violation(
        where=foreign_key_name(key),
        found=f"the models declare a key to {short_name(key.target)}; the migrations make none",
        because=f"orphans gather in {short_name(key.table)}, and no delete reaches its rows",
        fix=f"Add a revision that makes {key.name}.",
    )


def told_elsewhere() -> Skip:
    """
    Leave such a key to the check whose violation it is.
    """
    return Skip(why="the migrations do not make the key: see references/on-delete-behaves")
