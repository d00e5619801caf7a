"""
Every facet of schemas and tables that differs is told, once, by its right name.
"""

from __future__ import annotations

import pytest

from tests.harness.catalog.differing import differences_in

TABLE = "CREATE TABLE t (id int PRIMARY KEY, a int, b text);"

# Left; right; the first PostgreSQL that has it; kind, identity, facet, text left, text right.
CASES = [
    pytest.param(
        "",
        (
            "CREATE TABLE t (id serial PRIMARY KEY, a int CHECK (a > 0) REFERENCES t); "
            "CREATE INDEX ON t (a); COMMENT ON COLUMN t.a IS 'x'"
        ),
        14,
        [("table", "public.t", None, None, "public.t")],
        id="table missing, all of it told once",
    ),
    pytest.param(
        "",
        "CREATE SCHEMA s; CREATE TABLE s.t (id int); CREATE TYPE s.e AS ENUM ('x')",
        14,
        [("schema", "s", None, None, "s")],
        id="schema missing with what is in it",
    ),
    pytest.param(
        TABLE + "COMMENT ON TABLE t IS 'one'",
        TABLE + "COMMENT ON TABLE t IS 'two'",
        14,
        [("table", "public.t", "comment", "one", "two")],
        id="table comment",
    ),
    pytest.param(
        TABLE,
        TABLE + "COMMENT ON TABLE t IS 'two'",
        14,
        [("table", "public.t", "comment", None, "two")],
        id="table comment missing",
    ),
    pytest.param(
        TABLE,
        TABLE + "ALTER TABLE t OWNER TO pg_monitor",
        14,
        [("table", "public.t", "owner", "{me}", "pg_monitor")],
        id="table owner",
    ),
    pytest.param(
        "CREATE TABLE t (id serial, n int GENERATED ALWAYS AS IDENTITY)",
        "CREATE TABLE t (id serial, n int GENERATED ALWAYS AS IDENTITY);"
        "ALTER TABLE t OWNER TO pg_monitor",
        14,
        [("table", "public.t", "owner", "{me}", "pg_monitor")],
        id="table owner, that of its sequences untold",
    ),
    pytest.param(
        TABLE,
        TABLE + "REVOKE ALL ON t FROM CURRENT_USER; GRANT SELECT ON t TO pg_monitor",
        14,
        [("table", "public.t", "privileges", None, "pg_monitor=r/{me}")],
        id="table privileges",
    ),
    pytest.param(
        TABLE,
        TABLE + "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
        14,
        [("table", "public.t", "row security", "no", "yes")],
        id="row security",
    ),
    pytest.param(
        TABLE,
        TABLE + "ALTER TABLE t FORCE ROW LEVEL SECURITY",
        14,
        [("table", "public.t", "forces row security", "no", "yes")],
        id="row security forced",
    ),
    pytest.param(
        TABLE,
        TABLE + "ALTER TABLE t SET UNLOGGED",
        14,
        [("table", "public.t", "persistence", "permanent", "unlogged")],
        id="unlogged",
    ),
    pytest.param(
        TABLE,
        TABLE + "ALTER TABLE t SET (fillfactor = 70)",
        14,
        [("table", "public.t", "options", "none", "fillfactor=70")],
        id="storage parameter",
    ),
    pytest.param(
        TABLE,
        TABLE + "ALTER TABLE t SET (toast.autovacuum_enabled = false)",
        14,
        [("table", "public.t", "options", "none", "toast.autovacuum_enabled=false")],
        id="toast parameter",
    ),
    pytest.param(
        TABLE,
        TABLE + "ALTER TABLE t REPLICA IDENTITY FULL",
        14,
        [("table", "public.t", "replica identity", "default", "full")],
        id="replica identity",
    ),
    pytest.param(
        TABLE + "CREATE TABLE p (a int)",
        TABLE + "CREATE TABLE p (a int); ALTER TABLE t INHERIT p",
        14,
        [("table", "public.t", "parents", "none", "public.p")],
        id="inheritance",
    ),
    pytest.param(
        "CREATE TABLE t (a int)",
        "CREATE TABLE t (a int) PARTITION BY RANGE (a)",
        14,
        [("table", "public.t", "form", "ordinary", "partitioned")],
        id="partitioned or not",
    ),
    pytest.param(
        (
            "CREATE TABLE t (a int) PARTITION BY RANGE (a); "
            "CREATE TABLE p PARTITION OF t FOR VALUES FROM (1) TO (2)"
        ),
        (
            "CREATE TABLE t (a int) PARTITION BY RANGE (a); "
            "CREATE TABLE p PARTITION OF t FOR VALUES FROM (1) TO (3)"
        ),
        14,
        [
            (
                "table",
                "public.p",
                "partition bound",
                "FOR VALUES FROM (1) TO (2)",
                "FOR VALUES FROM (1) TO (3)",
            )
        ],
        id="partition bound",
    ),
    pytest.param(
        "CREATE TABLE t (a int) PARTITION BY RANGE (a); CREATE TABLE p (a int)",
        (
            "CREATE TABLE t (a int) PARTITION BY RANGE (a); "
            "CREATE TABLE p PARTITION OF t FOR VALUES FROM (1) TO (3)"
        ),
        14,
        [("table", "public.p", "parents", "none", "public.t")],
        id="partition attached",
    ),
    pytest.param(
        "CREATE TYPE c AS (a int); CREATE TABLE t (a int)",
        "CREATE TYPE c AS (a int); CREATE TABLE t OF c",
        14,
        [("table", "public.t", "of type", None, "public.c")],
        id="typed table",
    ),
    pytest.param(
        (
            "CREATE FOREIGN DATA WRAPPER f; CREATE SERVER s FOREIGN DATA WRAPPER f; "
            "CREATE FOREIGN TABLE t (a int) SERVER s"
        ),
        (
            "CREATE FOREIGN DATA WRAPPER f; CREATE SERVER s FOREIGN DATA WRAPPER f; "
            "CREATE FOREIGN TABLE t (a int) SERVER s OPTIONS (x '1')"
        ),
        14,
        [("table", "public.t", "foreign options", "none", "x '1'")],
        id="foreign table options",
    ),
    pytest.param(
        ("CREATE TABLE t (a int) PARTITION BY RANGE (a); CREATE TABLE p PARTITION OF t DEFAULT"),
        (
            "CREATE TABLE t (a int) PARTITION BY RANGE (a); "
            "CREATE TABLE p PARTITION OF t DEFAULT; ALTER TABLE t ADD x int; "
            "ALTER TABLE t ADD CHECK (x > 0); CREATE INDEX ON t (x)"
        ),
        14,
        [
            ("check constraint", "public.t.t_x_check", None, None, "CHECK ((x > 0))"),
            ("column", "public.t.x", None, None, "integer"),
            (
                "index",
                "public.t_x_idx",
                None,
                None,
                "CREATE INDEX t_x_idx ON ONLY public.t USING btree (x)",
            ),
        ],
        id="parent's new column told once",
    ),
    pytest.param(
        (
            "CREATE TABLE t (a int, x int) PARTITION BY RANGE (a); "
            "CREATE TABLE p PARTITION OF t DEFAULT"
        ),
        (
            "CREATE TABLE t (a int, x bigint) PARTITION BY RANGE (a); "
            "CREATE TABLE p PARTITION OF t DEFAULT"
        ),
        14,
        [("column", "public.t.x", "type", "integer", "bigint")],
        id="parent's changed column told once",
    ),
    pytest.param(
        (
            "CREATE TABLE t (a int, x int) PARTITION BY RANGE (a); "
            "CREATE TABLE p PARTITION OF t DEFAULT"
        ),
        (
            "CREATE TABLE t (a int, x int) PARTITION BY RANGE (a); "
            "CREATE TABLE p PARTITION OF t DEFAULT; ALTER TABLE p ALTER x SET DEFAULT 1"
        ),
        14,
        [("column", "public.p.x", "default", None, "1")],
        id="partition's own default is its own",
    ),
    pytest.param(
        "CREATE SCHEMA s",
        "CREATE SCHEMA s; COMMENT ON SCHEMA s IS 'x'",
        14,
        [("schema", "s", "comment", None, "x")],
        id="schema comment",
    ),
    pytest.param(
        "CREATE SCHEMA s",
        ("CREATE SCHEMA s AUTHORIZATION pg_monitor; GRANT USAGE ON SCHEMA s TO PUBLIC"),
        14,
        [
            ("schema", "s", "owner", "{me}", "pg_monitor"),
            ("schema", "s", "privileges", None, "=U/pg_monitor, pg_monitor=UC/pg_monitor"),
        ],
        id="schema owner and privileges",
    ),
    pytest.param(
        "CREATE TABLE t (a int, b int) PARTITION BY RANGE (a)",
        "CREATE TABLE t (a int, b int) PARTITION BY RANGE (b)",
        14,
        [("table", "public.t", "partition key", "RANGE (a)", "RANGE (b)")],
        id="partition key",
    ),
    pytest.param(
        (
            "CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler; "
            "CREATE TABLE t (a int)"
        ),
        (
            "CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler; "
            "CREATE TABLE t (a int) USING heap2"
        ),
        14,
        [("table", "public.t", "access method", "heap", "heap2")],
        id="access method",
    ),
]

test_difference = differences_in(CASES)
