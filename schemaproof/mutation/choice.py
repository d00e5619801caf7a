"""
Choose operators by name or family: what ``--only`` and ``--skip`` of ``mutate`` mean.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from schemaproof.errors import SchemaproofError
from schemaproof.mutation.mutant import SIDES, Side


class UnknownOperator(SchemaproofError):
    """An operator or family was named that does not exist."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """
    Which operators to make mutants by.

    Attributes:
        sides: What to break.
        only: Names of operators or families; empty means all.
        skip: Names of operators or families to leave out.
    """

    sides: tuple[Side, ...] = SIDES
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()

    def check(self, known: Iterable[str]) -> None:
        """
        See that every name is one of ``known`` or the family of one.

        Raises:
            UnknownOperator: One is not, or nothing is left.
        """
        known = sorted(known)
        names = sorted({*known, *map(_family, known)})
        for name in (*self.only, *self.skip):
            if name not in names:
                nearest = ", ".join(difflib.get_close_matches(name, names, n=3))
                raise UnknownOperator(
                    f"needs the name of an operator or a family; found {name!r}"
                    f"{f' (is one of these meant: {nearest}?)' if nearest else ''}: "
                    f"the families are {', '.join(sorted(set(map(_family, known))))}"
                )
        if not any(map(self.takes, known)):
            raise UnknownOperator("needs at least one operator; --only and --skip leave none")

    def takes(self, name: str) -> bool:
        """
        Tell whether the operator is one of the chosen.
        """
        both = {name, _family(name)}
        return (not self.only or bool(both & {*self.only})) and not both & {*self.skip}


def _family(name: str) -> str:
    return name.partition("/")[0]
