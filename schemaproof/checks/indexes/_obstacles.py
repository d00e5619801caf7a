"""
Say why an index cannot serve a query, although nothing else is allowed.

What the server could not ask the index it filters, and how it writes that filter shows why.

Source: https://www.postgresql.org/docs/current/indexes-types.html,
https://www.postgresql.org/docs/current/indexes-opclass.html and
https://www.postgresql.org/docs/current/indexes-partial.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemaproof.catalog import Catalog, Index, quote_identifier, short_name
from schemaproof.checks.indexes._promise import Promise
from schemaproof.checks.indexes._same import columns_of, in_sql
from schemaproof.plans import Plan, columns_in

# Texts of whatever length are compared as text, and that needs no conversion.
AS_TEXT = re.compile(r"character varying|text|name|citext")
PATTERNS = re.compile(r"!?~~\*?|!?~\*?")

Told = tuple[str, str]


def obstacle(promise: Promise, plan: Plan, catalog: Catalog) -> Told:
    """
    Return what stands in the way of an index, and what to do about it.
    """
    told = next(_of_index(promise, plan), None) or next(_of_filter(promise, plan, catalog), None)
    return told or next(_of_keys(promise, plan))


def _of_index(promise: Promise, plan: Plan) -> Iterator[Told]:
    index, condition = promise.index, promise.query.condition
    if not index.is_valid:
        yield "it is not valid", f"REINDEX INDEX CONCURRENTLY {in_sql(index)}."
    if not any(node.table == index.table for node in plan.walk()) and _reads(plan):
        yield (
            f"it is an index of {short_name(index.table)}, and the query reads {_reads(plan)}",
            "Name an index of a table that the query reads.",
        )
    strange = [column for column in condition if column not in _columns(index)]
    if strange:
        yield (
            f"its keys are ({columns_of(index)}), and {', '.join(strange)} is not among them",
            f"Index ({', '.join(condition)}), or declare the condition that the index has.",
        )
    if index.predicate is not None and not promise.names & plan.used:
        yield (
            f"it holds only rows with {index.predicate}, and nothing in the statement says that it "
            "needs no others",
            "Write the predicate into the WHERE as it stands in the index, with its value and not "
            "with a parameter.",
        )


def _of_filter(promise: Promise, plan: Plan, catalog: Catalog) -> Iterator[Told]:
    types = catalog.types_of(promise.index.table)
    for column in promise.query.condition:
        key = next((key for key in promise.index.keys if key.column == column), None)
        for test in _tests(promise, plan, column):
            yield from _of_value(column, types[column], test)
            yield from _of_order(column, key.collation if key else None, test)
            yield (
                f"it is tested on each row: {test}",
                f"Compare {column} with a value by an operator that a {promise.index.method} "
                "index serves.",
            )


def _of_value(column: str, kind: str, test: str) -> Iterator[Told]:
    name = re.escape(quote_identifier(column))
    cast = re.search(rf"(?:\.|\b|\(){name}\)?::([a-z ]+)", test)
    if cast and not (AS_TEXT.match(kind) and cast[1].strip() == "text"):
        yield (
            f"it is compared as {cast[1].strip()}, and {column} is {kind}: {test}",
            f"Send the value as {kind}.",
        )
    if re.search(rf"[a-z_]\w*\((?:[^()]*[.(, ])?\(?{name}\b", test):
        yield (
            f"not {column} is tested but what a function makes of it: {test}",
            "Index the expression, or test the column itself.",
        )


def _of_order(column: str, collation: str | None, test: str) -> Iterator[Told]:
    if " COLLATE " in test or collation:
        yield (
            f"it is compared by another collation than the index has: {test}",
            f"Compare by {collation or f'the collation of {column}'}, or index it by the other.",
        )
    if PATTERNS.search(test):
        yield (
            f"a pattern is no range in the order of the index: {test}",
            f"Index {column} with text_pattern_ops, or by trigrams if the pattern begins with a "
            "wildcard.",
        )


def _of_keys(promise: Promise, plan: Plan) -> Iterator[Told]:
    index, query = promise.index, promise.query
    first = index.keys[0].column
    if query.is_ordered and promise.names & plan.used:
        keys = ", ".join(key for node in plan.sorts for key in node.sort_keys)
        yield (
            f"its order is ({', '.join(map(str, index.keys))}), and the query asks for ({keys})",
            f"Index ({', '.join([*query.condition, keys])}).",
        )
    if first is not None and first not in query.condition:
        yield (
            f"it begins with {first}, on which there is no condition",
            f"Index what the query asks for, or let it compare {first}.",
        )
    yield f"the plan is {plan.shape}", "Let the query rely on an index that can serve it."


def _columns(index: Index) -> set[str]:
    found: set[str] = set()
    for key in index.keys:
        found |= {key.column} if key.column else columns_in(key.expression or "")
    return found


def _tests(promise: Promise, plan: Plan, column: str) -> Iterator[str]:
    for node in plan.walk():
        is_there = node.table == promise.index.table and node.filter is not None
        if is_there and column in columns_in(node.filter or "", node.alias):
            yield node.filter or ""


def _reads(plan: Plan) -> str:
    return ", ".join(sorted({short_name(node.table) for node in plan.walk() if node.table}))
