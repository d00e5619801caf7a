"""
Choose operators by name or family: what ``--only`` and ``--skip`` of ``mutate`` mean.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from schemaproof.errors import SchemaproofError
from schemaproof.mutation.mutant import SIDES, Side


class UnknownOperator(SchemaproofError):
    """What was named is no operator or family, or has nothing to do with what is to be broken."""


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

    def check(self, known: Mapping[str, Collection[Side]]) -> None:
        """
        See that every name is an operator's or a family's, and of use for what is to be broken.

        Args:
            known: What each operator can break.

        Raises:
            UnknownOperator: One is not, or nothing is left.
        """
        names = {*known, *map(_family, known)}
        for name in (*self.only, *self.skip):
            if name not in names:
                nearest = ", ".join(difflib.get_close_matches(name, sorted(names), n=3))
                raise UnknownOperator(
                    f"needs the name of an operator or a family; found {name!r}"
                    f"{f' (is one of these meant: {nearest}?)' if nearest else ''}: "
                    f"the families are {', '.join(sorted(set(map(_family, known))))}"
                )
        for name in self.only:
            able = {side for each in known if name in _names(each) for side in known[each]}
            if able.isdisjoint(self.sides):
                raise UnknownOperator(
                    f"needs operators for what is to be broken, {' and '.join(self.sides)}; "
                    f"found {name!r}, which is for {' and '.join(sorted(able))}: "
                    f"add --side {min(able)}"
                )
        if not any(map(self.takes, known)):
            raise UnknownOperator("needs at least one operator; --only and --skip leave none")

    def takes(self, name: str) -> bool:
        """
        Tell whether the operator is one of the chosen.
        """
        both = _names(name)
        return (not self.only or bool(both & {*self.only})) and not both & {*self.skip}


def _names(operator: str) -> set[str]:
    return {operator, _family(operator)}


def _family(name: str) -> str:
    return name.partition("/")[0]
