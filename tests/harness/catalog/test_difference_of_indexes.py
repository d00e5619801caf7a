"""
Every facet of indexes and extended statistics that differs is told, once, by its right name.
"""

from __future__ import annotations

import pytest

from tests.harness.catalog.differing import differences_in

TABLE = "CREATE TABLE t (a int, b text, c int);"

# Left; right; the first PostgreSQL that has it; kind, identity, facet, text left, text right.
CASES = [
    pytest.param(
        TABLE,
        TABLE + "CREATE INDEX i ON t (a)",
        14,
        [("index", "public.i", None, None, "CREATE INDEX i ON public.t USING btree (a)")],
        id="index missing",
    ),
    pytest.param(
        TABLE + "CREATE INDEX i ON t (a)",
        TABLE + "CREATE INDEX i ON t USING hash (a)",
        14,
        [("index", "public.i", "method", "btree", "hash")],
        id="method",
    ),
    pytest.param(
        TABLE + "CREATE INDEX i ON t (a)",
        TABLE + "CREATE INDEX i ON t (a, c)",
        14,
        [("index", "public.i", "keys", "a", "a, c")],
        id="keys",
    ),
    pytest.param(
        TABLE + "CREATE INDEX i ON t (a, c)",
        TABLE + "CREATE INDEX i ON t (c, a)",
        14,
        [("index", "public.i", "keys", "a, c", "c, a")],
        id="key order",
    ),
    pytest.param(
        TABLE + "CREATE INDEX i ON t (a)",
        TABLE + "CREATE INDEX i ON t (a DESC)",
        14,
        [("index", "public.i", "keys", "a", "a DESC")],
        id="descending",
    ),
    pytest.param(
        TABLE + "CREATE INDEX i ON t (a)",
        TABLE + "CREATE INDEX i ON t (a NULLS FIRST)",
        14,
        [("index", "public.i", "keys", "a", "a NULLS FIRST")],
        id="nulls first",
    ),
    pytest.param(
        TABLE + "CREATE INDEX i ON t (a DESC)",
        TABLE + "CREATE INDEX i ON t (a DESC NULLS LAST)",
        14,
        [("index", "public.i", "keys", "a DESC", "a DESC NULLS LAST")],
        id="nulls last",
    ),
    pytest.param(
        TABLE + "CREATE INDEX i ON t (b)",
        TABLE + "CREATE INDEX i ON t (lower(b))",
        14,
        [("index", "public.i", "keys", "b", "(lower(b))")],
        id="expression",
    ),
    pytest.param(
        TABLE + "CREATE INDEX i ON t (b)",
        TABLE + "CREATE INDEX i ON t (b text_pattern_ops)",
        14,
        [("index", "public.i", "keys", "b", "b text_pattern_ops")],
        id="operator class",
    ),
    pytest.param(
        "CREATE TABLE t (v tsvector); CREATE INDEX i ON t USING gist (v)",
        (
            "CREATE TABLE t (v tsvector); "
            "CREATE INDEX i ON t USING gist (v tsvector_ops (siglen = 100))"
        ),
        14,
        [
            (
                "index",
                "public.i",
                "definition",
                "CREATE INDEX i ON public.t USING gist (v)",
                "CREATE INDEX i ON public.t USING gist (v tsvector_ops (siglen='100'))",
            )
        ],
        id="operator class option",
    ),
    pytest.param(
        TABLE + "CREATE INDEX i ON t (b)",
        TABLE + 'CREATE INDEX i ON t (b COLLATE "C")',
        14,
        [("index", "public.i", "keys", "b", 'b COLLATE "C"')],
        id="index collation",
    ),
    pytest.param(
        TABLE + "CREATE INDEX i ON t (a)",
        TABLE + "CREATE INDEX i ON t (a) INCLUDE (c)",
        14,
        [("index", "public.i", "include", "none", "c")],
        id="include",
    ),
    pytest.param(
        TABLE + "CREATE INDEX i ON t (a)",
        TABLE + "CREATE INDEX i ON t (a) WHERE c > 0",
        14,
        [("index", "public.i", "predicate", None, "(c > 0)")],
        id="predicate",
    ),
    pytest.param(
        TABLE + "CREATE INDEX i ON t (a)",
        TABLE + "CREATE UNIQUE INDEX i ON t (a)",
        14,
        [("index", "public.i", "unique", "no", "yes")],
        id="unique",
    ),
    pytest.param(
        TABLE + "CREATE UNIQUE INDEX i ON t (a)",
        TABLE + "CREATE UNIQUE INDEX i ON t (a) NULLS NOT DISTINCT",
        15,
        [("index", "public.i", "nulls not distinct", "no", "yes")],
        id="nulls not distinct",
    ),
    pytest.param(
        TABLE + "CREATE INDEX i ON t (a)",
        TABLE + "CREATE INDEX i ON t (a) WITH (fillfactor = 70)",
        14,
        [("index", "public.i", "options", "none", "fillfactor=70")],
        id="index option",
    ),
    pytest.param(
        TABLE + "CREATE INDEX i ON t (a)",
        TABLE + "CREATE INDEX i ON t (a); ALTER TABLE t CLUSTER ON i",
        14,
        [("index", "public.i", "clustered", "no", "yes")],
        id="clustered",
    ),
    pytest.param(
        TABLE + "CREATE INDEX i ON t (a)",
        TABLE + "CREATE INDEX i ON t (a); COMMENT ON INDEX i IS 'x'",
        14,
        [("index", "public.i", "comment", None, "x")],
        id="index comment",
    ),
    pytest.param(
        TABLE + "CREATE INDEX i ON t (a)",
        TABLE
        + (
            "CREATE INDEX i ON t (a); "
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'i'::regclass"
        ),
        14,
        [("index", "public.i", "valid", "yes", "no")],
        id="invalid",
    ),
    pytest.param(
        TABLE + "CREATE INDEX i ON t (a)",
        TABLE
        + (
            "CREATE INDEX i ON t (a); "
            "UPDATE pg_index SET indisready = false WHERE indexrelid = 'i'::regclass"
        ),
        14,
        [("index", "public.i", "ready", "yes", "no")],
        id="not ready",
    ),
    pytest.param(
        (
            "CREATE TABLE t (a int NOT NULL); CREATE UNIQUE INDEX i ON t (a); "
            "ALTER TABLE t REPLICA IDENTITY USING INDEX i"
        ),
        "CREATE TABLE t (a int NOT NULL); CREATE UNIQUE INDEX i ON t (a);",
        14,
        [("table", "public.t", "replica identity", "index", "default")],
        id="replica identity index",
    ),
    pytest.param(
        TABLE + "CREATE TABLE u (a int); CREATE INDEX i ON u (a)",
        TABLE + "CREATE TABLE u (a int); CREATE INDEX i ON t (a)",
        14,
        [("index", "public.i", "table", "public.u", "public.t")],
        id="on another table",
    ),
    pytest.param(
        "CREATE MATERIALIZED VIEW m AS SELECT 1 AS a",
        "CREATE MATERIALIZED VIEW m AS SELECT 1 AS a; CREATE INDEX i ON m (a)",
        14,
        [("index", "public.i", None, None, "CREATE INDEX i ON public.m USING btree (a)")],
        id="of a materialized view",
    ),
    pytest.param(
        (
            "CREATE TABLE t (a int) PARTITION BY RANGE (a); "
            "CREATE TABLE p PARTITION OF t DEFAULT; CREATE INDEX i ON t (a)"
        ),
        (
            "CREATE TABLE t (a int) PARTITION BY RANGE (a); "
            "CREATE TABLE p PARTITION OF t DEFAULT; CREATE INDEX i ON t (a DESC)"
        ),
        14,
        [("index", "public.i", "keys", "a", "a DESC")],
        id="partitioned index told once",
    ),
    pytest.param(
        TABLE,
        TABLE + "CREATE STATISTICS s (ndistinct) ON a, c FROM t",
        14,
        [
            (
                "statistics",
                "public.s",
                None,
                None,
                "CREATE STATISTICS public.s (ndistinct) ON a, c FROM public.t",
            )
        ],
        id="statistics object missing",
    ),
    pytest.param(
        TABLE + "CREATE STATISTICS s (dependencies) ON a, c FROM t",
        TABLE + "CREATE STATISTICS s (ndistinct) ON a, c FROM t",
        14,
        [
            (
                "statistics",
                "public.s",
                "definition",
                "CREATE STATISTICS public.s (dependencies) ON a, c FROM public.t",
                "CREATE STATISTICS public.s (ndistinct) ON a, c FROM public.t",
            )
        ],
        id="statistics object",
    ),
    pytest.param(
        TABLE + "CREATE STATISTICS s ON a, c FROM t",
        TABLE + "CREATE STATISTICS s ON a, c FROM t; ALTER STATISTICS s SET STATISTICS 50",
        14,
        [("statistics", "public.s", "statistics target", None, "50")],
        id="statistics object target",
    ),
    pytest.param(
        (
            "CREATE TABLE t (a int NOT NULL); CREATE UNIQUE INDEX i ON t (a); "
            "CREATE UNIQUE INDEX j ON t (a); "
            "ALTER TABLE t REPLICA IDENTITY USING INDEX i"
        ),
        (
            "CREATE TABLE t (a int NOT NULL); CREATE UNIQUE INDEX i ON t (a); "
            "CREATE UNIQUE INDEX j ON t (a); "
            "ALTER TABLE t REPLICA IDENTITY USING INDEX j"
        ),
        14,
        [
            ("index", "public.i", "replica identity", "yes", "no"),
            ("index", "public.j", "replica identity", "no", "yes"),
        ],
        id="another replica identity index",
    ),
    pytest.param(
        TABLE + "CREATE STATISTICS s ON a, c FROM t",
        TABLE
        + (
            "CREATE STATISTICS s ON a, c FROM t; "
            "ALTER STATISTICS s OWNER TO pg_monitor; COMMENT ON STATISTICS s IS 'x'"
        ),
        14,
        [
            ("statistics", "public.s", "comment", None, "x"),
            ("statistics", "public.s", "owner", "{me}", "pg_monitor"),
        ],
        id="statistics object owner and comment",
    ),
    pytest.param(
        TABLE + "CREATE TABLE u (a int, c int); CREATE STATISTICS s ON a, c FROM t",
        TABLE + "CREATE TABLE u (a int, c int); CREATE STATISTICS s ON a, c FROM u",
        14,
        [("statistics", "public.s", "table", "public.t", "public.u")],
        id="statistics object of another table",
    ),
]

test_difference = differences_in(CASES)
