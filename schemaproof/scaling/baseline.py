"""
Write down how queries are planned, and read it again, so that a change of plan is reviewed.

What is written is the shape of each plan and the columns that its indexes are asked for, and how
many blocks the query touched on rows that were really there. Costs and expected rows are left out:
they move with every row of the sample, and nobody reviews digits.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from schemaproof.errors import SchemaproofError
from schemaproof.plans import Plan, columns_in
from schemaproof.scaling.planning import Planning
from schemaproof.workload import Query

FORMAT = 1

# For each query the plan at each size, both as they stand in the file.
Plans = dict[str, dict[str, str]]


class BadBaseline(SchemaproofError):
    """What was committed as a baseline of plans is something else."""


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """
    How queries were planned when somebody last looked at it.

    Attributes:
        postgresql: The major version of the server.
        plans: What it said.
        buffers: How many blocks each query touched on rows that were there.
    """

    postgresql: int
    plans: Plans
    buffers: Mapping[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        whole = {
            "version": FORMAT,
            "postgresql": self.postgresql,
            "plans": self.plans,
            "buffers": dict(self.buffers),
        }
        return json.dumps(whole, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def read_baseline(file: Path) -> Baseline:
    """
    Read what was written.

    Raises:
        BadBaseline: There is no such file, or it holds something else.
    """
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        if found["version"] != FORMAT:
            raise ValueError(f"it is of version {found['version']}")
        return Baseline(
            postgresql=int(found["postgresql"]),
            plans=dict(found["plans"]),
            buffers={name: int(blocks) for name, blocks in found.get("buffers", {}).items()},
        )
    except OSError as error:
        raise BadBaseline(f"there is none at {file.name}: {error.strerror}") from error
    except (ValueError, TypeError, KeyError) as error:
        told = f"{type(error).__name__}: {error}"
        raise BadBaseline(f"{file.name} is no baseline of version {FORMAT}: {told}") from error


def planned(planning: Planning, query: Query) -> dict[str, str]:
    """
    Return how a query is planned now at each of its sizes, for the values that it is sent with.

    Raises:
        NoSample: As `Planning.explained`.
        NotPosable: As `Planning.explained`.
        sqlalchemy.exc.SQLAlchemyError: The server does not accept it.
    """
    return {
        f"{rows:.0f}": described(planning.explained(query, rows).plan)
        for rows in sorted({*query.sizes})
    }


def described(plan: Plan) -> str:
    """
    Return the shape of a plan, and by which columns its indexes find rows.
    """
    conditions = sorted({f"{index} finds {columns}" for index, columns in _asked(plan, None)})
    return "; ".join([plan.shape, *conditions])


def _asked(plan: Plan, alias: str | None) -> Iterator[tuple[str, str]]:
    alias = plan.alias or alias
    if plan.index is not None and plan.index_condition is not None:
        yield plan.index, ", ".join(sorted(columns_in(plan.index_condition, alias)))
    for below in plan.inputs:
        yield from _asked(below, alias)
