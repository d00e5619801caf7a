"""
What revisions demand of rows, and what is said of it before they run: constraints.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LONG = "x" * 63
ODD = 'a "b" %s \\ {0} 😀'
QUOTED = '"a ""b"" %s \\ {0} 😀"'


@dataclass(frozen=True)
class Case:
    """
    A table with rows, and what a revision does to it.

    Attributes:
        name: What is tried.
        table: What makes the table ``{t}``, and what it needs.
        rows: What fills it.
        up: What the revision ``{r}`` does, a statement a line, from its twelfth line on.
        found: A pattern of what is found; None if the rows fit.
        untold: A pattern of why nothing is told.
        fails: Whether the real upgrade fails; None if it does where something is found.
    """

    name: str
    table: tuple[str, ...]
    rows: tuple[str, ...]
    up: tuple[str, ...]
    found: str | None = None
    untold: str | None = None
    fails: bool | None = None


TEXTS = ("CREATE TABLE {t} (id int PRIMARY KEY, x text, y int)",)
THREE = (
    "INSERT INTO {t} VALUES (1, 'a', 1), (2, NULL, -1), (3, 'a', NULL), (10, '2024-02-30', 70000)",
)
CONSTRAINTS = (
    Case(
        "NOT NULL",
        TEXTS,
        THREE,
        ("ALTER TABLE {t} ALTER x SET NOT NULL",),
        found=r"1 row of {t} breaks NOT NULL of {t}.x: 2$",
    ),
    Case(
        "NOT NULL that holds",
        TEXTS,
        ("INSERT INTO {t} VALUES (1, '', 1)",),
        ("ALTER TABLE {t} ALTER x SET NOT NULL",),
    ),
    Case(
        "NOT NULL without rows",
        TEXTS,
        ("SELECT",),
        ("ALTER TABLE {t} ADD z int NOT NULL",),
    ),
    Case(
        "column without default",
        TEXTS,
        THREE,
        ("ALTER TABLE {t} ADD z int NOT NULL",),
        found=r"4 rows of {t} break NOT NULL of {t}.z: 1, 2, 3, 10",
    ),
    Case(
        "column with default",
        TEXTS,
        THREE,
        ("ALTER TABLE {t} ADD z int DEFAULT 3 NOT NULL",),
    ),
    Case(
        "column whose default goes",
        TEXTS,
        THREE,
        (
            "ALTER TABLE {t} ADD z uuid DEFAULT gen_random_uuid() NOT NULL",
            "ALTER TABLE {t} ALTER z DROP DEFAULT",
        ),
    ),
    Case(
        "column that is counted",
        TEXTS,
        THREE,
        ("ALTER TABLE {t} ADD z bigint GENERATED ALWAYS AS IDENTITY",),
    ),
    Case(
        "column that is filled first",
        TEXTS,
        THREE,
        (
            "ALTER TABLE {t} ADD z int",
            "UPDATE {t} SET z = 1",
            "ALTER TABLE {t} ALTER z SET NOT NULL",
        ),
        untold=r"4 rows now break NOT NULL of {t}.z, and {r} line 13 may mend them",
        fails=False,
    ),
    Case(
        "column that is filled in part",
        TEXTS,
        THREE,
        (
            "ALTER TABLE {t} ADD z int",
            "UPDATE {t} SET z = 1 WHERE y > 0",
            "ALTER TABLE {t} ALTER z SET NOT NULL",
        ),
        untold=r"4 rows now break NOT NULL of {t}.z",
        fails=True,
    ),
    Case(
        "another column is written",
        TEXTS,
        THREE,
        (
            "UPDATE {t} SET y = 0",
            "ALTER TABLE {t} ALTER x SET NOT NULL",
        ),
        found=r"1 row of {t} breaks NOT NULL of {t}.x: 2$",
    ),
    Case(
        "written afterwards",
        TEXTS,
        THREE,
        (
            "ALTER TABLE {t} ALTER x SET NOT NULL",
            "UPDATE {t} SET x = '' WHERE x IS NULL",
        ),
        found=r"1 row of {t} breaks NOT NULL",
    ),
    Case(
        "rows that go first",
        TEXTS,
        THREE,
        (
            "DELETE FROM {t} WHERE x IS NULL",
            "ALTER TABLE {t} ALTER x SET NOT NULL",
        ),
        untold=r"{r} line 12 may mend them",
        fails=False,
    ),
    Case(
        "mended in a block of code",
        TEXTS,
        THREE,
        (
            "DO $$ BEGIN UPDATE {t} SET x = '' WHERE x IS NULL; END $$",
            "ALTER TABLE {t} ALTER x SET NOT NULL",
        ),
        untold=r"{r} line 12 may mend them",
        fails=False,
    ),
    Case(
        "taken back",
        TEXTS,
        THREE,
        (
            "ALTER TABLE {t} ADD CONSTRAINT later CHECK (y > 0) NOT VALID",
            "ALTER TABLE {t} DROP CONSTRAINT later",
        ),
    ),
    Case(
        "CHECK",
        TEXTS,
        THREE,
        ("ALTER TABLE {t} ADD CONSTRAINT c CHECK (y > 0)",),
        found=r"1 row of {t} breaks CHECK {t}.c: 2$",
    ),
    Case(
        "CHECK of two steps",
        TEXTS,
        THREE,
        (
            "ALTER TABLE {t} ADD CONSTRAINT c CHECK (y > 0) NOT VALID",
            "ALTER TABLE {t} VALIDATE CONSTRAINT c",
        ),
        found=r"line 13: 1 row of {t} breaks CHECK {t}.c: 2$",
    ),
    Case(
        "CHECK of half a step",
        TEXTS,
        THREE,
        ("ALTER TABLE {t} ADD CONSTRAINT c CHECK (y > 0) NOT VALID",),
    ),
    Case(
        "CHECK with a new name",
        TEXTS,
        THREE,
        (
            "ALTER TABLE {t} RENAME y TO z",
            "ALTER TABLE {t} RENAME TO {t}_n",
            "ALTER TABLE {t}_n ADD CONSTRAINT c CHECK (z > 0)",
        ),
        found=r"1 row of {t} breaks CHECK {t}.c: 2$",
    ),
    Case(
        "CHECK of what a column will be",
        TEXTS,
        THREE,
        (
            "ALTER TABLE {t} ADD z int DEFAULT 5",
            "ALTER TABLE {t} ADD CONSTRAINT c CHECK (z <> 5)",
        ),
        found=r"4 rows of {t} break CHECK",
    ),
    Case(
        "names that were there",
        ("CREATE TABLE {t} (id int PRIMARY KEY, x text NOT NULL UNIQUE CHECK (x <> ''))",),
        ("INSERT INTO {t} VALUES (1, 'a')",),
        (
            "ALTER TABLE {t} RENAME x TO z",
            "ALTER TABLE {t} RENAME TO {t}_n",
            "ALTER TABLE {t}_n RENAME CONSTRAINT {t}_pkey TO p",
        ),
    ),
    Case(
        "partitioned",
        (
            "CREATE TABLE {t} (id int, x text) PARTITION BY RANGE (id)",
            "CREATE TABLE {t}_1 PARTITION OF {t} DEFAULT",
        ),
        ("INSERT INTO {t} VALUES (1, NULL)",),
        ("ALTER TABLE {t} ALTER x SET NOT NULL",),
        found=r"1 row of {t} breaks NOT NULL of {t}.x: \(0,1\)$",
    ),
    Case(
        "odd names",
        (f'CREATE TABLE {{t}} (id int PRIMARY KEY, {QUOTED} int, "{LONG}" text)',),
        ("INSERT INTO {t} VALUES (1, 0, NULL)",),
        (f"ALTER TABLE {{t}} ADD CONSTRAINT {QUOTED} CHECK ({QUOTED} > 0)",),
        found=r"1 row of {t} breaks CHECK {t}." + re.escape(ODD) + ": 1$",
    ),
    Case(
        "a function of its own",
        TEXTS,
        THREE,
        (
            "CREATE FUNCTION {t}_f(int) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $1 > 0'",
            "ALTER TABLE {t} ADD CONSTRAINT c CHECK ({t}_f(y))",
        ),
        untold=r"CHECK {t}.c: it uses a function, operator or type that is not there now",
        fails=True,
    ),
    Case(
        "a table that is filled",
        TEXTS,
        THREE,
        (
            "CREATE TABLE {t}_n (id int, x text NOT NULL)",
            "INSERT INTO {t}_n SELECT id, x FROM {t}",
        ),
        untold=r"{t}_n is made and filled by it",
        fails=True,
    ),
    Case(
        "a table that is new",
        TEXTS,
        THREE,
        ("CREATE TABLE {t}_n (id int PRIMARY KEY, x text NOT NULL UNIQUE)",),
    ),
)
