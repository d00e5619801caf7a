"""
Choose checks by name or family: what ``--only`` and ``--skip`` mean.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Literal

from schemaproof.checks import Check, all_checks
from schemaproof.errors import SchemaproofError

Place = Literal["throwaway", "staging"]
# What it is, and where the other checks run.
PLACES: dict[Place, tuple[str, str]] = {
    "throwaway": ("throwaway databases", "'schemaproof staging URL' runs what looks at a live one"),
    "staging": ("a live database", "'schemaproof verify' runs what needs throwaway ones"),
}


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
        place: Where they run; a check may need throwaway databases, or a live one.
    """

    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    thorough: bool = False
    place: Place | None = "throwaway"

    def choose(self) -> tuple[Check, ...]:
        """
        Return the chosen checks, ordered by name.

        Raises:
            UnknownCheck: A name is neither a check nor a family, or runs elsewhere; or nothing is
                left.
        """
        known = all_checks()
        self._refuse_unknown(known)
        self._refuse_elsewhere(known)
        chosen = tuple(
            check
            for check in known
            if (not self.only or {check.name, check.family} & {*self.only})
            and not {check.name, check.family} & {*self.skip}
            and self._runs(check)
            and (self.thorough or not check.is_thorough or check.name in self.only)
        )
        if not chosen:
            raise UnknownCheck(
                "needs at least one check to run; --only and --skip leave none: "
                "run 'schemaproof checks' for the list"
            )
        return chosen

    def _refuse_unknown(self, known: tuple[Check, ...]) -> None:
        names = {name for check in known for name in (check.name, check.family)}
        for name in (*self.only, *self.skip):
            if name not in names:
                nearest = ", ".join(difflib.get_close_matches(name, sorted(names), n=3))
                raise UnknownCheck(
                    f"needs the name of a check or a family; found {name!r}"
                    f"{f' (is one of these meant: {nearest}?)' if nearest else ''}: "
                    "run 'schemaproof checks' for the list"
                )

    def _refuse_elsewhere(self, known: tuple[Check, ...]) -> None:
        # Beside another one it would be passed over in silence.
        here = {name for one in known if self._runs(one) for name in (one.name, one.family)}
        for name in self.only:
            if self.place is not None and name not in here:
                where, others = PLACES[self.place]
                raise UnknownCheck(
                    f"needs checks that run on {where}; found {name!r}, which does not: {others}"
                )

    def _runs(self, check: Check) -> bool:
        if self.place is None:
            return True
        return check.runs_on_staging if self.place == "staging" else not check.is_for_staging
