"""
Every facet of rules, policies and global objects that differs is told, once, by its right name.
"""

from __future__ import annotations

import pytest

from tests.harness.catalog.differing import differences_in

TABLE = "CREATE TABLE t (a int);"
EVENT_TRIGGER = (
    "CREATE FUNCTION e() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN "
    "END'; "
    "CREATE FUNCTION d() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN "
    "END'; CREATE EVENT TRIGGER w ON %s EXECUTE FUNCTION %s();"
)

# Left; right; the first PostgreSQL that has it; kind, identity, facet, text left, text right.
CASES = [
    pytest.param(
        TABLE,
        TABLE + "CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING",
        14,
        [
            (
                "rule",
                "public.t.r",
                None,
                None,
                "CREATE RULE r AS\n    ON DELETE TO public.t DO INSTEAD NOTHING;",
            )
        ],
        id="rule missing",
    ),
    pytest.param(
        TABLE + "CREATE RULE r AS ON UPDATE TO t DO INSTEAD NOTHING",
        TABLE + "CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING",
        14,
        [
            (
                "rule",
                "public.t.r",
                "definition",
                "CREATE RULE r AS\n    ON UPDATE TO public.t DO INSTEAD NOTHING;",
                "CREATE RULE r AS\n    ON DELETE TO public.t DO INSTEAD NOTHING;",
            )
        ],
        id="rule",
    ),
    pytest.param(
        TABLE + "CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING",
        TABLE
        + ("CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING; ALTER TABLE t DISABLE RULE r"),
        14,
        [("rule", "public.t.r", "enabled", "origin", "disabled")],
        id="rule disabled",
    ),
    pytest.param(
        TABLE,
        TABLE + "CREATE POLICY p ON t USING (a > 0)",
        14,
        [("policy", "public.t.p", None, None, "FOR ALL TO PUBLIC USING ((a > 0))")],
        id="policy missing",
    ),
    pytest.param(
        TABLE + "CREATE POLICY p ON t USING (a > 1)",
        TABLE + "CREATE POLICY p ON t USING (a > 0)",
        14,
        [("policy", "public.t.p", "using", "(a > 1)", "(a > 0)")],
        id="policy expression",
    ),
    pytest.param(
        TABLE + "CREATE POLICY p ON t USING (a > 0)",
        TABLE + "CREATE POLICY p ON t USING (a > 0) WITH CHECK (a > 1)",
        14,
        [("policy", "public.t.p", "with check", None, "(a > 1)")],
        id="policy with check",
    ),
    pytest.param(
        TABLE + "CREATE POLICY p ON t USING (a > 0)",
        TABLE + "CREATE POLICY p ON t FOR SELECT USING (a > 0)",
        14,
        [("policy", "public.t.p", "command", "ALL", "SELECT")],
        id="policy command",
    ),
    pytest.param(
        TABLE + "CREATE POLICY p ON t USING (a > 0)",
        TABLE + "CREATE POLICY p ON t TO pg_monitor USING (a > 0)",
        14,
        [("policy", "public.t.p", "roles", "PUBLIC", "pg_monitor")],
        id="policy roles",
    ),
    pytest.param(
        TABLE + "CREATE POLICY p ON t USING (a > 0)",
        TABLE + "CREATE POLICY p ON t AS RESTRICTIVE USING (a > 0)",
        14,
        [("policy", "public.t.p", "permissive", "yes", "no")],
        id="policy restrictive",
    ),
    pytest.param(
        "",
        "CREATE EXTENSION citext",
        14,
        [("extension", "citext", None, None, "citext")],
        id="extension missing, members untold",
    ),
    pytest.param(
        "CREATE SCHEMA s; CREATE EXTENSION citext",
        "CREATE SCHEMA s; CREATE EXTENSION citext SCHEMA s",
        14,
        [("extension", "citext", "schema", "public", "s")],
        id="extension schema",
    ),
    pytest.param(
        "CREATE FUNCTION e() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'",
        (
            "CREATE FUNCTION e() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN "
            "END'; CREATE EVENT TRIGGER w ON sql_drop EXECUTE FUNCTION e()"
        ),
        14,
        [("event trigger", "w", None, None, "w")],
        id="event trigger missing",
    ),
    pytest.param(
        "",
        ("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO pg_monitor"),
        14,
        [("default privileges", "tables of {me} in public", None, None, "pg_monitor=r/{me}")],
        id="default privileges",
    ),
    pytest.param(
        TABLE + "CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING",
        TABLE
        + ("CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING; COMMENT ON RULE r ON t IS 'x'"),
        14,
        [("rule", "public.t.r", "comment", None, "x")],
        id="rule comment",
    ),
    pytest.param(
        TABLE + "CREATE POLICY p ON t USING (a > 0)",
        TABLE + "CREATE POLICY p ON t USING (a > 0); COMMENT ON POLICY p ON t IS 'x'",
        14,
        [("policy", "public.t.p", "comment", None, "x")],
        id="policy comment",
    ),
    pytest.param(
        "CREATE EXTENSION citext VERSION '1.4'",
        "CREATE EXTENSION citext VERSION '1.5'",
        14,
        [("extension", "citext", "version", "1.4", "1.5")],
        id="extension version",
    ),
    pytest.param(
        EVENT_TRIGGER % ("sql_drop", "e"),
        EVENT_TRIGGER % ("ddl_command_end", "e"),
        14,
        [("event trigger", "w", "event", "sql_drop", "ddl_command_end")],
        id="event trigger event",
    ),
    pytest.param(
        EVENT_TRIGGER % ("sql_drop", "e"),
        EVENT_TRIGGER % ("sql_drop WHEN tag IN ('DROP VIEW', 'DROP TABLE')", "e"),
        14,
        [("event trigger", "w", "tags", "none", "DROP TABLE, DROP VIEW")],
        id="event trigger tags",
    ),
    pytest.param(
        EVENT_TRIGGER % ("sql_drop", "e"),
        EVENT_TRIGGER % ("sql_drop", "d"),
        14,
        [("event trigger", "w", "function", "public.e()", "public.d()")],
        id="event trigger function",
    ),
    pytest.param(
        EVENT_TRIGGER % ("sql_drop", "e"),
        EVENT_TRIGGER % ("sql_drop", "e")
        + "ALTER EVENT TRIGGER w DISABLE; COMMENT ON EVENT TRIGGER w IS 'x'",
        14,
        [
            ("event trigger", "w", "comment", None, "x"),
            ("event trigger", "w", "enabled", "origin", "disabled"),
        ],
        id="event trigger disabled and comment",
    ),
]

test_difference = differences_in(CASES)
