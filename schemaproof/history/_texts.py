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
from contextlib import closing
from typing import Any

from sqlalchemy import Connection

from schemaproof.history.revision import Statement

LEADING = re.compile(r"(?:\s+|--[^\n]*(?:\n|$)|/\*.*?\*/)*", re.DOTALL)
WORD = re.compile(r"\w*")
VALIDATE = re.compile(r"\bVALIDATE\s+CONSTRAINT\b", re.IGNORECASE)

DML = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "MERGE"})
# Nothing may have been asked before some of them, and none of them reads a table.
QUIET = frozenset({"SET", "RESET", "SHOW", "LOCK", "BEGIN", "START", "SAVEPOINT", "DISCARD"})

SCANS = frozenset({"Seq Scan", "Bitmap Heap Scan", "Index Scan", "Index Only Scan"})
CONDITIONS = frozenset({"Index Cond", "Recheck Cond"})
# What hands on each row as it comes.
STREAMING = frozenset({"Append", "Nested Loop", "Result", "Subquery Scan", "LockRows", "Limit"})


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
    locks_first = first_word(sql) in {"ALTER", "LOCK"} and not _reads(pieces[0])
    return len(pieces) < 2 or locks_first or not any(map(_reads, pieces))


def _reads(piece: str) -> bool:
    return first_word(piece) in DML or VALIDATE.search(piece) is not None


def tables_read(connection: Connection, statement: Statement) -> set[tuple[str, str]]:
    """
    Return the tables that a statement of DML has to read as a whole, if that can be told.

    Args:
        connection: The one that has sent the statement, in its transaction.
        statement: The statement.
    """
    sql, parameters = statement.sql.rstrip().rstrip(";"), statement.parameters
    if ";" in sql:  # the second would be executed, not explained
        return set()
    if isinstance(parameters, list):
        parameters = parameters[0] if parameters else ()
    with closing(connection.connection.cursor()) as cursor:
        cursor.execute("SAVEPOINT schemaproof")
        try:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN (VERBOSE, FORMAT JSON) {sql}", parameters or ())
            ((plan,),) = cursor.fetchall()
        except Exception:  # each driver has its own; what is refused is not told
            return set()
        finally:
            cursor.execute("ROLLBACK TO SAVEPOINT schemaproof")
            cursor.execute("RELEASE SAVEPOINT schemaproof")
    plans = json.loads(plan) if isinstance(plan, str) else plan
    return {*_whole(plans[0]["Plan"], is_cut_short=False)}


def _whole(node: dict[str, Any], *, is_cut_short: bool) -> Iterator[tuple[str, str]]:
    kind = node["Node Type"]
    is_scan = kind in SCANS and not CONDITIONS & node.keys()
    # Who wants one row and no condition with it has it at once.
    if is_scan and "Relation Name" in node and not (is_cut_short and "Filter" not in node):
        yield node["Schema"], node["Relation Name"]
    for child in node.get("Plans", ()):
        # EXISTS (SELECT ...) stops at the first row.
        is_asked_once = kind == "Limit" or child["Parent Relationship"] in ("InitPlan", "SubPlan")
        streams = kind in STREAMING and is_cut_short
        yield from _whole(child, is_cut_short=is_asked_once or streams)
