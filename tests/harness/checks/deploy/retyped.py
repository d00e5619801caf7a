"""
What revisions demand of rows, and what is said of it before they run: types and domains.
"""

from __future__ import annotations

from tests.harness.checks.deploy.cases import TEXTS, THREE, Case

TYPES = (
    Case(
        "shorter text",
        TEXTS,
        ("INSERT INTO {t} VALUES (1, 'abcd'), (2, 'abc   '), (3, NULL)",),
        ("ALTER TABLE {t} ALTER x TYPE varchar(3)",),
        found=r"1 row of {t} breaks the type of {t}.x, character varying\(3\) from text: 1$",
    ),
    Case(
        "text that is cut",
        TEXTS,
        THREE,
        ("ALTER TABLE {t} ALTER x TYPE varchar(3) USING x::varchar(3)",),
    ),
    Case(
        "text that is not cut",
        TEXTS,
        ("INSERT INTO {t} VALUES (1, 'abc'), (2, 'abcd')",),
        ("ALTER TABLE {t} ALTER x TYPE varchar(3) USING trim(x)",),
        found=r"1 row of {t} breaks the type of {t}.x, .*: 2$",
    ),
    Case(
        "text to number through another",
        TEXTS,
        ("INSERT INTO {t} VALUES (1, '1.5')",),
        ("ALTER TABLE {t} ALTER x TYPE int USING x::numeric",),
    ),
    Case(
        "text to number through itself",
        TEXTS,
        ("INSERT INTO {t} VALUES (1, '1.5'), (2, '3')",),
        ("ALTER TABLE {t} ALTER x TYPE int USING CAST(x AS int)",),
        found=r"1 row of {t} break",
    ),
    Case(
        "smaller number",
        TEXTS,
        THREE,
        ("ALTER TABLE {t} ALTER y TYPE smallint",),
        found=r"1 row of {t} breaks the type of {t}.y, smallint from integer: 10$",
    ),
    Case(
        "greater number",
        TEXTS,
        THREE,
        ("ALTER TABLE {t} ALTER y TYPE bigint",),
    ),
    Case(
        "fewer digits",
        ("CREATE TABLE {t} (id int PRIMARY KEY, n numeric(8, 3))",),
        ("INSERT INTO {t} VALUES (1, 99.994), (2, 99.995), (3, 'NaN')",),
        ("ALTER TABLE {t} ALTER n TYPE numeric(4, 2)",),
        found=r"1 row of {t} breaks the type of {t}.n, numeric\(4,2\) from numeric\(8,3\): 2$",
    ),
    Case(
        "text to date",
        TEXTS,
        ("INSERT INTO {t} VALUES (1, '2024-02-28'), (10, '2024-02-30')",),
        ("ALTER TABLE {t} ALTER x TYPE date USING x::date",),
        found=r"1 row of {t} break",
    ),
    Case(
        "text to number by a formula",
        TEXTS,
        ("INSERT INTO {t} VALUES (1, '7'), (2, '')",),
        ("ALTER TABLE {t} ALTER x TYPE int USING trim(x)::int + 1",),
        found=r"at least 1 row of {t} break",
    ),
    Case(
        "text to number by a formula, and it can",
        TEXTS,
        ("INSERT INTO {t} VALUES (1, '7'), (2, '')",),
        ("ALTER TABLE {t} ALTER x TYPE int USING nullif(x, '')::int + 1",),
    ),
    Case(
        "text to enum",
        TEXTS,
        THREE,
        (
            "CREATE TYPE {t}_e AS ENUM ('a', 'b')",
            "ALTER TABLE {t} ALTER x TYPE {t}_e USING x::{t}_e",
        ),
        found=r"1 row of {t} breaks the type of {t}.x, public.{t}_e from text: 10$",
    ),
    Case(
        "fewer labels",
        (
            "CREATE TYPE {t}_e AS ENUM ('a', 'b')",
            "CREATE TABLE {t} (id int PRIMARY KEY, e {t}_e)",
        ),
        ("INSERT INTO {t} VALUES (1, 'a'), (2, 'b')",),
        (
            "ALTER TYPE {t}_e RENAME TO {t}_o",
            "CREATE TYPE {t}_e AS ENUM ('a')",
            "ALTER TABLE {t} ALTER e TYPE {t}_e USING e::text::{t}_e",
            "DROP TYPE {t}_o",
        ),
        found=r"1 row of {t} breaks the type of {t}.e, public.{t}_e from public.{t}_o: 2$",
    ),
    Case(
        "domain",
        (
            "CREATE DOMAIN {t}_d AS int",
            "CREATE TABLE {t} (id int PRIMARY KEY, d {t}_d)",
        ),
        ("INSERT INTO {t} VALUES (1, 1), (2, -1)",),
        ("ALTER DOMAIN {t}_d ADD CONSTRAINT c CHECK (VALUE > 0)",),
        found=r"1 row of {t} breaks CHECK c of domain {t}_d in {t}.d: 2$",
    ),
    Case(
        "domain without NULL",
        (
            "CREATE DOMAIN {t}_d AS int",
            "CREATE TABLE {t} (id int PRIMARY KEY, d {t}_d)",
        ),
        ("INSERT INTO {t} VALUES (1, 1), (2, NULL)",),
        ("ALTER DOMAIN {t}_d SET NOT NULL",),
        found=r"1 row of {t} breaks NOT NULL of {t}.d: 2$",
    ),
    Case(
        "unique after another type",
        ("CREATE TABLE {t} (id int PRIMARY KEY, at timestamp UNIQUE)",),
        ("INSERT INTO {t} VALUES (1, '2024-01-01 10:00'), (2, '2024-01-01 11:00')",),
        ("ALTER TABLE {t} ALTER at TYPE date",),
        found=r"2 rows of {t} break UNIQUE constraint {t}.{t}_at_key: 1",
    ),
)
