"""
Put demands to the rows that are there, and tell what came of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemaproof.catalog import Catalog, short_name
from schemaproof.checks.check import Evidence, Skip, Violation, Yielded
from schemaproof.preflight import Answer, Data, Demand


def asked(demands: Iterable[Demand], data: Data, *, because: str, fix: str) -> Iterator[Yielded]:
    """
    Yield what breaks each, and at the end what could not be asked and what holds.

    Args:
        demands: The demands.
        data: The rows.
        because: What goes wrong if some break one.
        fix: What to do; ``{table}`` is replaced by its name.
    """
    untold, holding = [], []
    for demand in demands:
        answer = data.broken(demand)
        if answer.obstacle is not None:
            untold.append(f"{demand.told}: {answer.obstacle}")
        elif answer.rows:
            table = short_name(demand.table)
            verb = "breaks" if answer.rows == 1 and not answer.is_more else "break"
            yield Violation(
                where=demand.where,
                found=f"{answer.counted} of {table} {verb} {demand.told}{named(answer)}",
                because=because,
                fix=fix.replace("{table}", table),
            )
        else:
            holding.append(demand.told)
    for told in holding:
        yield Evidence(seen=f"no row breaks {told}")
    if untold:
        yield Skip(why="; ".join(untold))


def standing(data: Data, catalog: Catalog) -> list[Demand]:
    """
    Return what constraints of the project's tables demand that some rows may break all the same.
    """
    return [one for one in data.standing if catalog.table(*one.table)]


def named(answer: Answer) -> str:
    """
    Return the keys of some rows as the end of a sentence.
    """
    if not answer.keys:
        return ""
    is_all = answer.rows <= len(answer.keys) and not answer.is_more
    return f": {', '.join(answer.keys)}{'' if is_all else ', …'}"
