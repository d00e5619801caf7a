"""
What revisions demand of rows, and what is said of it before they run: keys.
"""

from __future__ import annotations

from tests.harness.checks.deploy.cases import TEXTS, THREE, Case

PAIR = (
    "CREATE TABLE {t}_p (id int PRIMARY KEY)",
    "CREATE TABLE {t} (id int, k int, PRIMARY KEY (k, id))",
)
ORPHANS = ("INSERT INTO {t}_p VALUES (1)", "INSERT INTO {t} VALUES (1, 1), (2, 7), (3, 7)")

KEYS = (
    Case(
        "UNIQUE",
        TEXTS,
        THREE,
        ("ALTER TABLE {t} ADD CONSTRAINT u UNIQUE (x)",),
        found=r"2 rows of {t} break UNIQUE constraint {t}.u: 1, …$",
    ),
    Case(
        "UNIQUE index",
        TEXTS,
        THREE,
        ("CREATE UNIQUE INDEX {t}_u ON {t} (lower(x))",),
        found=r"2 rows of {t} break UNIQUE index {t}.{t}_u",
    ),
    Case(
        "UNIQUE of some",
        TEXTS,
        THREE,
        ("CREATE UNIQUE INDEX {t}_u ON {t} (x) WHERE y > 0",),
    ),
    Case(
        "UNIQUE of NULLs",
        TEXTS,
        ("INSERT INTO {t} VALUES (1), (2)",),
        ("ALTER TABLE {t} ADD UNIQUE (x)",),
    ),
    Case(
        "PRIMARY KEY",
        ("CREATE TABLE {t} (x int)",),
        ("INSERT INTO {t} VALUES (1), (1), (NULL)",),
        ("ALTER TABLE {t} ADD PRIMARY KEY (x)",),
        found=r"1 row of {t} breaks NOT NULL of {t}.x: \(0,3\)$",
    ),
    Case(
        "foreign key",
        PAIR,
        ORPHANS,
        ("ALTER TABLE {t} ADD CONSTRAINT f FOREIGN KEY (k) REFERENCES {t}_p",),
        found=r"2 rows of {t} break FOREIGN KEY {t}.f: \(7, 2\), \(7, 3\)$",
    ),
    Case(
        "foreign key of nobody",
        TEXTS,
        ("INSERT INTO {t} VALUES (1)",),
        ("ALTER TABLE {t} ADD FOREIGN KEY (y) REFERENCES {t}",),
    ),
    Case(
        "foreign key to a new table",
        TEXTS,
        THREE,
        (
            "CREATE TABLE {t}_q (y int PRIMARY KEY)",
            "ALTER TABLE {t} ADD CONSTRAINT f FOREIGN KEY (y) REFERENCES {t}_q",
        ),
        found=r"3 rows of {t} break FOREIGN KEY {t}.f: 1, 2, 10$",
    ),
    Case(
        "foreign key, MATCH FULL",
        (
            "CREATE TABLE {t}_p (a int, b int, PRIMARY KEY (a, b))",
            "CREATE TABLE {t} (id int PRIMARY KEY, a int, b int)",
        ),
        (
            "INSERT INTO {t}_p VALUES (1, 1)",
            "INSERT INTO {t} VALUES (1, 1, 1), (2, 1, NULL), (3, NULL, NULL)",
        ),
        ("ALTER TABLE {t} ADD CONSTRAINT f FOREIGN KEY (a, b) REFERENCES {t}_p MATCH FULL",),
        found=r"1 row of {t} breaks FOREIGN KEY {t}.f: 2$",
    ),
    Case(
        "EXCLUDE",
        ("CREATE TABLE {t} (id int PRIMARY KEY, r int4range)",),
        ("INSERT INTO {t} VALUES (1, '[1,5)'), (2, '[4,6)'), (3, '[6,7)')",),
        ("ALTER TABLE {t} ADD CONSTRAINT e EXCLUDE USING gist (r WITH &&)",),
        found=r"2 rows of {t} break EXCLUDE {t}.e: 1, 2$",
    ),
    Case(
        "parents that come first",
        PAIR,
        ORPHANS,
        (
            "INSERT INTO {t}_p SELECT DISTINCT k FROM {t} ON CONFLICT DO NOTHING",
            "ALTER TABLE {t} ADD CONSTRAINT f FOREIGN KEY (k) REFERENCES {t}_p",
        ),
        untold=r"2 rows now break FOREIGN KEY {t}.f, and {r} line 12 may mend them",
        fails=False,
    ),
    Case(
        "foreign key of a new column",
        PAIR,
        ORPHANS,
        ("ALTER TABLE {t} ADD n int DEFAULT 9 CONSTRAINT f REFERENCES {t}_p",),
        found=r"3 rows of {t} break FOREIGN KEY {t}.f",
    ),
    Case(
        "foreign key of a new column without values",
        PAIR,
        ORPHANS,
        ("ALTER TABLE {t} ADD n int REFERENCES {t}_p",),
    ),
    Case(
        "foreign key that is validated now",
        (*PAIR, "ALTER TABLE {t} ADD CONSTRAINT f FOREIGN KEY (k) REFERENCES {t}_p NOT VALID"),
        (
            "INSERT INTO {t}_p VALUES (1)",
            "ALTER TABLE {t} DISABLE TRIGGER ALL",
            "INSERT INTO {t} VALUES (1, 1), (2, 7)",
            "ALTER TABLE {t} ENABLE TRIGGER ALL",
        ),
        ("ALTER TABLE {t} VALIDATE CONSTRAINT f",),
        found=r"1 row of {t} breaks FOREIGN KEY {t}.f: \(7, 2\)$",
    ),
)
