"""
Record what concerns a server as a whole: ages, slots, extensions, settings of roles.

Source: https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-WRAPAROUND
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class DatabaseAge:
    """
    How far a database is from the end of its transaction numbers.

    Attributes:
        name: The database.
        is_this: Whether it is the one that the session is in.
        frozen_age: How many transactions ago its oldest row that is not frozen was written.
        multixact_age: The same in multixacts.
    """

    name: str
    is_this: bool
    frozen_age: int
    multixact_age: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """
    The settings by which the server itself judges ages and WAL.

    Attributes:
        freeze_max_age: In transactions; beyond it a table is vacuumed even where autovacuum is off.
        multixact_freeze_max_age: The same in multixacts.
        failsafe_age: In transactions; beyond it VACUUM leaves out all but the freezing.
        multixact_failsafe_age: The same in multixacts.
        max_wal_bytes: How much WAL the server wants to keep at most.
        wal_keep_bytes: How much it keeps for standbys without a slot.
    """

    freeze_max_age: int
    multixact_freeze_max_age: int
    failsafe_age: int
    multixact_failsafe_age: int
    max_wal_bytes: int
    wal_keep_bytes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Slot:
    """
    A replication slot.

    Attributes:
        name: Its name.
        type: ``physical`` or ``logical``.
        is_active: Whether somebody reads from it now.
        wal_status: ``reserved``, ``extended``, ``unreserved`` or ``lost``, in the server's words;
            None if it holds no WAL.
        held_bytes: How much WAL has been written since what it still needs.
        safe_bytes: How much more may be written before it is lost; None without such a limit.
        inactive_s: For how long nobody has read from it; None if somebody does, and before 17.
        xmin_age: How many transactions ago the oldest row was deleted that may not be removed
            because of it.
    """

    name: str
    type: str
    is_active: bool
    wal_status: str | None
    held_bytes: int | None
    safe_bytes: int | None
    inactive_s: float | None
    xmin_age: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ExtensionUpdate:
    """
    An extension for which another version lies ready.

    Attributes:
        name: The extension.
        version: The version installed.
        available: The server's default version, to which there is a way.
    """

    name: str
    version: str
    available: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplicationRole:
    """
    A setting by which sessions begin as those of a replica do: without triggers and foreign keys.

    Attributes:
        role: Whose sessions; None for everybody's.
        is_here_alone: Whether it is set for this database, and not for all.
    """

    role: str | None
    is_here_alone: bool
