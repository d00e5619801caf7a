"""
Delete one row that much hangs from, and read from the server what that did.

The rows are committed first, so that what the DELETE counts and locks is its own.

Source: https://www.postgresql.org/docs/current/monitoring-stats.html (pg_stat_xact_user_tables)
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import psycopg
from psycopg import sql

from schemaproof.catalog import QualifiedName
from schemaproof.checks.references._trial import Overrides, Refusal, Trial
from schemaproof.history.locks import MODE_OF, rank
from schemaproof.rows import Brood, RowMaker, Shapes

COUNTS = """
SELECT schemaname, relname, n_tup_del, n_tup_upd, seq_scan FROM pg_catalog.pg_stat_xact_user_tables
"""
LOCKS = """
SELECT n.nspname, c.relname, l.mode
FROM pg_catalog.pg_locks AS l
JOIN pg_catalog.pg_class AS c ON c.oid = l.relation
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND c.oid >= 16384
    AND c.relkind IN ('r', 'p')
"""

Counts = Mapping[QualifiedName, int]


@dataclass(frozen=True, kw_only=True)
class Blast:
    """
    What the delete of one row did.

    Attributes:
        gone: How many rows of each table it deleted, itself among them.
        changed: How many rows of each table it updated.
        scans: How many times it read each table from end to end.
        locks: The strongest lock that it took on each table.
        depth: How many levels of rows went with it.
    """

    gone: Counts
    changed: Counts
    scans: Counts
    locks: Mapping[QualifiedName, str]
    depth: int


def blast(table: QualifiedName, trial: Trial, shapes: Shapes) -> Blast | Refusal:
    """
    Delete a row of ``table``, in the first state in which it can be deleted; or say who refuses.

    Raises:
        NoRowFound: No row was found that the table, or one below it, takes.
        psycopg.Error: Such rows cannot be made.
    """
    refusal: Refusal | None = None
    serial = itertools.count(1)  # the rows of one attempt stay beside those of the next
    for overrides in _states(table, trial, shapes):
        maker = RowMaker(
            catalog=trial.catalog,
            connection=trial.raw,
            shapes=shapes,
            overrides=overrides,
            serial=serial,
        )
        try:
            brood = Brood(table, maker)
            trial.raw.commit()
        except psycopg.IntegrityError:
            trial.raw.rollback()
            if not overrides:
                raise
            continue  # a state that a constraint or other rows contradict
        answer = _detonate(brood, trial)
        if isinstance(answer, Blast):
            return answer
        refusal = refusal or answer
        if not answer.is_by_trigger:
            break  # a key refuses in every state
    assert refusal is not None  # noqa: S101 - the first states are tried, or raise
    return refusal


def _states(table: QualifiedName, trial: Trial, shapes: Shapes) -> Iterator[Overrides]:
    yield {}
    for below in trial.reached_from(table):
        # What the shapes do not know by now, no row was made of.
        for column, texts in sorted(shapes[below].states.items()) if below in shapes else ():
            for text in texts:
                yield {below: {column: text}}


def _detonate(brood: Brood, trial: Trial) -> Blast | Refusal:
    try:
        address, parameters = trial.address(brood.ancestor)
        before = _counts(trial)
        trial.raw.execute(sql.SQL("DELETE FROM {}").format(address), parameters)
        trial.raw.execute("SET CONSTRAINTS ALL IMMEDIATE")
        gone, changed, scans = (
            {name: now - then for name, now, then in _pairs(after, earlier) if now > then}
            for after, earlier in zip(_counts(trial), before, strict=True)
        )
        return Blast(
            gone=gone, changed=changed, scans=scans, locks=_locks(trial), depth=brood.depth
        )
    except psycopg.OperationalError:
        raise  # the server is in trouble, which says nothing of the rows
    except psycopg.Error as error:
        return trial.refusal(error)
    finally:
        trial.raw.rollback()


def _counts(trial: Trial) -> tuple[Counts, Counts, Counts]:
    rows = trial.raw.execute(COUNTS).fetchall()
    deleted, updated, scanned = (
        {QualifiedName(row[0], row[1]): row[place] for row in rows} for place in (2, 3, 4)
    )
    return deleted, updated, scanned


def _pairs(after: Counts, before: Counts) -> Iterator[tuple[QualifiedName, int, int]]:
    for name in sorted(after, key=str):
        yield name, after[name], before.get(name, 0)


def _locks(trial: Trial) -> dict[QualifiedName, str]:
    strongest: dict[QualifiedName, str] = {}
    for schema, name, word in trial.raw.execute(LOCKS):
        table, mode = QualifiedName(schema, name), MODE_OF[word]
        strongest[table] = max(mode, strongest.get(table, mode), key=rank)
    return strongest
