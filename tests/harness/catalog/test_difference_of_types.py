"""
Every facet of types, sequences and views that differs is told, once, by its right name.
"""

from __future__ import annotations

import pytest

from tests.harness.catalog.differing import differences_in

# Left; right; the first PostgreSQL that has it; kind, identity, facet, text left, text right.
CASES = [
    pytest.param(
        "",
        "CREATE TYPE e AS ENUM ('x', 'y')",
        14,
        [("enum type", "public.e", None, None, "x, y")],
        id="enum missing",
    ),
    pytest.param(
        "CREATE TYPE e AS ENUM ('x')",
        "CREATE TYPE e AS ENUM ('x', 'y')",
        14,
        [("enum type", "public.e", "labels", "x", "x, y")],
        id="enum label",
    ),
    pytest.param(
        "CREATE TYPE e AS ENUM ('y', 'x')",
        "CREATE TYPE e AS ENUM ('x', 'y')",
        14,
        [("enum type", "public.e", "labels", "y, x", "x, y")],
        id="enum order",
    ),
    pytest.param(
        "CREATE TYPE e AS ENUM ('x')",
        "CREATE TYPE e AS ENUM ('x'); COMMENT ON TYPE e IS 'z'",
        14,
        [("enum type", "public.e", "comment", None, "z")],
        id="enum comment",
    ),
    pytest.param(
        "CREATE TYPE e AS ENUM ('x')",
        "CREATE TYPE e AS ENUM ('x'); REVOKE USAGE ON TYPE e FROM PUBLIC",
        14,
        [("enum type", "public.e", "privileges", None, "{me}=U/{me}")],
        id="type privileges",
    ),
    pytest.param(
        "CREATE TYPE e AS ENUM ('x')",
        "CREATE TYPE e AS ENUM ('x'); ALTER TYPE e OWNER TO pg_monitor",
        14,
        [("enum type", "public.e", "owner", "{me}", "pg_monitor")],
        id="type owner",
    ),
    pytest.param(
        "",
        "CREATE DOMAIN d AS int CONSTRAINT positive CHECK (VALUE > 0)",
        14,
        [("domain", "public.d", None, None, "integer positive CHECK ((VALUE > 0))")],
        id="domain missing",
    ),
    pytest.param(
        "CREATE DOMAIN d AS varchar(9)",
        "CREATE DOMAIN d AS varchar(10)",
        14,
        [("domain", "public.d", "base type", "character varying(9)", "character varying(10)")],
        id="domain base",
    ),
    pytest.param(
        "CREATE DOMAIN d AS int",
        "CREATE DOMAIN d AS int NOT NULL",
        14,
        [("domain", "public.d", "nullable", "yes", "no")],
        id="domain not null",
    ),
    pytest.param(
        "CREATE DOMAIN d AS int DEFAULT 1",
        "CREATE DOMAIN d AS int DEFAULT 2",
        14,
        [("domain", "public.d", "default", "1", "2")],
        id="domain default",
    ),
    pytest.param(
        "CREATE DOMAIN d AS int CONSTRAINT c CHECK (VALUE > 0)",
        "CREATE DOMAIN d AS int CONSTRAINT c CHECK (VALUE > 1)",
        14,
        [("domain", "public.d", "checks", "c CHECK ((VALUE > 0))", "c CHECK ((VALUE > 1))")],
        id="domain check",
    ),
    pytest.param(
        "CREATE DOMAIN d AS text",
        'CREATE DOMAIN d AS text COLLATE "C"',
        14,
        [("domain", "public.d", "collation", None, '"C"')],
        id="domain collation",
    ),
    pytest.param(
        "",
        "CREATE TYPE c AS (x int, y text)",
        14,
        [("composite type", "public.c", None, None, "x integer, y text")],
        id="composite missing",
    ),
    pytest.param(
        "CREATE TYPE c AS (x int)",
        "CREATE TYPE c AS (x bigint)",
        14,
        [("composite type", "public.c", "attributes", "x integer", "x bigint")],
        id="composite attribute",
    ),
    pytest.param(
        "",
        "CREATE TYPE r AS RANGE (subtype = float8)",
        14,
        [("range type", "public.r", None, None, "double precision")],
        id="range missing",
    ),
    pytest.param(
        "CREATE TYPE r AS RANGE (subtype = float8)",
        "CREATE TYPE r AS RANGE (subtype = float8, subtype_diff = float8mi)",
        14,
        [
            (
                "range type",
                "public.r",
                "subtype diff",
                None,
                "float8mi(double precision,double precision)",
            )
        ],
        id="range difference function",
    ),
    pytest.param(
        "",
        "CREATE SEQUENCE q",
        14,
        [("sequence", "public.q", None, None, "public.q")],
        id="sequence missing",
    ),
    pytest.param(
        "CREATE SEQUENCE q MAXVALUE 9",
        "CREATE SEQUENCE q AS int MAXVALUE 9",
        14,
        [("sequence", "public.q", "type", "bigint", "integer")],
        id="sequence type",
    ),
    pytest.param(
        "CREATE SEQUENCE q",
        "CREATE SEQUENCE q START 5",
        14,
        [("sequence", "public.q", "start", "1", "5")],
        id="sequence start",
    ),
    pytest.param(
        "CREATE SEQUENCE q",
        "CREATE SEQUENCE q INCREMENT 5",
        14,
        [("sequence", "public.q", "increment", "1", "5")],
        id="sequence increment",
    ),
    pytest.param(
        "CREATE SEQUENCE q START 5",
        "CREATE SEQUENCE q START 5 MINVALUE 5",
        14,
        [("sequence", "public.q", "minimum", "1", "5")],
        id="sequence minimum",
    ),
    pytest.param(
        "CREATE SEQUENCE q",
        "CREATE SEQUENCE q MAXVALUE 5",
        14,
        [("sequence", "public.q", "maximum", "9223372036854775807", "5")],
        id="sequence maximum",
    ),
    pytest.param(
        "CREATE SEQUENCE q",
        "CREATE SEQUENCE q CACHE 5",
        14,
        [("sequence", "public.q", "cache", "1", "5")],
        id="sequence cache",
    ),
    pytest.param(
        "CREATE SEQUENCE q",
        "CREATE SEQUENCE q CYCLE",
        14,
        [("sequence", "public.q", "cyclic", "no", "yes")],
        id="sequence cycle",
    ),
    pytest.param(
        "CREATE TABLE t (a int); CREATE SEQUENCE q",
        "CREATE TABLE t (a int); CREATE SEQUENCE q OWNED BY t.a",
        14,
        [("sequence", "public.q", "owned by", None, "public.t.a")],
        id="sequence owned by",
    ),
    pytest.param(
        "CREATE SEQUENCE q",
        "CREATE SEQUENCE q; GRANT USAGE ON SEQUENCE q TO PUBLIC",
        14,
        [("sequence", "public.q", "privileges", None, "=U/{me}, {me}=rwU/{me}")],
        id="sequence privileges",
    ),
    pytest.param(
        "CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY)",
        "CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY (INCREMENT 5))",
        14,
        [("sequence", "public.t_a_seq", "increment", "1", "5")],
        id="identity sequence increment",
    ),
    pytest.param(
        "",
        "CREATE VIEW v AS SELECT 1 AS a",
        14,
        [("view", "public.v", None, None, " SELECT 1 AS a;")],
        id="view missing",
    ),
    pytest.param(
        "CREATE VIEW v AS SELECT 2 AS a",
        "CREATE VIEW v AS SELECT 1 AS a",
        14,
        [("view", "public.v", "definition", " SELECT 2 AS a;", " SELECT 1 AS a;")],
        id="view query",
    ),
    pytest.param(
        "CREATE VIEW v AS SELECT 1 AS a",
        "CREATE VIEW v WITH (security_barrier) AS SELECT 1 AS a",
        14,
        [("view", "public.v", "options", "none", "security_barrier=true")],
        id="view option",
    ),
    pytest.param(
        "CREATE VIEW v AS SELECT 1 AS a",
        "CREATE VIEW v AS SELECT 1 AS a; ALTER VIEW v OWNER TO pg_monitor",
        14,
        [("view", "public.v", "owner", "{me}", "pg_monitor")],
        id="view owner",
    ),
    pytest.param(
        "",
        "CREATE MATERIALIZED VIEW v AS SELECT 1 AS a; CREATE INDEX ON v (a)",
        14,
        [("materialized view", "public.v", None, None, " SELECT 1 AS a;")],
        id="materialized view missing",
    ),
    pytest.param(
        "CREATE MATERIALIZED VIEW v AS SELECT 1 AS a",
        "CREATE MATERIALIZED VIEW v AS SELECT 1 AS a WITH NO DATA",
        14,
        [("materialized view", "public.v", "populated", "yes", "no")],
        id="materialized view not populated",
    ),
    pytest.param(
        "CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t",
        "CREATE TABLE t (a bigint); CREATE VIEW v AS SELECT a FROM t",
        14,
        [
            ("column", "public.t.a", "type", "integer", "bigint"),
            ("view", "public.v", "columns", "a integer", "a bigint"),
        ],
        id="view column type",
    ),
    pytest.param(
        "CREATE SEQUENCE q",
        "CREATE UNLOGGED SEQUENCE q",
        15,
        [("sequence", "public.q", "persistence", "permanent", "unlogged")],
        id="sequence persistence",
    ),
    pytest.param(
        "CREATE SEQUENCE q",
        ("CREATE SEQUENCE q; ALTER SEQUENCE q OWNER TO pg_monitor; COMMENT ON SEQUENCE q IS 'x'"),
        14,
        [
            ("sequence", "public.q", "comment", None, "x"),
            ("sequence", "public.q", "owner", "{me}", "pg_monitor"),
        ],
        id="sequence owner and comment",
    ),
    pytest.param(
        "CREATE VIEW v AS SELECT 1 AS a",
        (
            "CREATE VIEW v AS SELECT 1 AS a; REVOKE ALL ON v FROM CURRENT_USER; "
            "COMMENT ON VIEW v IS 'x'"
        ),
        14,
        [
            ("view", "public.v", "comment", None, "x"),
            ("view", "public.v", "privileges", None, "none"),
        ],
        id="view privileges and comment",
    ),
    pytest.param(
        "CREATE DOMAIN d AS int",
        (
            "CREATE DOMAIN d AS int; REVOKE USAGE ON TYPE d FROM PUBLIC; "
            "ALTER DOMAIN d OWNER TO pg_monitor; COMMENT ON DOMAIN d IS 'x'"
        ),
        14,
        [
            ("domain", "public.d", "comment", None, "x"),
            ("domain", "public.d", "owner", "{me}", "pg_monitor"),
            ("domain", "public.d", "privileges", None, "pg_monitor=U/pg_monitor"),
        ],
        id="domain owner, privileges, comment",
    ),
    pytest.param(
        "CREATE TYPE c AS (x int)",
        (
            "CREATE TYPE c AS (x int); REVOKE USAGE ON TYPE c FROM PUBLIC; "
            "ALTER TYPE c OWNER TO pg_monitor; COMMENT ON TYPE c IS 'x'"
        ),
        14,
        [
            ("composite type", "public.c", "comment", None, "x"),
            ("composite type", "public.c", "owner", "{me}", "pg_monitor"),
            ("composite type", "public.c", "privileges", None, "pg_monitor=U/pg_monitor"),
        ],
        id="composite owner, privileges, comment",
    ),
    pytest.param(
        "CREATE TYPE r AS RANGE (subtype = int)",
        (
            "CREATE TYPE r AS RANGE (subtype = int); "
            "REVOKE USAGE ON TYPE r FROM PUBLIC; ALTER TYPE r OWNER TO pg_monitor; "
            "COMMENT ON TYPE r IS 'x'"
        ),
        14,
        [
            ("range type", "public.r", "comment", None, "x"),
            ("range type", "public.r", "owner", "{me}", "pg_monitor"),
            ("range type", "public.r", "privileges", None, "pg_monitor=U/pg_monitor"),
        ],
        id="range owner, privileges, comment",
    ),
    pytest.param(
        "CREATE TYPE r AS RANGE (subtype = int)",
        "CREATE TYPE r AS RANGE (subtype = bigint)",
        14,
        [("range type", "public.r", "subtype", "integer", "bigint")],
        id="range subtype",
    ),
    pytest.param(
        "CREATE TYPE r AS RANGE (subtype = text)",
        (
            "CREATE TYPE r AS RANGE (subtype = text, subtype_opclass = "
            'text_pattern_ops, collation = "C")'
        ),
        14,
        [
            ("range type", "public.r", "collation", '"default"', '"C"'),
            ("range type", "public.r", "opclass", "text_ops", "text_pattern_ops"),
        ],
        id="range operator class and collation",
    ),
    pytest.param(
        "CREATE TYPE r AS RANGE (subtype = int)",
        "CREATE TYPE r AS RANGE (subtype = int, multirange_type_name = many)",
        14,
        [("range type", "public.r", "multirange", "public.r_multirange", "public.many")],
        id="range multirange name",
    ),
    pytest.param(
        "CREATE TYPE r AS RANGE (subtype = int)",
        (
            "CREATE TYPE r; "
            "CREATE FUNCTION f(r) RETURNS r LANGUAGE internal IMMUTABLE STRICT AS "
            "'int4range_canonical'; "
            "CREATE TYPE r AS RANGE (subtype = int, canonical = f)"
        ),
        14,
        [
            (
                "function",
                "public.f(public.r)",
                None,
                None,
                (
                    "CREATE OR REPLACE FUNCTION public.f(public.r)\n RETURNS public.r\n LANGUAGE "
                    "internal\n IMMUTABLE STRICT\nAS $function$int4range_canonical$function$\n"
                ),
            ),
            ("range type", "public.r", "canonical", None, "public.f(public.r)"),
        ],
        id="range canonical function",
    ),
]

test_difference = differences_in(CASES)
