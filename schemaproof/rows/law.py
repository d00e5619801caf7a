"""
Decide, in plain Python, what a DELETE or an UPDATE must leave behind.

PostgreSQL keeps foreign keys by triggers, and these queue: each deleted or updated row puts one
event for each key at the end, and an event may change rows that put further events behind it. So
NO ACTION and RESTRICT see what the events before them have left, not what will be left at the end,
and which of two keys was made first can decide. Only what is deferred waits for the transaction's
end. The server's answer is compared with this one.

Source: src/backend/utils/adt/ri_triggers.c and src/backend/commands/trigger.c of PostgreSQL
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from schemaproof.catalog import ForeignKey, QualifiedName
from schemaproof.postgres.sqlstates import (
    FOREIGN_KEY_VIOLATION,
    NOT_NULL_VIOLATION,
    RESTRICT_VIOLATION,
    UNIQUE_VIOLATION,
)
from schemaproof.rows.maker import Row
from schemaproof.rows.refused import RESTRICT_HAS_ITS_OWN_CODE, Moment, Refused, Unique
from schemaproof.rows.shapes import Values


@dataclass(frozen=True, kw_only=True)
class Law:
    """
    What is promised of the rows of some tables.

    Attributes:
        keys: The foreign keys, in the order in which their triggers fire.
        defaults: For SET DEFAULT, what the default of each column is, as text.
        required: The columns that are NOT NULL.
        unique: The unique indexes, in the order in which they are asked.
        version: The server's, as ``server_version_num``.
        is_one_transaction: Whether the rows were written in the transaction of the statement. Then
            PostgreSQL looks at every row that is updated, at its place in the queue; at older ones
            only if their reference changes.
    """

    keys: Sequence[ForeignKey]
    defaults: Mapping[tuple[QualifiedName, str], str | None] = field(default_factory=dict)
    required: Sequence[tuple[QualifiedName, str]] = ()
    unique: Sequence[Unique] = ()
    version: int = RESTRICT_HAS_ITS_OWN_CODE
    is_one_transaction: bool = False

    def delete(self, rows: Iterable[Row], victims: Iterable[Row]) -> list[Row] | Refused:
        """
        Return what is left of ``rows``, all that could be concerned, after ``victims`` are deleted.

        Several rows go in one statement, in the order of ``rows``, which is that of the heap.
        """
        return _Statement(self, rows).run(dict.fromkeys(victims))

    def update(self, rows: Iterable[Row], changes: Mapping[Row, Values]) -> list[Row] | Refused:
        """
        Return what has become of ``rows`` after some are given new values in one statement.
        """
        return _Statement(self, rows).run(changes)


# A key, the row as it was and as it is (None if it is gone); with no row as it was, the new row is
# one of the key's own table and must find its target.
_Event = tuple[ForeignKey, Row | None, Row | None]


class _Broken(Exception):
    def __init__(self, by: str, sqlstate: str = FOREIGN_KEY_VIOLATION) -> None:
        self.by, self.sqlstate = by, sqlstate


class _Statement:
    """One statement on rows in memory, and the events that it queues."""

    def __init__(self, law: Law, rows: Iterable[Row]) -> None:
        self.law = law
        self.live = dict.fromkeys(rows)
        self.older = frozenset() if law.is_one_transaction else frozenset(self.live)
        self.queue: deque[_Event] = deque()
        self.at_commit: list[_Event] = []

    def run(self, changes: Mapping[Row, Values | None]) -> list[Row] | Refused:
        at: Moment = "statement"
        try:
            for row in [row for row in self.live if row in changes]:
                self._write(row, changes[row])
            while self.queue:
                event = self.queue.popleft()
                if event[0].is_deferred and self._is_deferrable(event):
                    self.at_commit.append(event)
                else:
                    self._fire(*event)
            at = "commit"
            for event in self.at_commit:
                self._fire(*event)
        except _Broken as broken:
            return Refused(broken.by, broken.sqlstate, at)
        return [*self.live]

    def _write(self, old: Row, values: Values | None) -> None:
        del self.live[old]
        new = None if values is None else Row(old.table, {**old.values, **values})
        if new is not None:
            self._store(new)
        for key in self.law.keys:
            was = old.take(key.target_columns) if key.target == old.table else (None,)
            now = None if new is None or None in was else new.take(key.target_columns)
            if None not in was and was != now:
                self.queue.append((key, old, new))
        for key in self.law.keys:
            if new is not None and key.table == old.table:
                # A version that comes and goes within the statement was never looked at.
                is_known = old in self.older and new.take(key.columns) == old.take(key.columns)
                self.queue.extend([] if is_known else [(key, None, new)])

    def _store(self, new: Row) -> None:
        for table, column in self.law.required:
            if table == new.table and new.values[column] is None:
                raise _Broken(column, NOT_NULL_VIOLATION)
        for unique in self.law.unique:
            if unique.table == new.table and self._is_taken(unique, new.take(unique.columns)):
                raise _Broken(unique.name, UNIQUE_VIOLATION)
        # A new version lies behind the others.
        self.live[new] = None

    @staticmethod
    def _is_deferrable(event: _Event) -> bool:
        key, old, new = event
        # Actions are taken at once, whatever is deferred; the looking is what waits.
        return old is None or (key.on_delete if new is None else key.on_update) == "NO ACTION"

    def _fire(self, key: ForeignKey, old: Row | None, new: Row | None) -> None:
        if old is None:
            self._find_target(key, new)
            return
        action = key.on_delete if new is None else key.on_update
        wanted = old.take(key.target_columns)
        children = self._holding(key.table, key.columns, wanted)
        if action == "CASCADE":
            given = None if new is None else self._pairs(key.columns, new.take(key.target_columns))
            for child in children:
                self._write(child, given)
        elif action in ("SET NULL", "SET DEFAULT"):
            for child in children:
                self._write(child, self._released(key, action, is_delete=new is None))
        if action in ("NO ACTION", "SET DEFAULT"):
            # Another row may have come into its place.
            children = self._holding(key.table, key.columns, wanted)
            if children and not self._holding(key.target, key.target_columns, wanted):
                raise _Broken(key.name)
        elif action == "RESTRICT" and children:
            is_told_apart = self.law.version >= RESTRICT_HAS_ITS_OWN_CODE
            raise _Broken(key.name, RESTRICT_VIOLATION if is_told_apart else FOREIGN_KEY_VIOLATION)

    def _is_taken(self, unique: Unique, wanted: tuple[str | None, ...]) -> bool:
        counts = unique.nulls_not_distinct or None not in wanted
        return counts and bool(self._holding(unique.table, unique.columns, wanted))

    def _find_target(self, key: ForeignKey, row: Row | None) -> None:
        if row not in self.live:
            return  # changed again, or gone
        wanted = row.take(key.columns)
        if None in wanted:
            if key.match == "FULL" and {*wanted} != {None}:
                raise _Broken(key.name)
        elif not self._holding(key.target, key.target_columns, wanted):
            raise _Broken(key.name)

    def _released(self, key: ForeignKey, action: str, *, is_delete: bool) -> Values:
        columns = (is_delete and key.delete_columns) or key.columns
        if action == "SET NULL":
            return dict.fromkeys(columns)
        return {column: self.law.defaults.get((key.table, column)) for column in columns}

    def _holding(
        self, table: QualifiedName, columns: tuple[str, ...], wanted: tuple[str | None, ...]
    ) -> list[Row]:
        return [row for row in self.live if row.table == table and row.take(columns) == wanted]

    @staticmethod
    def _pairs(columns: tuple[str, ...], values: tuple[str | None, ...]) -> Values:
        return dict(zip(columns, values, strict=True))
