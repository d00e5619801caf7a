"""
Have the registered queries planned, and tell apart whose fault it is if they cannot be.
"""

from __future__ import annotations

import contextlib
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from schemaproof.catalog import QualifiedName, short_name
from schemaproof.checks.check import Location, Skip
from schemaproof.plans import NotPosable, Plan
from schemaproof.project import Project
from schemaproof.scaling import NoSample, Planning
from schemaproof.workload import Query


@dataclass(frozen=True, kw_only=True)
class Refused(Skip):
    """
    A query that the server, or SQLAlchemy, does not take.

    Attributes:
        told: What they say.
    """

    told: str


@dataclass(frozen=True, kw_only=True)
class Undeclared(Skip):
    """
    A query on a table of which nobody knows how large it will be.

    Attributes:
        plans: What is planned while the table is empty, by size.
    """

    plans: dict[float, Plan]


def plans_of(planning: Planning, query: Query) -> dict[float, Plan] | Skip:
    """
    Return the plans of a query as it is sent, by size; why there are none if there are none.
    """
    try:
        plans = {rows: planning.explained(query, rows).plan for rows in sorted({*query.sizes})}
    except (NoSample, NotPosable) as error:
        return Skip(why=str(error))
    except SQLAlchemyError as error:
        return Refused(
            why="the server does not accept it: indexes/query-chooses-index says why",
            told=" ".join(str(getattr(error, "orig", None) or error).split()),
        )
    declared = planning.volumes(min(plans)).keys()
    read = frozenset[QualifiedName]().union(*(plan.read for plan in plans.values()))
    if read <= declared:
        return plans
    unknown = ", ".join(sorted(map(short_name, read - declared)))
    return Undeclared(
        why=f"nobody has declared how many rows {unknown} will hold: "
        "declare a volume in the population, which takes tables, partitions and materialised views",
        plans=plans,
    )


def plan_if_taken(planning: Planning, query: Query, rows: float, **options: Any) -> Plan | None:
    """
    Return the plan of a query that is taken otherwise; None if it is not so.

    One that no longer finds the index of its ON CONFLICT is refused, and so is one whose values
    alone say of what types they are.
    """
    with contextlib.suppress(SQLAlchemyError):
        return planning.explained(query, rows, **options).plan
    return None


def plan_after_five(planning: Planning, query: Query, rows: float) -> Plan | None:
    """
    Return the plan of a query that was prepared and has run five times, likewise.
    """
    with contextlib.suppress(SQLAlchemyError):
        return planning.repeated(query, rows).plan
    return None


def at(rows: float, planning: Planning) -> str:
    """
    Return how people speak of a size: ``10^6 rows of images``.
    """
    exponent = len(f"{rows:.0f}") - 1
    number = f"10^{exponent}" if rows == 10**exponent else f"{rows:,.0f}"
    return f"{number} rows{f' of {planning.counted}' if planning.counted else ''}"


def cost(plan: Plan) -> str:
    """
    Return what the planner takes a plan to cost, no more exact than it matters.
    """
    return f"{plan.total_cost:,.2f}" if plan.total_cost < 100 else f"{plan.total_cost:,.0f}"


def registered_at(query: Query, project: Project) -> Location | None:
    """
    Return where a query is registered: the line with its name, if it is written there.
    """
    module = sys.modules.get((project.queries_name or "").partition(":")[0])
    file = getattr(module, "__file__", None)
    if file is None:
        return None
    lines = Path(file).read_text(encoding="utf-8").splitlines()
    # A name may be a word that stands everywhere.
    quoted = {f'"{query.name}"', f"'{query.name}'", repr(query.name), json.dumps(query.name)}
    named = (number for number, line in enumerate(lines, 1) if any(each in line for each in quoted))
    return Location(file=Path(file), line=next(named, None))
