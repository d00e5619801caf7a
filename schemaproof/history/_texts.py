"""
Tell apart what a statement's text leaves open: whether a table is read as a whole on purpose.

The tables of a proof are small, and of a small table the planner reads all even where an index
would do. What a statement of DML reads in production is asked of the planner, with sequential scans
forbidden: what it still reads without a condition on an index, it reads as a whole.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from schemaproof.history.revision import Statement

LEADING = re.compile(r"(?:\s+|--[^\n]*(?:\n|$)|/\*.*?\*/)*", re.DOTALL)
WORD = re.compile(r"\w*")
VALIDATE = re.compile(r"\bVALIDATE\s+CONSTRAINT\b", re.IGNORECASE)

DML = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "MERGE"})
# Nothing may have been asked before some of them, and none of them reads a table.
QUIET = frozenset({"SET", "RESET", "SHOW", "LOCK", "BEGIN", "START", "SAVEPOINT", "DISCARD"})


def first_word(sql: str) -> str:
    """
    Return the first word of a statement in capitals; comments are none.
    """
    leading = LEADING.match(sql)
    start = leading.end() if leading else 0
    word = WORD.match(sql, start)
    return word.group().upper() if word else ""


def is_order_told(sql: str) -> bool:
    """
    Whether what it reads, it reads under the locks that it takes.

    Several statements in one text are seen as one: it may have read first and locked afterwards.
    """
    pieces = [piece for piece in sql.split(";") if first_word(piece)]
    if len(pieces) < 2 or first_word(pieces[0]) in {"ALTER", "LOCK"} and not _reads(pieces[0]):
        return True
    return not any(map(_reads, pieces))


def _reads(piece: str) -> bool:
    return first_word(piece) in DML or VALIDATE.search(piece) is not None


def tables_read(cursor: Any, statement: Statement) -> set[tuple[str, str]] | None:
    """
    Return the tables that a statement of DML has to read as a whole; None if that cannot be told.

    Args:
        cursor: The driver's own, on the connection that has sent the statement.
        statement: The statement.
    """
    sql, parameters = statement.sql.rstrip().rstrip(";"), statement.parameters
    if ";" in sql:  # the second would be executed, not explained
        return None
    if isinstance(parameters, list):
        parameters = parameters[0] if parameters else ()
    cursor.execute("SAVEPOINT schemaproof")
    try:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN (VERBOSE, FORMAT JSON) {sql}", parameters or ())
        (plan,) = cursor.fetchone()
    except Exception:  # each driver has its own; what cannot be explained is not told
        return None
    finally:
        cursor.execute("ROLLBACK TO SAVEPOINT schemaproof")
        cursor.execute("RELEASE SAVEPOINT schemaproof")
    nodes = json.loads(plan) if isinstance(plan, str) else plan
    return {
        (node["Schema"], node["Relation Name"])
        for node in _nodes(nodes[0]["Plan"])
        if "Relation Name" in node and _is_whole(node)
    }


def _is_whole(node: dict[str, Any]) -> bool:
    kind = node["Node Type"]
    return kind == "Seq Scan" or (kind.startswith("Index") and "Index Cond" not in node)


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("Plans", ()):
        yield from _nodes(child)
