"""
Decide which tables a statement has read or rewritten as a whole, and would in production too.
"""

from __future__ import annotations

from sqlalchemy import Connection

from schemaproof.history._counting import (
    NOTHING,
    Counts,
    counts,
    is_autocommit,
    referred_to_by_new,
)
from schemaproof.history._held import Files, WatchedStep
from schemaproof.history._texts import DML, first_word, is_order_told, tables_read
from schemaproof.history.locks import Scan
from schemaproof.history.revision import Statement


def scans_of(
    statement: Statement, step: WatchedStep, connection: Connection, before: Counts
) -> tuple[list[Scan], Files]:
    """
    Return what a statement that has been done has scanned, and the files that are there now.

    Args:
        statement: The statement.
        step: What it is part of; its locks are noted.
        connection: The one that has sent the statement.
        before: What had been counted before it.
    """
    locked = {one.oid for one in step.held}
    after = counts(connection, step.relations, locked=locked)
    # What has been dropped has none.
    files = {oid: after[oid].file or step.files[oid] for oid in locked}
    scanned = {
        oid: now.rows - before.get(oid, NOTHING).rows
        for oid, now in after.items()
        if now.scans > before.get(oid, NOTHING).scans
    }
    replaced = {oid for oid in locked if files[oid] != step.files[oid]}
    # TRUNCATE builds the indexes of what is empty by then.
    is_emptied = "TRUNCATE" in statement.sql.upper()
    rewritten = {oid for oid in replaced & {*scanned} if scanned[oid] or not is_emptied}
    read = _read(statement, step, connection, {*scanned} - replaced)
    scans = [
        Scan(table=step.name(oid), statement=statement, is_rewrite=oid in rewritten)
        for oid in sorted(rewritten | read)
    ]
    return scans, files


def _read(
    statement: Statement, step: WatchedStep, connection: Connection, scanned: set[int]
) -> set[int]:
    if first_word(statement.sql) in DML:
        if is_autocommit(connection) or not step.is_blocking:
            return set()
        named = tables_read(connection, statement)
        return {oid for oid in step.relations if step.name(oid) in named}
    if not scanned or not is_order_told(statement.sql):
        return set()
    modes = {one.mode for one in step.held if one.oid in scanned}
    # What a new key refers to is read for the rows of the new table, and an index serves those.
    if modes == {"SHARE ROW EXCLUSIVE"}:
        return scanned - referred_to_by_new(connection, scanned, step.relations)
    return scanned
