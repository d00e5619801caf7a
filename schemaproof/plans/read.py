"""
Read a plan from what ``EXPLAIN (FORMAT JSON, VERBOSE)`` says.

Only VERBOSE tells of which schema a table is, and it writes the table before every column. That is
taken away again where no other table is meant, as EXPLAIN does without it.

Source: https://github.com/postgres/postgres/blob/master/src/backend/commands/explain.c
(show_scan_qual, show_sort_group_keys)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from schemaproof.catalog import quote_identifier
from schemaproof.plans.plan import JOIN_CONDITIONS, Plan

# What may hold a name that is no column's: a value, or another name.
QUOTED = r"""E?'(?:[^'\\]|''|\\.)*'|"(?:[^"]|"")+\""""


@dataclass(frozen=True)
class _Above:
    # What a node inherits: of a bitmap's index neither is told.
    schema: str | None = None
    alias: str | None = None
    only_alias: str | None = None


def read_plan(node: Mapping[str, Any]) -> Plan:
    """
    Read a node, and those below it.
    """
    aliases = {*_aliases(node)}
    return _read(node, _Above(only_alias=aliases.pop() if len(aliases) == 1 else None))


def _read(node: Mapping[str, Any], above: _Above) -> Plan:
    below = replace(
        above, schema=node.get("Schema", above.schema), alias=node.get("Alias", above.alias)
    )
    hit, read = node.get("Shared Hit Blocks"), node.get("Shared Read Blocks")
    return Plan(
        node=node["Node Type"],
        relation=node.get("Relation Name"),
        schema=below.schema,
        alias=node.get("Alias"),
        index=node.get("Index Name"),
        index_condition=_bare(node.get("Index Cond"), below.alias),
        filter=_bare(node.get("Filter"), below.alias),
        join_conditions={name: node[name] for name in JOIN_CONDITIONS if name in node},
        sort_keys=tuple(_bare(key, below.only_alias) or key for key in node.get("Sort Key", ())),
        rows=node["Plan Rows"],
        width=node["Plan Width"],
        startup_cost=node["Startup Cost"],
        total_cost=node["Total Cost"],
        workers=node.get("Workers Planned", 0),
        actual_rows=node.get("Actual Rows"),
        loops=node.get("Actual Loops"),
        buffers=None if hit is None or read is None else hit + read,
        role=node.get("Parent Relationship"),
        inputs=tuple(_read(child, below) for child in node.get("Plans", ())),
    )


def _aliases(node: Mapping[str, Any]) -> Iterator[str]:
    if "Alias" in node:
        yield node["Alias"]
    for child in node.get("Plans", ()):
        yield from _aliases(child)


def _bare(condition: str | None, alias: str | None) -> str | None:
    if condition is None or alias is None:
        return condition
    table = rf"(?<![\w$.]){re.escape(quote_identifier(alias))}\."
    return re.sub(rf"{table}|({QUOTED})", lambda found: found[1] or "", condition)
