"""
Tell how much of what a node could yield is asked of it.

What stops early costs less than what it takes its rows from: under a LIMIT, an EXISTS or a merge
that runs out on the other side, the planner counts only a share of its input's costs. That share is
how much of it is read.

Source: https://github.com/postgres/postgres/blob/master/src/backend/optimizer/util/pathnode.c
(adjust_limit_rows_costs)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from schemaproof.plans.plan import Plan


@dataclass(frozen=True, kw_only=True)
class Reading:
    """
    One node of a plan, and how much is asked of it.

    Attributes:
        node: The node.
        share: Of what it would yield, from 0 to 1.
        above: The nodes above it, the uppermost first.
    """

    node: Plan
    share: float
    above: tuple[Plan, ...]


def readings(plan: Plan) -> Iterator[Reading]:
    """
    Yield every node of a plan with what is asked of it.
    """
    yield from _below(Reading(node=plan, share=1.0, above=()))


def _below(reading: Reading) -> Iterator[Reading]:
    yield reading
    above = (*reading.above, reading.node)
    for node in reading.node.inputs:
        yield from _below(Reading(node=node, share=_share(node, reading), above=above))


def _share(node: Plan, above: Reading) -> float:
    parent, whole = above.node, node.total_cost - node.startup_cost
    # What a Gather costs before its first row is the start of its workers.
    is_awaited = parent.startup_cost >= node.total_cost and not parent.node.startswith("Gather")
    if is_awaited or whole <= 0:
        return 1.0
    paid = parent.startup_cost + above.share * (parent.total_cost - parent.startup_cost)
    return max(0.0, min((paid - node.startup_cost) / whole, above.share))
