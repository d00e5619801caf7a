"""
Be the release before: import its models, and do with rows what its ORM does.

Run as a program (``python -P _child.py``) in the folder of its project, because two versions of a
module have no room in one process. It is one file and must not import this package: the old tree
may hold another.

Protocol: one JSON value a line. The first order says where things are and is answered with what
the models declare; each further one names a database and rows, and is answered with what became of
them.

A value is set as ``CAST('text' AS the column's type)``, and past the events of attributes: what the
server makes of the statements of that release is asked, not what its validators think of our rows.
"""

from __future__ import annotations

import decimal
import gc
import importlib
import json
import os
import sys
import tomllib
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import ColumnProperty, Mapper, Session, registry
from sqlalchemy.orm.attributes import flag_modified
from sqlalchemy.orm.exc import UnmappedColumnError

Name = tuple[str, str]
Values = dict[str, str | None]


class Stale(Exception):
    """What was imported is not what the commit has."""


class Release:
    """
    The models of one commit.

    Args:
        order: ``root``, ``top``, ``today``, ``metadata`` and ``alembic``.
    """

    def __init__(self, order: dict[str, str]) -> None:
        self.root, self.top = Path(order["root"]), Path(order["top"])
        self.today = Path(order["today"])
        table = self._configuration()
        self._move_in()
        module, _, attribute = table.get("metadata", order["metadata"]).partition(":")
        found: Any = importlib.import_module(module)
        for part in attribute.split("."):
            found = getattr(found, part)
        self.metadata: sa.MetaData = found
        self.mappers = {mapper.class_.__qualname__: mapper for mapper in self._mappers()}
        self._refuse_stale()
        mapped = {table for mapper in self.mappers.values() for table in mapper.tables}
        self.unmapped = {
            table.fullname: table for table in self.metadata.tables.values() if table not in mapped
        }
        self.heads = self._heads(self.root / table.get("alembic", order["alembic"]))

    def described(self) -> dict[str, Any]:
        classes = [
            {
                "name": name,
                "tables": [named(table) for table in mapper.tables if isinstance(table, sa.Table)],
            }
            for name, mapper in self.mappers.items()
        ]
        tables = [{"name": name, "tables": [named(one)]} for name, one in self.unmapped.items()]
        return {"heads": self.heads, "targets": [*classes, *tables]}

    def _configuration(self) -> dict[str, str]:
        file = self.root / "pyproject.toml"
        # A commit from before the project had a configuration is read with today's.
        tables = tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
        found: dict[str, str] = tables.get("tool", {}).get("schemaproof", {})
        return found

    def _move_in(self) -> None:
        # What is installed in place leads to the working tree; here it leads to the commit.
        moved = []
        for entry in map(Path, sys.path):
            there = self.top / entry.relative_to(self.today) if self._is_todays(entry) else entry
            moved.append(str(there if there.exists() else entry))
        sys.path[:] = [str(self.root), *moved]

    def _is_todays(self, path: Path) -> bool:
        return path.is_relative_to(self.today)

    def _mappers(self) -> list[Mapper[Any]]:
        mappers: set[Mapper[Any]] = set()
        for one in gc.get_objects():
            if type(one) is registry and one.metadata is self.metadata:
                one.configure(cascade=True)
                mappers |= {*one.mappers}
        return sorted(mappers, key=lambda mapper: (len([*mapper.iterate_to_root()]), str(mapper)))

    def _refuse_stale(self) -> None:
        for name, module in [*sys.modules.items()]:
            file = Path(getattr(module, "__file__", None) or sys.prefix)
            own = self._is_todays(file) and not file.is_relative_to(sys.prefix)
            if own and "site-packages" not in file.parts and name != "__main__":
                raise Stale(f"{name} was imported from {file}, which is of today")

    def _heads(self, ini: Path) -> list[str]:
        from alembic.config import Config  # noqa: PLC0415 - after the paths are moved
        from alembic.script import ScriptDirectory  # noqa: PLC0415

        config = Config(str(ini))
        with chdir(ini.parent):
            return [*ScriptDirectory.from_config(config).get_heads()]


class Trial:
    """
    Rows on one database.

    Args:
        release: The models.
        session: A session on the database; what is done in it is never committed.
        keys: For each table its foreign keys: columns, target, target's columns.
    """

    def __init__(self, release: Release, session: Session, keys: list[dict[str, Any]]) -> None:
        self.release, self.session, self.keys = release, session, keys
        self.outcomes: list[dict[str, Any]] = []
        # What a column of a row was to hold, and what it holds.
        self._made: dict[tuple[Name, str, str], str] = {}

    def run(self, rows: list[dict[str, Any]]) -> None:
        session = self.session
        session.execute(sa.text("SET CONSTRAINTS ALL IMMEDIATE"))
        for name, mapper in self.release.mappers.items():
            with self._tried(name, "SELECT"):
                session.execute(sa.select(mapper.class_).limit(1)).first()
        for name, table in self.release.unmapped.items():
            with self._tried(name, "SELECT"):
                session.execute(sa.select(table).limit(1)).first()
        for number, row in enumerate(rows):
            given = self._led_to_parents(row)
            if given is None:
                self._note(row["target"], "INSERT", number, skipped=True)
            elif row["target"] in self.release.unmapped:
                self._insert_plain(row, given, number)
            else:
                self._insert_mapped(row, given, number)

    def _led_to_parents(self, row: dict[str, Any]) -> Values | None:
        given = {name: row["values"][name] for name in row["given"]}
        for key in self.keys:
            if key["table"] not in row["tables"]:
                continue
            for here, there in zip(key["columns"], key["target_columns"], strict=True):
                # The tables of one object are joined by the ORM.
                if given.get(here) is None or key["target"] in row["tables"][:-1]:
                    continue
                parent = self._made.get((tuple(key["target"]), there, str(given[here])))
                if parent is None:
                    return None
                given[here] = parent
        return given

    def _led(self, row: dict[str, Any]) -> set[str]:
        return {
            name for key in self.keys if key["table"] in row["tables"] for name in key["columns"]
        }

    def _insert_plain(self, row: dict[str, Any], given: Values, number: int) -> None:
        table = self.release.unmapped[row["target"]]
        values = {
            table.c[name]: cast(text, table.c[name])
            for name, text in given.items()
            if name in table.c
        }
        identity: Any = None
        with self._tried(row["target"], "INSERT", number):
            made: Any = self.session.execute(table.insert().values(values))
            identity = made.inserted_primary_key
            self._remember(row, {})
        if identity and row["is_first"]:
            own = [one == held for one, held in zip(table.primary_key, identity, strict=True)]
            self._change_plain(row, table, own, number)

    def _change_plain(
        self, row: dict[str, Any], table: sa.Table, own: list[Any], number: int
    ) -> None:
        for name, text in row["updates"].items():
            if name in table.c:
                new = {table.c[name]: cast(text, table.c[name])}
                with self._tried(row["target"], "UPDATE", number, name, keep=False):
                    self.session.execute(table.update().where(*own).values(new))
        with self._tried(row["target"], "DELETE", number, keep=False):
            self.session.execute(table.delete().where(*own))

    def _insert_mapped(self, row: dict[str, Any], given: Values, number: int) -> None:
        name, session = row["target"], self.session
        mapper = self.release.mappers[name]
        keys = column_keys(mapper)
        one: Any = mapper.class_manager.new_instance()
        for column, key in keys.items():
            if column.name in given:
                one.__dict__[key] = cast(given[column.name], column)
        if mapper.polymorphic_on is not None and mapper.polymorphic_identity is not None:
            kind = mapper.get_property_by_column(mapper.polymorphic_on)
            one.__dict__[kind.key] = mapper.polymorphic_identity
        identity: Any = None
        with self._tried(name, "INSERT", number):
            session.add(one)
            session.flush()
            identity = sa.inspect(one).identity
            self._remember(row, {column.name: getattr(one, key) for column, key in keys.items()})
        session.expunge_all()
        if identity is None:
            return
        with self._tried(name, "SELECT", number) as outcome:
            found: Any = session.get(mapper.class_, identity)
            # Where parents count on for themselves, their numbers differ.
            own = {key for column, key in keys.items() if given.get(column.name) is not None}
            own -= {key for column, key in keys.items() if column.name in self._led(row)}
            outcome["read"] = {key: shown(getattr(found, key)) for key in sorted(own)}
            outcome["faithful"] = self._faithful(outcome["read"], given, keys)
        if row["is_first"]:
            self._change_mapped(row, mapper, identity, number)

    def _change_mapped(
        self, row: dict[str, Any], mapper: Mapper[Any], identity: Any, number: int
    ) -> None:
        name, session = row["target"], self.session
        for column, key in column_keys(mapper).items():
            if column.name in row["updates"]:
                with self._tried(name, "UPDATE", number, key, keep=False):
                    found: Any = session.get(mapper.class_, identity)
                    found.__dict__[key] = cast(row["updates"][column.name], column)
                    flag_modified(found, key)
                    session.flush()
        with self._tried(name, "DELETE", number, keep=False):
            session.delete(session.get(mapper.class_, identity))
            session.flush()

    def _faithful(
        self, read: dict[str, str], given: Values, keys: dict[sa.Column[Any], str]
    ) -> list[str]:
        """What reads as it was written; the server may put other values in their place."""
        written = {key: cast(given[one.name], one) for one, key in keys.items() if key in read}
        if not written:
            return []
        try:
            with self.session.begin_nested():
                values = self.session.execute(sa.select(*written.values())).one()
        except DBAPIError:
            return []
        return [key for key, one in zip(written, values, strict=True) if shown(one) == read[key]]

    def _remember(self, row: dict[str, Any], actual: dict[str, Any]) -> None:
        for table in row["tables"]:
            for column, text in row["values"].items():
                if text is not None:
                    is_given = column in row["given"] or actual.get(column) is None
                    new = text if is_given else str(actual[column])
                    self._made[tuple(table), column, text] = new

    @contextmanager
    def _tried(
        self, target: str, operation: str, row: int = -1, column: str = "", *, keep: bool = True
    ) -> Iterator[dict[str, Any]]:
        outcome = self._note(target, operation, row, column)
        savepoint = self.session.begin_nested()
        try:
            yield outcome
        except Exception as error:
            savepoint.rollback()
            outcome["error"] = told(error)
        else:
            if keep:
                savepoint.commit()
            else:
                savepoint.rollback()
        if outcome["error"] or not keep:
            self.session.expunge_all()

    def _note(
        self, target: str, operation: str, row: int, column: str = "", *, skipped: bool = False
    ) -> dict[str, Any]:
        outcome: dict[str, Any] = {
            "target": target,
            "operation": operation,
            "row": row,
            "column": column,
            "skipped": skipped,
            "error": None,
            "read": {},
            "faithful": [],
        }
        self.outcomes.append(outcome)
        return outcome


def column_keys(mapper: Mapper[Any]) -> dict[sa.Column[Any], str]:
    keys: dict[sa.Column[Any], str] = {}
    for table in mapper.tables:
        for column in table.columns:
            try:
                found = mapper.get_property_by_column(column)
            except UnmappedColumnError:
                continue
            if isinstance(found, ColumnProperty) and isinstance(column, sa.Column):
                keys[column] = found.key
    return keys


def cast(text: str | None, column: sa.Column[Any]) -> Any:
    return None if text is None else sa.cast(sa.literal(text, sa.Text()), column.type)


def named(table: sa.Table) -> Name:
    return (table.schema or "public", table.name)


def shown(value: object) -> str:
    # 1.0 and 1.00 are one number.
    return repr(value.normalize() if isinstance(value, decimal.Decimal) else value)


def told(error: BaseException) -> dict[str, str]:
    original: Any = error.orig if isinstance(error, DBAPIError) else error
    diagnosis = getattr(original, "diag", None)
    column = getattr(diagnosis, "column_name", None)
    table = getattr(diagnosis, "table_name", None)
    place = getattr(diagnosis, "constraint_name", None) or (column and f"{table}.{column}")
    return {
        "name": type(original).__name__,
        "sqlstate": getattr(original, "sqlstate", None) or "",
        "words": getattr(diagnosis, "message_primary", None) or " ".join(str(original).split()),
        "place": place or "",
        "statement": " ".join((getattr(error, "statement", None) or "").split()),
    }


def tried_on(release: Release, order: dict[str, Any]) -> list[dict[str, Any]]:
    engine = sa.create_engine(order["url"], poolclass=sa.NullPool)
    try:
        with Session(engine) as session:
            trial = Trial(release, session, order["keys"])
            trial.run(order["rows"])
            return trial.outcomes
    finally:
        engine.dispose()


def main() -> None:
    # What the models print is no answer.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    def answer(value: object) -> None:
        answers.write(json.dumps(value) + "\n")
        answers.flush()

    try:
        release = Release(json.loads(sys.stdin.readline()))
    except (Exception, SystemExit) as error:
        answer({"error": f"{type(error).__name__}: {' '.join(str(error).split())}"})
        return
    answer(release.described())
    for line in sys.stdin:
        answer(tried_on(release, json.loads(line)))


if __name__ == "__main__":
    main()
