"""
Make mutants of migrations: what somebody who writes one forgets or gets wrong.

They are made from the statements that the revisions were seen to send, and carried out by sending
another in the place of one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from schemaproof.catalog import QualifiedName
from schemaproof.history import Leg, RoundTrip, Statement, application_tables
from schemaproof.mutation.mutant import Mutant

NOTHING = "DO $nothing$ BEGIN END $nothing$"
ON_DELETE = re.compile(r"\s+ON DELETE (?:CASCADE|SET NULL|SET DEFAULT|RESTRICT)", re.IGNORECASE)
# What keeps writers from waiting, and what takes its place when it is left out.
GENTLE = {"CONCURRENTLY": re.compile(r"\s+CONCURRENTLY"), "NOT VALID": re.compile(r"\s+NOT VALID")}
LONGEST = 60  # characters of a statement that are still read in a report

FORGETS, LOSES_ACTION = "revision/forgets", "revision/on-delete-lost"
LOSES_ROWS, LOCKS = "revision/rows-lost", "revision/locks"
OPERATORS = (FORGETS, LOSES_ACTION, LOSES_ROWS, LOCKS)


@dataclass(frozen=True, kw_only=True)
class Slip(Mutant):
    """
    One statement of one revision, which is where it is, sent otherwise.

    Attributes:
        is_upgrade: In which direction.
        number: Which of the statements that the file sends in that direction, from 0.
    """

    is_upgrade: bool = False
    number: int = 0


def slips(trip: RoundTrip) -> Iterator[Slip]:
    """
    Yield every mutant of one revision.
    """
    blank = Slip(where=trip.revision.id, detail="", sql="", side="history")
    tables = application_tables(trip.before)
    for is_upgrade in (True, False) if len(trip.legs) > 1 else (True,):
        direction = "upgrade" if is_upgrade else "downgrade"
        sent = own_statements(trip.up if is_upgrade else trip.down)
        # A statement that must be a transaction of its own takes no company.
        last = max((n for n, it in enumerate(sent) if not it.is_autocommit), default=None)
        for number, statement in enumerate(sent):
            made = [*_other(statement, is_upgrade=is_upgrade)]
            if number == last and tables:
                made.append(_losing(tables[0], statement))
            for operator, detail, sql in made:
                yield replace(
                    blank,
                    operator=operator,
                    detail=f"its {direction} {detail}",
                    sql=sql,
                    is_upgrade=is_upgrade,
                    number=number,
                )


def own_statements(leg: Leg) -> list[Statement]:
    """
    Return what the revision's file sent; Alembic and ``env.py`` send some besides.
    """
    return [statement for statement in leg.statements if statement.line is not None]


def _other(statement: Statement, *, is_upgrade: bool) -> Iterator[tuple[str, str, str]]:
    text = " ".join(statement.sql.split())
    shown = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    if not is_upgrade:
        # What an upgrade forgets, the models miss: that is a mutant of the schema.
        yield FORGETS, f"forgets {shown}", NOTHING
        bare = ON_DELETE.sub("", statement.sql)
        if bare != statement.sql:
            yield LOSES_ACTION, f"loses ON DELETE of {shown}", bare
        return
    for word, pattern in GENTLE.items():
        rough = pattern.sub("", statement.sql)
        if rough != statement.sql:
            yield LOCKS, f"is without {word}: {shown}", rough


def _losing(table: QualifiedName, last: Statement) -> tuple[str, str, str]:
    return LOSES_ROWS, f"empties {table.name}", f"{last.sql};\nTRUNCATE {table} CASCADE"
