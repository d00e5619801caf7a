"""
Tell which query is meant: one that a project registers, by its name, or SQL that is written here.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from schemaproof.errors import SchemaproofError
from schemaproof.plans import shown
from schemaproof.workload.query import Query
from schemaproof.workload.workload import Workload

# What EXPLAIN takes, behind comments and parentheses.
SQL = re.compile(
    r"(\s|\(|--[^\n]*\n|/\*.*?\*/)*"
    r"(SELECT|WITH|VALUES|TABLE|INSERT|UPDATE|DELETE|MERGE|CREATE|DECLARE|EXECUTE|REFRESH)\b\s",
    re.IGNORECASE | re.DOTALL,
)


class UnknownQuery(SchemaproofError):
    """What was asked for is neither a registered query nor SQL."""


class BadParameter(SchemaproofError):
    """A statement lacks a value, or was given one that it has no place for."""


def asked_query(
    workload: Workload, told: str, parameters: Mapping[str, str] | None = None
) -> Query:
    """
    Return the query that is meant.

    Args:
        workload: The queries that have names.
        told: The name of one of them, or SQL text with ``:names``.
        parameters: Values as text, in the place of the registered ones.

    Raises:
        UnknownQuery: It is neither.
        BadParameter: The statement has other parameters.
    """
    query = workload.named(told)
    if query is None and SQL.match(told):
        text = told.strip()
        query = Query(name=text, statement=text)
    if query is None:
        raise UnknownQuery(_unknown(told, [query.name for query in workload.queries]))
    return replace(query, parameters={**query.parameters, **_fitting(query, parameters or {})})


def check_values(query: Query) -> None:
    """
    See that every parameter of a query has a value.

    Raises:
        BadParameter: One has none.
    """
    missing = shown(query.statement, query.parameters).unset
    if missing:
        options = " ".join(f"--param {name}=VALUE" for name in missing)
        raise BadParameter(
            f"needs a value for {_listed(missing)}; found none: add {options}, or --generic "
            "to plan for any value"
        )


def _fitting(query: Query, parameters: Mapping[str, str]) -> Mapping[str, str]:
    known = shown(query.statement, query.parameters).parameters
    for name in parameters:
        if name not in known:
            raise BadParameter(
                f"needs the name of one of the statement's parameters, "
                f"{_listed(known) or 'of which there is none'}; found {name!r}"
                f"{_nearest(name, known)}"
            )
    return parameters


def _unknown(told: str, names: Collection[str]) -> str:
    found = f"needs SQL text or the name of a registered query; found {told!r}"
    if not names:
        return f"{found}: the project registers none (queries in [tool.schemaproof])"
    return f"{found}{_nearest(told, names)}: run 'schemaproof explain-plan --list' for the names"


def _nearest(told: str, names: Iterable[str]) -> str:
    known = {name.casefold(): name for name in names}
    alike = difflib.get_close_matches(told.casefold(), [*known], n=3, cutoff=0.5)
    alike += [name for name in known if told.casefold() in name and name not in alike]
    nearest = ", ".join(repr(known[name]) for name in alike[:3])
    return f" (is one of these meant: {nearest}?)" if nearest else ""


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f":{name}" for name in names)
