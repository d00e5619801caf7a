"""
Write statistics as JSON and read them again.

Source: https://www.postgresql.org/docs/current/catalog-pg-statistic.html
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from schemaproof.catalog import QualifiedName
from schemaproof.errors import SchemaproofError
from schemaproof.plans.extended import ExtendedStatistics
from schemaproof.plans.statistics import ColumnStatistics, RelationStatistics, Slot, Statistics

FORMAT = 1


class BadStatistics(SchemaproofError):
    """What was given as exported statistics is something else."""


def to_text(statistics: Statistics) -> str:
    """
    Return statistics as JSON, always the same for the same.
    """
    relations = [asdict(statistics[name]) for name in sorted(statistics)]
    return json.dumps({"version": FORMAT, "relations": relations}, indent=1)


def from_text(text: str, source: str) -> Statistics:
    """
    Read what `to_text` wrote.

    Args:
        text: The JSON.
        source: Where it came from, for the message.

    Raises:
        BadStatistics: It is something else.
    """
    try:
        found = json.loads(text)
        if found["version"] != FORMAT:
            raise BadStatistics(
                f"needs exported statistics of version {FORMAT}; {source} is of version "
                f"{found['version']}"
            )
        relations = [_relation(each) for each in found["relations"]]
    except (ValueError, TypeError, KeyError) as error:
        raise BadStatistics(
            f"needs what 'schemaproof staging URL --export-statistics FILE' writes; "
            f"found something else in {source}: {type(error).__name__}: {error}"
        ) from error
    return {each.relation: each for each in relations}


def _relation(found: dict[str, Any]) -> RelationStatistics:
    columns = tuple(
        ColumnStatistics(**{**column, "slots": tuple(map(_slot, column["slots"]))})
        for column in found["columns"]
    )
    told = {"relation": QualifiedName(*found["relation"]), "columns": columns}
    extended = tuple(map(_extended, found.get("extended", ())))
    return RelationStatistics(**{**found, **told, "extended": extended})


def _extended(found: dict[str, Any]) -> ExtendedStatistics:
    lists = {"keys": tuple(found["keys"]), "columns": tuple(found["columns"])}
    return ExtendedStatistics(**{**found, **lists})


def _slot(found: dict[str, Any]) -> Slot:
    numbers = found["numbers"]
    return Slot(**{**found, "numbers": None if numbers is None else tuple(numbers)})
