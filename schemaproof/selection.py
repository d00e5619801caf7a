"""
Choose checks by name or family: what ``--only`` and ``--skip`` mean.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from schemaproof.checks import Check, all_checks
from schemaproof.errors import SchemaproofError


class UnknownCheck(SchemaproofError):
    """A check or family was named that does not exist."""


@dataclass(frozen=True, kw_only=True)
class Selection:
    """
    Which checks to run.

    Attributes:
        only: Names of checks or families; empty means all.
        skip: Names of checks or families to leave out.
        thorough: Whether to run the checks that take long too; one that is named is run anyway.
        staging: Whether there is a living database, for the checks that ask for one.
    """

    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    thorough: bool = False
    staging: bool = False

    def choose(self) -> tuple[Check, ...]:
        """
        Return the chosen checks, ordered by name.

        Raises:
            UnknownCheck: A name is neither a check nor a family, or nothing is left.
        """
        known = all_checks()
        names = {name for check in known for name in (check.name, check.family)}
        for name in (*self.only, *self.skip):
            if name not in names:
                nearest = ", ".join(difflib.get_close_matches(name, sorted(names), n=3))
                raise UnknownCheck(
                    f"needs the name of a check or a family; found {name!r}"
                    f"{f' (is one of these meant: {nearest}?)' if nearest else ''}: "
                    "run 'schemaproof checks' for the list"
                )
        chosen = tuple(
            check
            for check in known
            if (not self.only or {check.name, check.family} & {*self.only})
            and not {check.name, check.family} & {*self.skip}
            and (self.staging or not check.is_for_staging)
            and (self.thorough or not check.is_thorough or check.name in self.only)
        )
        if not chosen:
            raise UnknownCheck("needs at least one check to run; --only and --skip leave none")
        return chosen
