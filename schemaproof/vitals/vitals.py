"""
Hold one examination: every record that only a living database has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from schemaproof.vitals.sequences import IntegerKey, SequenceState
from schemaproof.vitals.server import DatabaseAge, ExtensionUpdate, Limits, ReplicationRole, Slot
from schemaproof.vitals.sessions import OpenTransaction, PreparedTransaction
from schemaproof.vitals.tables import Counting, IndexUse, TableState


@dataclass(frozen=True, kw_only=True)
class Vitals:
    """
    How one database, and the server that it is on, were doing at one moment.

    PostgreSQL's own schemas and the members of extensions are left out. Ages are the server's
    reckoning, so that nobody needs a clock. Every tuple is in a fixed order.

    Attributes:
        role: As whom they were read.
        is_standby: Whether the server follows another one; counters are then its own.
        sequences: The sequences.
        integer_keys: The primary keys of one integer column; partitions count with their table.
        tables: Tables and materialized views.
        indexes: Their indexes.
        counting: Since when the server counts; None if that could not be read.
        databases: Every database of the server.
        limits: By what the server judges; None if that could not be read.
        slots: Replication slots, temporary ones left out.
        transactions: Transactions of others, the longest first.
        prepared: Prepared transactions, the longest first.
        extensions: Extensions of which another version lies ready.
        replication_roles: Settings that switch triggers off.
        unseen: By the name of a fact above, why it is not to be seen or only in part, and what
            would help.
    """

    role: str
    is_standby: bool
    sequences: tuple[SequenceState, ...] = ()
    integer_keys: tuple[IntegerKey, ...] = ()
    tables: tuple[TableState, ...] = ()
    indexes: tuple[IndexUse, ...] = ()
    counting: Counting | None = None
    databases: tuple[DatabaseAge, ...] = ()
    limits: Limits | None = None
    slots: tuple[Slot, ...] = ()
    transactions: tuple[OpenTransaction, ...] = ()
    prepared: tuple[PreparedTransaction, ...] = ()
    extensions: tuple[ExtensionUpdate, ...] = ()
    replication_roles: tuple[ReplicationRole, ...] = ()
    unseen: Mapping[str, str] = field(default_factory=dict)
