"""
Fill tables with a sample of the rows that they would hold at a size that they do not have.

`load` makes every value of a row an expression of the row's number. The same expressions, for some
of the numbers, give some of the same rows: what ANALYZE would draw of the table, had it been loaded
in full. It draws blocks first and then rows of these, so that rows that lie side by side meet more
often than chance would have it: that is why it takes clustered keys for fewer than they are, and so
does the sample. A parent's key is an expression of the parent's number too, so that parents need
not be there, and nobody looks for them.

Source: https://github.com/postgres/postgres/blob/master/src/backend/commands/analyze.c
(acquire_sample_rows)
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from psycopg import sql

from schemaproof.catalog import Catalog, QualifiedName, short_name
from schemaproof.rows.maker import RowMaker
from schemaproof.rows.numbered import TRIED_ROWS, Numbered
from schemaproof.rows.parentage import parents_first
from schemaproof.rows.statements import bare_relation, listed
from schemaproof.rows.variety import fullest
from schemaproof.rows.volume import Volume

# 300 for each unit of default_statistics_target, 100: so many rows ANALYZE draws of any table, from
# as many blocks.
SAMPLE_ROWS = 30_000


def sample(
    maker: RowMaker,
    volumes: Mapping[QualifiedName, Volume],
    *,
    most: int = SAMPLE_ROWS,
    only: Collection[QualifiedName] | None = None,
) -> dict[QualifiedName, str]:
    """
    Put samples of what ``volumes`` declares in the place of what the tables hold.

    Args:
        maker: Makes the rows to copy, on a superuser's connection in autocommit mode.
        volumes: Every table that is not to be empty.
        most: How many rows a sample has at most; a table of fewer is there in full.
        only: The tables to sample; the others are left empty. None samples all.

    Returns:
        For each table of which there is no sample, why: in the words of the server.
    """
    with maker.connection.transaction(force_rollback=True):
        known = volumes if only is None else _with_parents(only, volumes, maker.catalog)
        rows = {table: fullest(maker, table) for table in known}
    refused = {table: row for table, row in rows.items() if isinstance(row, str)}
    refused |= _orphaned(refused, rows, maker.catalog)
    numbered = {
        table: Numbered(table, row, maker, volumes)
        for table, row in rows.items()
        if not isinstance(row, str) and table not in refused
    }
    with maker.connection.transaction():
        maker.connection.execute("SET LOCAL session_replication_role = replica")
        tables = listed(map(bare_relation, volumes))
        maker.connection.execute(sql.SQL("TRUNCATE {} CASCADE").format(tables))
        # A child's key is written as its parent's was found to be taken.
        for table in parents_first(maker.catalog, [*numbered]):
            is_wanted = only is None or table in only
            with maker.connection.transaction(force_rollback=not is_wanted):
                told = numbered[table].insert(numbered, most if is_wanted else TRIED_ROWS)
            if told is not None and is_wanted:
                refused[table] = told
    return refused


def _orphaned(
    refused: Collection[QualifiedName], tables: Collection[QualifiedName], catalog: Catalog
) -> dict[QualifiedName, str]:
    # Where a key may be NULL, children are taken without parents, and would all look alike.
    found: dict[QualifiedName, str] = {}
    waiting = [*refused]
    while waiting:
        parent = waiting.pop()
        for table in tables:
            targets = {key.target for key in catalog.foreign_keys_of(table)}
            if parent in targets and table not in refused and table not in found:
                found[table] = f"no row of {short_name(parent)} to refer to"
                waiting.append(table)
    return found


def _with_parents(
    only: Collection[QualifiedName], volumes: Collection[QualifiedName], catalog: Catalog
) -> list[QualifiedName]:
    # Keys are expressions of the parents' numbers, whether or not these are there.
    found = {*only}
    waiting = [*only]
    while waiting:
        targets = {key.target for key in catalog.foreign_keys_of(waiting.pop())} - found
        found |= targets
        waiting += targets
    return [table for table in volumes if table in found]
