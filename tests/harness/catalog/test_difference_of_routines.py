"""
Every facet of functions and triggers that differs is told, once, by its right name.
"""

from __future__ import annotations

import pytest

from tests.harness.catalog.differing import differences_in

FUNCTION = "CREATE FUNCTION f(x int) RETURNS int LANGUAGE sql %s AS 'SELECT %s';"
FUNCTIONS = (
    "CREATE TABLE t (a int, b int); "
    "CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN "
    "NEW; END'; "
    "CREATE FUNCTION h() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN "
    "NEW; END';"
)
TRIGGERED = FUNCTIONS + "CREATE TRIGGER r BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION g();"
ROWS = "CREATE FUNCTION f() RETURNS SETOF int LANGUAGE sql %s AS 'SELECT 1';"
DEFERRABLE = FUNCTIONS + (
    "CREATE CONSTRAINT TRIGGER r AFTER INSERT ON t %s FOR EACH ROW EXECUTE FUNCTION g()"
)
PARTITIONED = (
    FUNCTIONS.replace(
        "b int)", "b int) PARTITION BY RANGE (a); CREATE TABLE p PARTITION OF t DEFAULT"
    )
    + "CREATE TRIGGER r AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION g(%s);"
)

# Left; right; the first PostgreSQL that has it; kind, identity, facet, text left, text right.
CASES = [
    pytest.param(
        "",
        FUNCTION % ("", "1"),
        14,
        [
            (
                "function",
                "public.f(integer)",
                None,
                None,
                (
                    "CREATE OR REPLACE FUNCTION public.f(x integer)\n RETURNS integer\n LANGUAGE "
                    "sql\nAS $function$SELECT 1$function$\n"
                ),
            )
        ],
        id="function missing",
    ),
    pytest.param(
        FUNCTION % ("", "1"),
        FUNCTION % ("", "2"),
        14,
        [("function", "public.f(integer)", "source", "SELECT 1", "SELECT 2")],
        id="function body",
    ),
    pytest.param(
        FUNCTION % ("", "1"),
        FUNCTION % ("STABLE", "1"),
        14,
        [("function", "public.f(integer)", "volatility", "VOLATILE", "STABLE")],
        id="function volatility",
    ),
    pytest.param(
        FUNCTION % ("", "1"),
        FUNCTION % ("STRICT", "1"),
        14,
        [("function", "public.f(integer)", "strict", "no", "yes")],
        id="function strictness",
    ),
    pytest.param(
        FUNCTION % ("", "1"),
        FUNCTION % ("SECURITY DEFINER", "1"),
        14,
        [("function", "public.f(integer)", "security definer", "no", "yes")],
        id="function security definer",
    ),
    pytest.param(
        FUNCTION % ("", "1"),
        FUNCTION % ("SET search_path = pg_catalog", "1"),
        14,
        [("function", "public.f(integer)", "settings", "none", "search_path=pg_catalog")],
        id="function setting",
    ),
    pytest.param(
        FUNCTION % ("", "1"),
        FUNCTION % ("PARALLEL SAFE", "1"),
        14,
        [("function", "public.f(integer)", "parallel", "UNSAFE", "SAFE")],
        id="function parallel",
    ),
    pytest.param(
        FUNCTION % ("", "1"),
        FUNCTION % ("COST 7", "1"),
        14,
        [("function", "public.f(integer)", "cost", "100", "7")],
        id="function cost",
    ),
    pytest.param(
        FUNCTION % ("", "1"),
        "CREATE FUNCTION f(x int DEFAULT 3) RETURNS int LANGUAGE sql AS 'SELECT 1'",
        14,
        [("function", "public.f(integer)", "arguments", "x integer", "x integer DEFAULT 3")],
        id="function argument default",
    ),
    pytest.param(
        FUNCTION % ("", "1"),
        "CREATE FUNCTION f(x int) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint'",
        14,
        [
            ("function", "public.f(integer)", "result", "integer", "bigint"),
            ("function", "public.f(integer)", "source", "SELECT 1", "SELECT 1::bigint"),
        ],
        id="function result",
    ),
    pytest.param(
        FUNCTION % ("", "1"),
        ("CREATE FUNCTION f(x int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END'"),
        14,
        [
            ("function", "public.f(integer)", "language", "sql", "plpgsql"),
            ("function", "public.f(integer)", "source", "SELECT 1", "BEGIN RETURN 1; END"),
        ],
        id="function language",
    ),
    pytest.param(
        FUNCTION % ("", "1"),
        FUNCTION % ("", "1") + "COMMENT ON FUNCTION f IS 'x'",
        14,
        [("function", "public.f(integer)", "comment", None, "x")],
        id="function comment",
    ),
    pytest.param(
        FUNCTION % ("", "1"),
        FUNCTION % ("", "1") + "ALTER FUNCTION f OWNER TO pg_monitor",
        14,
        [("function", "public.f(integer)", "owner", "{me}", "pg_monitor")],
        id="function owner",
    ),
    pytest.param(
        FUNCTION % ("", "1"),
        FUNCTION % ("", "1") + "REVOKE EXECUTE ON FUNCTION f FROM PUBLIC",
        14,
        [("function", "public.f(integer)", "privileges", None, "{me}=X/{me}")],
        id="function privileges",
    ),
    pytest.param(
        FUNCTION % ("", "1"),
        FUNCTION % ("", "1")
        + "CREATE FUNCTION f(x text, y int[]) RETURNS int LANGUAGE sql AS 'SELECT 1'",
        14,
        [
            (
                "function",
                "public.f(text, integer[])",
                None,
                None,
                (
                    "CREATE OR REPLACE FUNCTION public.f(x text, y integer[])\n RETURNS "
                    "integer\n LANGUAGE sql\nAS $function$SELECT 1$function$\n"
                ),
            )
        ],
        id="overload",
    ),
    pytest.param(
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; END",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 2; END",
        14,
        [
            (
                "function",
                "public.f()",
                "source",
                "BEGIN ATOMIC\n SELECT 1;\nEND",
                "BEGIN ATOMIC\n SELECT 2;\nEND",
            )
        ],
        id="atomic body",
    ),
    pytest.param(
        "",
        "CREATE PROCEDURE f() LANGUAGE sql AS 'SELECT 1'",
        14,
        [
            (
                "procedure",
                "public.f()",
                None,
                None,
                (
                    "CREATE OR REPLACE PROCEDURE public.f()\n LANGUAGE sql\nAS $procedure$SELECT "
                    "1$procedure$\n"
                ),
            )
        ],
        id="procedure missing",
    ),
    pytest.param(
        "",
        "CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0')",
        14,
        [
            (
                "aggregate",
                "public.total(integer)",
                None,
                None,
                (
                    "CREATE AGGREGATE public.total(integer) (SFUNC = int4pl, STYPE = integer, "
                    "INITCOND = '0')"
                ),
            )
        ],
        id="aggregate missing",
    ),
    pytest.param(
        "CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int, INITCOND = '1')",
        "CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0')",
        14,
        [
            (
                "aggregate",
                "public.total(integer)",
                "definition",
                (
                    "CREATE AGGREGATE public.total(integer) (SFUNC = int4pl, STYPE = integer, "
                    "INITCOND = '1')"
                ),
                (
                    "CREATE AGGREGATE public.total(integer) (SFUNC = int4pl, STYPE = integer, "
                    "INITCOND = '0')"
                ),
            )
        ],
        id="aggregate start",
    ),
    pytest.param(
        FUNCTIONS,
        TRIGGERED,
        14,
        [
            (
                "trigger",
                "public.t.r",
                None,
                None,
                (
                    "CREATE TRIGGER r BEFORE INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION "
                    "public.g()"
                ),
            )
        ],
        id="trigger missing",
    ),
    pytest.param(
        TRIGGERED,
        TRIGGERED + "ALTER TABLE t DISABLE TRIGGER r",
        14,
        [("trigger", "public.t.r", "enabled", "origin", "disabled")],
        id="trigger disabled",
    ),
    pytest.param(
        TRIGGERED,
        TRIGGERED + "ALTER TABLE t ENABLE ALWAYS TRIGGER r",
        14,
        [("trigger", "public.t.r", "enabled", "origin", "always")],
        id="trigger always",
    ),
    pytest.param(
        TRIGGERED,
        TRIGGERED.replace("FUNCTION g();", "FUNCTION h();"),
        14,
        [("trigger", "public.t.r", "function", "public.g()", "public.h()")],
        id="trigger function",
    ),
    pytest.param(
        TRIGGERED,
        TRIGGERED.replace("BEFORE", "AFTER"),
        14,
        [("trigger", "public.t.r", "timing", "BEFORE", "AFTER")],
        id="trigger timing",
    ),
    pytest.param(
        TRIGGERED,
        TRIGGERED.replace("BEFORE INSERT", "BEFORE INSERT OR UPDATE"),
        14,
        [("trigger", "public.t.r", "events", "INSERT", "INSERT, UPDATE")],
        id="trigger events",
    ),
    pytest.param(
        TRIGGERED.replace("BEFORE INSERT", "BEFORE UPDATE"),
        TRIGGERED.replace("BEFORE INSERT", "BEFORE UPDATE OF a, b"),
        14,
        [("trigger", "public.t.r", "columns", "none", "a, b")],
        id="trigger columns",
    ),
    pytest.param(
        TRIGGERED,
        TRIGGERED.replace("FOR EACH ROW", "FOR EACH STATEMENT"),
        14,
        [("trigger", "public.t.r", "level", "ROW", "STATEMENT")],
        id="trigger level",
    ),
    pytest.param(
        TRIGGERED,
        TRIGGERED.replace("ROW EXECUTE", "ROW WHEN (NEW.a > 0) EXECUTE"),
        14,
        [
            (
                "trigger",
                "public.t.r",
                "definition",
                (
                    "CREATE TRIGGER r BEFORE INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION "
                    "public.g()"
                ),
                (
                    "CREATE TRIGGER r BEFORE INSERT ON public.t FOR EACH ROW WHEN ((new.a > "
                    "0)) EXECUTE FUNCTION public.g()"
                ),
            )
        ],
        id="trigger condition",
    ),
    pytest.param(
        TRIGGERED,
        TRIGGERED.replace("g();", "g('x');"),
        14,
        [
            (
                "trigger",
                "public.t.r",
                "definition",
                (
                    "CREATE TRIGGER r BEFORE INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION "
                    "public.g()"
                ),
                (
                    "CREATE TRIGGER r BEFORE INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION "
                    "public.g('x')"
                ),
            )
        ],
        id="trigger argument",
    ),
    pytest.param(
        TRIGGERED,
        TRIGGERED + "COMMENT ON TRIGGER r ON t IS 'x'",
        14,
        [("trigger", "public.t.r", "comment", None, "x")],
        id="trigger comment",
    ),
    pytest.param(
        "CREATE VIEW v AS SELECT 1 AS a;" + FUNCTIONS,
        "CREATE VIEW v AS SELECT 1 AS a;"
        + FUNCTIONS
        + "CREATE TRIGGER r INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION g()",
        14,
        [
            (
                "trigger",
                "public.v.r",
                None,
                None,
                (
                    "CREATE TRIGGER r INSTEAD OF INSERT ON public.v FOR EACH ROW EXECUTE "
                    "FUNCTION public.g()"
                ),
            )
        ],
        id="trigger on a view",
    ),
    pytest.param(
        FUNCTIONS
        + (
            "CREATE CONSTRAINT TRIGGER r AFTER INSERT ON t DEFERRABLE FOR EACH ROW "
            "EXECUTE FUNCTION g()"
        ),
        FUNCTIONS
        + (
            "CREATE CONSTRAINT TRIGGER r AFTER INSERT ON t DEFERRABLE INITIALLY "
            "DEFERRED FOR EACH ROW EXECUTE FUNCTION g()"
        ),
        14,
        [("trigger", "public.t.r", "deferred", "no", "yes")],
        id="constraint trigger deferred",
    ),
    pytest.param(
        FUNCTIONS.replace(
            "b int)", "b int) PARTITION BY RANGE (a); CREATE TABLE p PARTITION OF t DEFAULT"
        ),
        TRIGGERED.replace(
            "b int)", "b int) PARTITION BY RANGE (a); CREATE TABLE p PARTITION OF t DEFAULT"
        ).replace("BEFORE", "AFTER"),
        14,
        [
            (
                "trigger",
                "public.t.r",
                None,
                None,
                (
                    "CREATE TRIGGER r AFTER INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION "
                    "public.g()"
                ),
            )
        ],
        id="trigger of a partitioned table told once",
    ),
    pytest.param(
        FUNCTION % ("", "1"),
        FUNCTION % ("LEAKPROOF", "1"),
        14,
        [("function", "public.f(integer)", "leakproof", "no", "yes")],
        id="function leakproof",
    ),
    pytest.param(
        ROWS % "",
        ROWS % "ROWS 7",
        14,
        [("function", "public.f()", "rows", "1000", "7")],
        id="function rows",
    ),
    pytest.param(
        DEFERRABLE % "",
        DEFERRABLE % "DEFERRABLE",
        14,
        [("trigger", "public.t.r", "deferrable", "no", "yes")],
        id="constraint trigger deferrable",
    ),
    pytest.param(
        TRIGGERED.replace("BEFORE", "AFTER"),
        DEFERRABLE % "",
        14,
        [("trigger", "public.t.r", "constraint", "no", "yes")],
        id="constraint trigger or not",
    ),
    pytest.param(
        ("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO pg_monitor"),
        ("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT ON TABLES TO pg_monitor"),
        14,
        [
            (
                "default privileges",
                "tables of {me} in public",
                "privileges",
                "pg_monitor=r/{me}",
                "pg_monitor=ar/{me}",
            )
        ],
        id="more default privileges",
    ),
    pytest.param(
        PARTITIONED % "",
        PARTITIONED % "'x'",
        14,
        [
            (
                "trigger",
                "public.t.r",
                "definition",
                (
                    "CREATE TRIGGER r AFTER INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION "
                    "public.g()"
                ),
                (
                    "CREATE TRIGGER r AFTER INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION "
                    "public.g('x')"
                ),
            )
        ],
        id="argument of a partitioned table's trigger told once",
    ),
]

test_difference = differences_in(CASES)
