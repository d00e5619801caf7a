"""
The calls that are proposed for a difference end it: for every case that the other files tell apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, create_engine
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError

from schemaproof.catalog import Catalog, difference, snapshot
from schemaproof.checks.drift._mending import Mending
from schemaproof.postgres import Databases
from tests.harness.catalog import (
    test_difference_of_access,
    test_difference_of_columns,
    test_difference_of_constraints,
    test_difference_of_details,
    test_difference_of_indexes,
    test_difference_of_operators,
    test_difference_of_routines,
    test_difference_of_tables,
    test_difference_of_types,
)

FILES = (
    test_difference_of_access,
    test_difference_of_columns,
    test_difference_of_constraints,
    test_difference_of_details,
    test_difference_of_indexes,
    test_difference_of_operators,
    test_difference_of_routines,
    test_difference_of_tables,
    test_difference_of_types,
)
CASES = [
    pytest.param((*sides, case.values[2]), id=f"{case.id}, {way}")
    for file in FILES
    for case in file.CASES
    for way, sides in (("forth", case.values[:2]), ("back", case.values[1::-1]))
]

ANEW = "the table has to be made anew, and its rows moved"
BROKEN = "nobody wants what the left side has"
LATER = "what is in it is told when it is there"
# What no call is known for, or none that the server takes; and why.
UNMENDED = {
    "array, back": "which element is meant, nobody can say",
    "array, forth": "which element is meant, nobody can say",
    "deferrable key's trigger disabled, back": BROKEN,
    "extension version, forth": "extensions have no scripts that lead back",
    "foreign key to another table, back": "a table is too long for a line",
    "foreign key's own triggers disabled, back": BROKEN,
    "foreign key's triggers on the target disabled, back": BROKEN,
    "invalid, back": BROKEN,
    "not null not valid, back": BROKEN,
    "not ready, back": BROKEN,
    "partition key, back": ANEW,
    "partition key, forth": ANEW,
    "partitioned or not, back": ANEW,
    "partitioned or not, forth": ANEW,
    "range canonical function, back": "type and function need each other",
    "range canonical function, forth": "type and function need each other",
    "schema missing with what is in it, back": LATER,
    "table missing, all of it told once, back": "a table is too long for a line",
    "view column type, back": "a column that a view reads keeps its type",
    "view column type, forth": "a column that a view reads keeps its type",
}
# What the server has a statement for only since some version.
MENDED_SINCE = {"access method, back": 15, "access method, forth": 15}


@pytest.fixture(scope="module")
def drifted(schema_databases: Databases) -> Iterator[Connection]:
    """
    A connection of SQLAlchemy's to an empty database that stays empty: whoever uses it rolls back.
    """
    with schema_databases.clone() as database:
        engine = create_engine(database.url)
        with engine.connect() as connection:
            yield connection
        engine.dispose()


def read(connection: Connection) -> Catalog:
    return snapshot(connection.connection.driver_connection)


def carry_out(calls: list[str], connection: Connection) -> list[str]:
    """
    Carry out the calls, one that another has to go before after it; return those that fail.
    """
    names: dict[str, Any] = {
        "op": Operations(MigrationContext.configure(connection)),
        "sa": sa,
        "postgresql": postgresql,
    }
    waiting, left = calls, -1
    failed: list[str] = []
    while waiting and len(waiting) != left:
        left, failed = len(waiting), []
        for call in waiting:
            try:
                with connection.begin_nested():
                    exec(call, names)  # noqa: S102 - they are what is under test
            except DBAPIError as error:
                failed.append(f"{call}\n    {error.orig}")
        waiting = [each.partition("\n    ")[0] for each in failed]
    return failed


@pytest.mark.parametrize("case", CASES)
def test_what_is_proposed_ends_the_difference(
    drifted: Connection,
    catalog_of: Callable[[str], Catalog],
    knows: Callable[[str, int], bool],
    request: pytest.FixtureRequest,
    case: tuple[str, str, int],
) -> None:
    """
    Carried out as they stand, the calls give the right side what the left side has.
    """
    left, right, since = case
    if not knows(left + right, since):
        return  # `test_difference` shows that there is no such difference on this server
    wanted = catalog_of(left)
    try:
        drifted.exec_driver_sql(right or "SELECT", execution_options={"no_parameters": True})
        there = read(drifted)
        mending = Mending(declared=wanted, migrated=there)
        calls = [call for one in difference(wanted, there) for call in mending.calls(one)]

        # With a column goes what is on it, so columns go last.
        ordered = sorted(calls, key=lambda call: call.startswith("op.drop_column"))
        failed = carry_out([call for call in ordered if "…" not in call], drifted)

        found = [(d.kind, d.facet, d.left, d.right) for d in difference(wanted, read(drifted))]
    finally:
        drifted.rollback()
    name = request.node.callspec.id
    is_known = knows("", MENDED_SINCE.get(name, 0)) and name not in UNMENDED
    assert ((found, failed) == ([], [])) is is_known, (calls, found, failed)


def test_what_is_said_to_be_unmended_is_a_case() -> None:
    """
    The list of exceptions names only cases that there are.
    """
    assert {*UNMENDED} <= {case.id for case in CASES}
