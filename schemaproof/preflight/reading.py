"""
Read what tables demand of their rows, in one statement.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import resources
from typing import Any

from schemaproof.catalog import QualifiedName
from schemaproof.preflight.limits import Column, Condition, DomainCheck, Key, Limits, Table

# Sends a query that returns one text.
Ask = Callable[[str], str]


def read_limits(ask: Ask) -> Limits:
    """
    Read them in one statement.
    """
    limits = Limits()
    for line in filter(None, ask(statement("limits")).split("\n")):
        kind, *words = json.loads(line)
        _ADD[kind](limits, words)
    return limits


def statement(name: str) -> str:
    """
    Return the SQL of one of this package's files.
    """
    return resources.files("schemaproof.preflight").joinpath("sql", f"{name}.sql").read_text()


def _add_table(limits: Limits, words: list[Any]) -> None:
    oid, schema, name, is_partitioned, is_partition, key = words
    limits.tables[oid] = Table(
        oid=oid,
        name=QualifiedName(schema, name),
        is_partitioned=is_partitioned,
        is_partition=is_partition,
        key=tuple(key),
    )


def _add_column(limits: Limits, words: list[Any]) -> None:
    table, *rest = words
    limits.tables[table].columns[rest[0]] = Column(*rest)


_ADD: dict[str, Callable[[Limits, list[Any]], None]] = {
    "table": _add_table,
    "column": _add_column,
    "constraint": lambda limits, words: limits.conditions.update({words[0]: Condition(*words)}),
    "index": lambda limits, words: limits.keys.update({words[0]: Key(*words)}),
    "domain": lambda limits, words: limits.domain_checks.update({words[0]: DomainCheck(*words)}),
    "required domain": lambda limits, words: limits.required.update(
        {words[0]: QualifiedName(*words[1:])}
    ),
    "labels": lambda limits, words: limits.labels.update({words[0]: words[1]}),
}
