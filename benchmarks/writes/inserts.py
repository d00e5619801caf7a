"""
What each index costs the rows that are inserted.

The same rows, made as production's are, are inserted again and again into a loaded table: with all
its indexes, without each of them in turn, and with its foreign keys checked. The indexes are timed
without those checks, whose own look-ups would drown them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from psycopg import sql

from benchmarks.growth.loaded import Loaded
from benchmarks.noise import Estimate, difference
from benchmarks.writes.undone import Cost, Trial, in_turn
from schemaproof.catalog import Catalog, QualifiedName
from schemaproof.postgres import Connection
from schemaproof.rows import Multiplied
from schemaproof.rows.copying import numbered

ROWS = 5_000
UNCHECKED = "SET LOCAL session_replication_role = replica"
ALL, CHECKED = "all its indexes", "its foreign keys"
# Only rows of this very transaction were made by it.
OWN = "xmin::text = (pg_current_xact_id()::text::bigint % (1::bigint << 32))::text"


@dataclass(frozen=True, kw_only=True)
class InsertCost:
    """
    What something adds to each row of a table that is inserted.

    Attributes:
        table: The table.
        of: The index; `ALL` is the row itself with everything, `CHECKED` are the foreign keys.
        us: Microseconds a row.
        wal_bytes: Bytes written ahead a row.
    """

    table: str
    of: str
    us: Estimate
    wal_bytes: float


def insert_costs(loaded: Loaded, images: float, rounds: int) -> Iterator[InsertCost]:
    """
    Yield what each index of each table costs, when tables hold ``images`` images.
    """
    with loaded.copied(images) as database, database.connect(autocommit=True) as connection:
        for table, made in sorted(loaded.made[images].items()):
            _lay_out(connection, table, made)
            trials = _trials(loaded.catalog, table)
            yield from _told(table.name, in_turn(connection, trials, rounds))
            connection.execute("DROP TABLE laid_out")


def _lay_out(connection: Connection, table: QualifiedName, made: Multiplied) -> None:
    assert made.copying is not None
    name = sql.Identifier(*table)
    with connection.transaction():
        connection.execute(numbered(made.copying, made.number, made.number + ROWS - 1))
        keep = sql.SQL("CREATE UNLOGGED TABLE laid_out AS SELECT * FROM {} WHERE {}")
        connection.execute(keep.format(name, sql.SQL(OWN)))
        connection.execute(sql.SQL("DELETE FROM {} WHERE {}").format(name, sql.SQL(OWN)))
    connection.execute(sql.SQL("VACUUM ANALYZE {}").format(name))


def _trials(catalog: Catalog, table: QualifiedName) -> dict[str, Trial]:
    def trial(before: str) -> Trial:
        insert = f'INSERT INTO "{table.name}" SELECT * FROM laid_out'
        return Trial(statement=insert, table=table.name, before=before)

    trials = {ALL: trial(UNCHECKED)}
    if catalog.foreign_keys_of(table):
        trials[CHECKED] = trial("")
    for index in sorted(catalog.indexes_of(table), key=lambda index: index.name):
        # What a constraint stands on cannot be done without.
        if index.constraint is None:
            trials[index.name] = trial(f'{UNCHECKED}; DROP INDEX "{index.name}"')
    return trials


def _told(table: str, found: dict[str, list[Cost]]) -> Iterator[InsertCost]:
    whole = _us(found[ALL])
    for name, costs in found.items():
        if name == ALL:
            us, wal = difference([0.0] * len(whole), whole), _wal(costs)
        elif name == CHECKED:
            us, wal = difference(whole, _us(costs)), _wal(costs) - _wal(found[ALL])
        else:
            us, wal = difference(_us(costs), whole), _wal(found[ALL]) - _wal(costs)
        yield InsertCost(table=table, of=name, us=us, wal_bytes=wal)


def _us(costs: list[Cost]) -> list[float]:
    return [1e6 * each.took_s / ROWS for each in costs]


def _wal(costs: list[Cost]) -> float:
    return median(each.wal_bytes for each in costs) / ROWS
