"""
Lay plans of one shape over each other: a tree of words, with the figures of each size beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from schemaproof.catalog import short_name
from schemaproof.plans import JOIN_CONDITIONS, Plan
from schemaproof.scaling import AtSize, written

BRANCH, LAST, PASSING, NOTHING = "├─ ", "└─ ", "│  ", "   "


@dataclass(frozen=True, kw_only=True)
class Line:
    """
    One node of several plans.

    Attributes:
        guide: What leads to its first line from the node above.
        below: What leads past its other lines.
        plans: The node at each size.
        sizes: The sizes.
    """

    guide: str
    below: str
    plans: tuple[Plan, ...]
    sizes: tuple[float, ...]

    @property
    def head(self) -> str:
        """
        What the node does, to which table, by which index.
        """
        plan = self.plans[0]
        words = [plan.node]
        if plan.table:
            has_alias = plan.alias not in (None, plan.relation)
            words += ["on", short_name(plan.table), *(["as", f"{plan.alias}"] if has_alias else [])]
        words += [f"by {plan.index}"] if plan.index else []
        return " ".join(words)

    @property
    def details(self) -> Iterator[tuple[str, str]]:
        """
        What the index answers, by what rows are joined, what is tested on each, what is sorted by.
        """
        yield from self._detail("Index Cond", [plan.index_condition for plan in self.plans])
        for name in JOIN_CONDITIONS:
            yield from self._detail(name, [plan.join_conditions.get(name) for plan in self.plans])
        yield from self._detail("Filter", [plan.filter for plan in self.plans])
        yield from self._detail("Sort Key", [", ".join(plan.sort_keys) for plan in self.plans])

    def _detail(self, name: str, found: Sequence[str | None]) -> Iterator[tuple[str, str]]:
        # Of one shape they are the same as a rule; joins in another order compare otherwise.
        for text in dict.fromkeys(found):
            if text:
                at = [size for size, each in zip(self.sizes, found, strict=True) if each == text]
                where = "" if len(at) == len(found) else f" at {', '.join(map(written, at))}"
                yield f"{name}{where}", text


def laid_over(group: Sequence[AtSize]) -> Iterator[Line]:
    """
    Yield the nodes of plans of one shape, each with those below it after it.
    """
    plans = tuple(each.explanation.plan for each in group)
    yield from _lines(plans, tuple(each.rows for each in group), "", "")


def _lines(
    plans: tuple[Plan, ...], sizes: tuple[float, ...], guide: str, passing: str
) -> Iterator[Line]:
    inputs = [*zip(*(plan.inputs for plan in plans), strict=True)]
    below = passing + (PASSING if inputs else "")
    yield Line(guide=guide, below=below, plans=plans, sizes=sizes)
    for each in inputs:
        is_last = each is inputs[-1]
        yield from _lines(
            each,
            sizes,
            passing + (LAST if is_last else BRANCH),
            passing + (NOTHING if is_last else PASSING),
        )
