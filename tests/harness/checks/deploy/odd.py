"""
What revisions do that makes it hard to say what they demand of rows.
"""

from __future__ import annotations

from tests.harness.checks.deploy.cases import TEXTS, THREE, Case

SET_NOT_NULL = "ALTER TABLE {t} ALTER x SET NOT NULL"

ODD_WAYS = (
    Case(
        "names that change places",
        (*TEXTS, "CREATE TABLE {t}_p (id int PRIMARY KEY, x text)"),
        ("INSERT INTO {t} VALUES (1, 'a', 1)", "INSERT INTO {t}_p VALUES (5, NULL)"),
        (
            "ALTER TABLE {t} RENAME TO {t}_o",
            "ALTER TABLE {t}_p RENAME TO {t}",
            SET_NOT_NULL,
        ),
        found=r"1 row of {t}_p breaks NOT NULL of {t}_p.x: 5$",
    ),
    Case(
        "columns that change places",
        ("CREATE TABLE {t} (id int PRIMARY KEY, x text, y text)",),
        ("INSERT INTO {t} VALUES (1, 'a', NULL)",),
        (
            "ALTER TABLE {t} RENAME x TO z",
            "ALTER TABLE {t} RENAME y TO x",
            SET_NOT_NULL,
        ),
        found=r"1 row of {t} breaks NOT NULL of {t}.x: 1$",
    ),
    Case(
        "another schema",
        TEXTS,
        THREE,
        (
            "CREATE SCHEMA {t}_s",
            "ALTER TABLE {t} SET SCHEMA {t}_s",
            "ALTER TABLE {t}_s.{t} ALTER x SET NOT NULL",
        ),
        found=r"1 row of {t} breaks NOT NULL of {t}.x: 2$",
    ),
    Case(
        "a column that is made anew",
        TEXTS,
        THREE,
        (
            "ALTER TABLE {t} DROP x",
            "ALTER TABLE {t} ADD x text DEFAULT '' NOT NULL",
        ),
    ),
    Case(
        "a table that is emptied first",
        TEXTS,
        THREE,
        ("TRUNCATE {t}", SET_NOT_NULL),
        untold=r"{r} line 12 may mend them",
        fails=False,
    ),
    Case(
        "a table that is made anew",
        TEXTS,
        THREE,
        ("DROP TABLE {t}", "CREATE TABLE {t} (id int, x text NOT NULL)"),
    ),
    Case(
        "a table that is copied and takes the other's place",
        TEXTS,
        THREE,
        (
            "CREATE TABLE {t}_n (LIKE {t} INCLUDING ALL)",
            "INSERT INTO {t}_n SELECT * FROM {t}",
            "DROP TABLE {t}",
            "ALTER TABLE {t}_n RENAME TO {t}",
            SET_NOT_NULL,
        ),
        untold=r"{t}_n is made and filled by it",
        fails=True,
    ),
    Case(
        "a function that mends",
        (
            *TEXTS,
            "CREATE FUNCTION {t}_f() RETURNS void LANGUAGE sql AS"
            " $$ UPDATE {t} SET x = '' WHERE x IS NULL $$",
        ),
        THREE,
        ("SELECT {t}_f()", SET_NOT_NULL),
        untold=r"{r} line 12 may mend them",
        fails=False,
    ),
    Case(
        "all in one text",
        TEXTS,
        THREE,
        ("UPDATE {t} SET x = '' WHERE x IS NULL; ALTER TABLE {t} ALTER x SET NOT NULL",),
        untold=r"{r} line 12 may mend them",
        fails=False,
    ),
    Case(
        "several of one statement",
        TEXTS,
        THREE,
        ("ALTER TABLE {t} ALTER x SET NOT NULL, ALTER y TYPE smallint",),
        found=r"1 row of {t} breaks the type of {t}.y, smallint from integer: 10$",
    ),
    Case(
        "a child by inheritance",
        (*TEXTS, "CREATE TABLE {t}_c () INHERITS ({t})"),
        ("INSERT INTO {t}_c VALUES (1, NULL, 1)",),
        (SET_NOT_NULL,),
        found=r"1 row of {t} breaks NOT NULL of {t}.x",
    ),
    Case(
        "a table that becomes a partition",
        (*TEXTS, "CREATE TABLE {t}_p (id int, x text, y int) PARTITION BY RANGE (id)"),
        THREE,
        ("ALTER TABLE {t}_p ATTACH PARTITION {t} FOR VALUES FROM (0) TO (5)",),
        untold=r"the bounds of {t}, which becomes a partition: what they demand of its rows",
        fails=True,
    ),
    Case(
        "two formulas",
        TEXTS,
        ("INSERT INTO {t} VALUES (1, '7', 3)",),
        ("ALTER TABLE {t} ALTER x TYPE int USING x::int, ALTER y TYPE bool USING y > 0",),
        untold=r"its USING cannot be told apart",
        fails=False,
    ),
    Case(
        "a CHECK after a formula",
        TEXTS,
        ("INSERT INTO {t} VALUES (1, '7', 3)",),
        (
            "ALTER TABLE {t} ALTER x TYPE int USING trim(x)::int - 7",
            "ALTER TABLE {t} ADD CONSTRAINT c CHECK (x > 0)",
        ),
        untold=r"CHECK {t}.c: it speaks of a table or column that is not there now",
        fails=True,
    ),
    Case(
        "a CHECK that NULL passes",
        TEXTS,
        ("INSERT INTO {t} VALUES (1, NULL, NULL)",),
        ("ALTER TABLE {t} ADD CHECK (x <> '' AND y > 0)",),
    ),
)
