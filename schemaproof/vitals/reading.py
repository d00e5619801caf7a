"""
Read the vitals of a database without being in anybody's way.

Catalogue and statistics views only, and where a number stands nowhere else, the one row of a
sequence or the two ends of an index. Each fact is read in a transaction, or a savepoint, that is
rolled back, so that no lock outlives its statement; none is above ACCESS SHARE. `pg_sequences`
would take ROW EXCLUSIVE on every sequence that it shows.

A fact that cannot be read is not an error: it is told in `Vitals.unseen`, with what would help.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from schemaproof.catalog import QualifiedName
from schemaproof.errors import first_line
from schemaproof.postgres import Connection
from schemaproof.vitals.asking import REFUSALS, Row, query
from schemaproof.vitals.numbers import read_integer_keys, read_sequences
from schemaproof.vitals.server import DatabaseAge, ExtensionUpdate, Limits, ReplicationRole, Slot
from schemaproof.vitals.sessions import HeldLock, OpenTransaction, PreparedTransaction
from schemaproof.vitals.tables import Counting, IndexUse, TableState
from schemaproof.vitals.vitals import Vitals

Read = TypeVar("Read")

FACTS: dict[str, Callable[..., Any]] = {
    "tables": TableState,
    "indexes": IndexUse,
    "databases": DatabaseAge,
    "slots": Slot,
    "transactions": OpenTransaction,
    "prepared": PreparedTransaction,
    "extensions": ExtensionUpdate,
    "replication_roles": ReplicationRole,
}
NAMES = ("name", "table", "root")
UNDATED = "needs to see when the server was promoted: GRANT pg_monitor TO {}"
BLIND = "needs to see the sessions of other roles: GRANT pg_read_all_stats (or pg_monitor) TO {}"


def read_vitals(connection: Connection) -> Vitals:
    """
    Read how a database is doing, through a session that need not have many rights.

    It sees one moment for each fact, not one for all: most of what it reads knows no snapshots.
    """
    reader = _Reader(connection)
    (place,) = query(connection, "place")
    found: dict[str, Any] = {name: reader.fact(name, make) for name, make in FACTS.items()}
    for name, make in (("counting", Counting), ("limits", Limits)):
        found[name] = next(iter(reader.fact(name, make)), None)
    if place["was_promoted"] and found["counting"] is not None:
        found["counting"] = reader.since_promotion(found["counting"], place["quoted_role"])
    found["sequences"] = reader.trial("sequences", read_sequences)
    found["integer_keys"] = reader.trial("integer_keys", read_integer_keys)
    if any(row["is_blind"] for row in reader.trial("transactions", _blindness)):
        reader.unseen["transactions"] = BLIND.format(place["quoted_role"])
    return Vitals(role=place["role"], is_standby=place["is_standby"], unseen=reader.unseen, **found)


class _Reader:
    """Reads files of SQL, each in a transaction of its own, and remembers what failed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.unseen: dict[str, str] = {}

    def fact(self, name: str, make: Callable[..., Read]) -> tuple[Read, ...]:
        read = self.trial(name, lambda connection: query(connection, name))
        return tuple(make(**_worded(row)) for row in read)

    def since_promotion(self, counting: Counting, role: str) -> Counting | None:
        # What it counted as a standby is not what the primary of that time was asked.
        rows = self.trial("counting", lambda connection: query(connection, "promoted"))
        if "counting" in self.unseen:
            self.unseen["counting"] = UNDATED.format(role)
            return None
        ages = [age for age in (counting.age_s, rows[0]["age_s"]) if age is not None]
        return replace(counting, age_s=min(ages) if len(ages) > 1 else None)

    def trial(self, name: str, read: Callable[[Connection], tuple[Any, ...] | list[Any]]) -> Any:
        try:
            return read(self._connection)
        except REFUSALS as error:
            self.unseen[name] = f"the server would not tell: {first_line(error)}"
            return ()


def _blindness(connection: Connection) -> list[Row]:
    return query(connection, "unseen_sessions")


def _worded(row: Row) -> Row:
    worded = dict(row)
    for name in NAMES:
        if isinstance(row.get(name), list):
            worded[name] = QualifiedName(*row[name])
    if "locks" in row:
        worded["locks"] = tuple(
            HeldLock(QualifiedName(schema, name), mode) for schema, name, mode in row["locks"]
        )
    return worded
