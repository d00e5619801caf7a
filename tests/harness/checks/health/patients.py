"""
Examine real databases: what one check says of one, and what becomes of it when it is mended.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import psycopg
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

from schemaproof.catalog import snapshot
from schemaproof.checks import Evidence, Skip, Violation, all_checks
from schemaproof.postgres import Connection, Databases
from schemaproof.vitals import Vitals, read_vitals
from tests.harness.fix_own_databases import built

CHECKS = {check.name: check for check in all_checks()}
LONG = "x" * 63
# Quotes, a bracket, right to left, more bytes than characters.
EXOTIC = 'a "b" \' ) \u05d0\u05d1 \U0001f600'


@dataclass(frozen=True, kw_only=True)
class Findings:
    """
    What a check yielded, by kind.
    """

    violations: dict[str, Violation]
    seen: tuple[str, ...]
    skipped: tuple[str, ...]


def examined(name: str, connection: Connection, **changes: Any) -> Findings:
    """
    Run a check on what a connection shows, with some of its vitals changed.
    """
    vitals = replace(read_vitals(connection), **changes)
    return judged(name, connection, vitals)


def judged(name: str, connection: Connection, vitals: Vitals) -> Findings:
    """
    Run a check on vitals that were read before.
    """
    parts = {"catalog": snapshot(connection), "vitals": vitals}
    yielded = [*CHECKS[name].run(**{part: parts[part] for part in CHECKS[name].parts})]
    violations = [one for one in yielded if isinstance(one, Violation)]
    assert len({one.where for one in violations}) == len(violations)
    return Findings(
        violations={one.where: one for one in violations},
        seen=tuple(one.seen for one in yielded if isinstance(one, Evidence)),
        skipped=tuple(one.why for one in yielded if isinstance(one, Skip)),
    )


@contextmanager
def patient(databases: Databases, label: str, *statements: str) -> Iterator[Connection]:
    """
    Lend a connection to a database of its own that these statements made.
    """
    with (
        databases.clone(built(databases, label, *statements)) as database,
        database.connect(autocommit=True) as connection,
    ):
        yield connection


def calls(fix: str) -> list[str]:
    """
    Return the calls of Alembic's operations that stand in a fix.
    """
    found = []
    start = fix.find("op.", fix.find("in a revision"))
    while start >= 0:
        end = next(
            place + 1
            for place, letter in enumerate(fix)
            if letter == ")" and place > start and _is_python(fix[start : place + 1])
        )
        if "autocommit_block" not in fix[start:end]:
            found.append(fix[start:end])
        start = fix.find("op.", end)
    return found


def another(connection: Connection) -> Connection:
    """
    Return a second session on the same database.
    """
    info = connection.info
    return psycopg.connect(info.dsn, password=info.password, autocommit=True)


def revised(connection: Connection, fix: str) -> None:
    """
    Do what a fix says a revision should, through Alembic.
    """
    engine = sa.create_engine("postgresql+psycopg://", creator=lambda: another(connection))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as session:
        operations = Operations(MigrationContext.configure(session))
        made = calls(fix)
        assert made
        for call in made:
            exec(call, {"op": operations, "sa": sa})  # noqa: S102 - what the fix says is run
    engine.dispose()


def statement(fix: str) -> str:
    """
    Return the SQL of a fix: what stands before the way in which a revision sends it.
    """
    return fix.partition("; in a revision")[0]


def _is_python(text: str) -> bool:
    try:
        ast.parse(text, mode="eval")
    except SyntaxError:
        return False
    return True
