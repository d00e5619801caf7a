"""
What the catalogue knows of an object besides what CREATE says of it is told as well.
"""

from __future__ import annotations

import pytest

from tests.harness.catalog.differing import differences_in

KEY = "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE t (a int CONSTRAINT k REFERENCES p);"
DEFERRABLE = "CREATE TABLE t (a int CONSTRAINT u UNIQUE DEFERRABLE);"
DOMAIN = "CREATE DOMAIN d AS int CONSTRAINT c CHECK (VALUE > 0);"
COMPOSITE = 'CREATE TYPE c AS ("the x" int);'
VIEW = 'CREATE VIEW v AS SELECT 1 AS a, 2 AS "the b";'
MATVIEW = (
    "CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler;"
    "CREATE MATERIALIZED VIEW m %s AS SELECT 1 AS a"
)
EXPRESSION = "CREATE TABLE t (a int); CREATE INDEX i ON t (a, (a + 1));"
AGGREGATE = "CREATE AGGREGATE total(%s) (SFUNC = int4pl, STYPE = int%s);"
TEMPORAL = (
    "CREATE TABLE p (a int4range, b int4range, PRIMARY KEY (a, b WITHOUT OVERLAPS)); "
    "CREATE TABLE q (a int4range, b int4range, PRIMARY KEY (a, b)); "
    "CREATE TABLE t (a int4range, b int4range, CONSTRAINT k FOREIGN KEY (%s);"
)
MOVING = ", MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = int"

# Left; right; the first PostgreSQL that has it; kind, identity, facet, text left, text right.
CASES = [
    pytest.param(
        KEY,
        KEY + "ALTER TABLE t DISABLE TRIGGER ALL",
        14,
        [("foreign key", "public.t.k", "enabled", "origin", "disabled, origin")],
        id="foreign key's own triggers disabled",
    ),
    pytest.param(
        KEY,
        KEY + "ALTER TABLE p DISABLE TRIGGER ALL",
        14,
        [("foreign key", "public.t.k", "enabled", "origin", "disabled, origin")],
        id="foreign key's triggers on the target disabled",
    ),
    pytest.param(
        DEFERRABLE,
        DEFERRABLE + "ALTER TABLE t DISABLE TRIGGER ALL",
        14,
        [("unique constraint", "public.t.u", "enabled", "origin", "disabled")],
        id="deferrable key's trigger disabled",
    ),
    pytest.param(
        DOMAIN,
        DOMAIN + "COMMENT ON CONSTRAINT c ON DOMAIN d IS 'it''s so'",
        14,
        [("domain", "public.d", "check comments", "none", "c 'it''s so'")],
        id="comment on a domain's check",
    ),
    pytest.param(
        "CREATE DOMAIN d AS int CONSTRAINT c CHECK (VALUE > 0)",
        "CREATE DOMAIN d AS int; ALTER DOMAIN d ADD CONSTRAINT c CHECK (VALUE > 0) NOT VALID",
        14,
        [
            (
                "domain",
                "public.d",
                "checks",
                "c CHECK ((VALUE > 0))",
                "c CHECK ((VALUE > 0)) NOT VALID",
            )
        ],
        id="domain's check not valid",
    ),
    pytest.param(
        "CREATE DOMAIN d AS int NOT NULL",
        "CREATE DOMAIN d AS int CONSTRAINT given NOT NULL",
        17,
        [("domain", "public.d", "not null name", None, "given")],
        id="domain's not null named by someone",
    ),
    pytest.param(
        COMPOSITE,
        COMPOSITE + "COMMENT ON COLUMN c.\"the x\" IS 'wide'",
        14,
        [("composite type", "public.c", "attribute comments", "none", "\"the x\" 'wide'")],
        id="comment on an attribute",
    ),
    pytest.param(
        VIEW,
        VIEW + "COMMENT ON COLUMN v.\"the b\" IS 'second'",
        14,
        [("view", "public.v", "column comments", "none", "\"the b\" 'second'")],
        id="comment on a view's column",
    ),
    pytest.param(
        VIEW,
        VIEW + "GRANT SELECT (a) ON v TO pg_monitor",
        14,
        [("view", "public.v", "column privileges", "none", "a pg_monitor=r/{me}")],
        id="privilege on a view's column",
    ),
    pytest.param(
        VIEW,
        VIEW + "ALTER VIEW v ALTER a SET DEFAULT 7",
        14,
        [("view", "public.v", "column defaults", "none", "a 7")],
        id="default of a view's column",
    ),
    pytest.param(
        VIEW,
        VIEW + "ALTER VIEW v SET (security_invoker = true, security_barrier = true)",
        15,
        [("view", "public.v", "options", "none", "security_barrier=true, security_invoker=true")],
        id="view of its invoker",
    ),
    pytest.param(
        "CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t WHERE a > 0",
        "CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t WHERE a > 0 WITH CHECK OPTION",
        14,
        [("view", "public.v", "options", "none", "check_option=cascaded")],
        id="view with check option",
    ),
    pytest.param(
        MATVIEW % "",
        MATVIEW % "USING heap2",
        14,
        [("materialized view", "public.m", "access method", "heap", "heap2")],
        id="access method of a materialized view",
    ),
    pytest.param(
        EXPRESSION,
        EXPRESSION + "ALTER INDEX i ALTER COLUMN 2 SET STATISTICS 500",
        14,
        [("index", "public.i", "statistics targets", "none", "2 500")],
        id="statistics target of an index's expression",
    ),
    pytest.param(
        "CREATE EXTENSION citext",
        "CREATE EXTENSION citext; COMMENT ON EXTENSION citext IS 'x'",
        14,
        [
            (
                "extension",
                "citext",
                "comment",
                "data type for case-insensitive character strings",
                "x",
            )
        ],
        id="extension comment",
    ),
    pytest.param(
        AGGREGATE % ("int", ""),
        AGGREGATE % ("int", ", SSPACE = 64, FINALFUNC = int4abs, FINALFUNC_MODIFY = SHAREABLE"),
        14,
        [
            (
                "aggregate",
                "public.total(integer)",
                "definition",
                "CREATE AGGREGATE public.total(integer) (SFUNC = int4pl, STYPE = integer)",
                "CREATE AGGREGATE public.total(integer) (SFUNC = int4pl, STYPE = integer, "
                "SSPACE = 64, FINALFUNC = int4abs, FINALFUNC_MODIFY = SHAREABLE)",
            )
        ],
        id="aggregate final function",
    ),
    pytest.param(
        AGGREGATE % ("int", MOVING),
        AGGREGATE % ("int", MOVING + ", MSSPACE = 8, MFINALFUNC = int4abs, MINITCOND = '1'"),
        14,
        [
            (
                "aggregate",
                "public.total(integer)",
                "definition",
                "CREATE AGGREGATE public.total(integer) (SFUNC = int4pl, STYPE = integer, "
                "MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = integer)",
                "CREATE AGGREGATE public.total(integer) (SFUNC = int4pl, STYPE = integer, "
                "MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = integer, MSSPACE = 8, "
                "MFINALFUNC = int4abs, MINITCOND = '1')",
            )
        ],
        id="aggregate over a moving window",
    ),
    pytest.param(
        AGGREGATE % ("int", ""),
        AGGREGATE % ("int", ", SORTOP = <, COMBINEFUNC = int4pl"),
        14,
        [
            (
                "aggregate",
                "public.total(integer)",
                "definition",
                "CREATE AGGREGATE public.total(integer) (SFUNC = int4pl, STYPE = integer)",
                "CREATE AGGREGATE public.total(integer) (SFUNC = int4pl, STYPE = integer, "
                "COMBINEFUNC = int4pl, SORTOP = OPERATOR(pg_catalog.<))",
            )
        ],
        id="aggregate sort operator",
    ),
    pytest.param(
        "",
        "CREATE AGGREGATE counted(*) (SFUNC = int8inc, STYPE = int8, INITCOND = '0')",
        14,
        [
            (
                "aggregate",
                "public.counted()",
                None,
                None,
                "CREATE AGGREGATE public.counted(*) (SFUNC = int8inc, STYPE = bigint, "
                "INITCOND = '0')",
            )
        ],
        id="aggregate of nothing missing",
    ),
    pytest.param(
        "",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql STABLE SET search_path = '' AS 'SELECT 1'; "
        "CREATE FUNCTION s(internal) RETURNS internal LANGUAGE internal "
        "AS 'generate_series_int4_support'; ALTER FUNCTION f SUPPORT s",
        14,
        [
            (
                "function",
                "public.f()",
                None,
                None,
                "CREATE OR REPLACE FUNCTION public.f()\n RETURNS integer\n LANGUAGE sql\n"
                " STABLE SUPPORT public.s\n SET search_path TO ''\n"
                "AS $function$SELECT 1$function$\n",
            ),
            (
                "function",
                "public.s(internal)",
                None,
                None,
                "CREATE OR REPLACE FUNCTION public.s(internal)\n RETURNS internal\n"
                " LANGUAGE internal\nAS $function$generate_series_int4_support$function$\n",
            ),
        ],
        id="function with a support function",
    ),
    pytest.param(
        "CREATE SCHEMA a; CREATE SCHEMA b; CREATE TYPE a.e AS ENUM ('x'); "
        "CREATE TYPE b.e AS ENUM ('x'); CREATE TABLE t (c a.e)",
        "CREATE SCHEMA a; CREATE SCHEMA b; CREATE TYPE a.e AS ENUM ('x'); "
        "CREATE TYPE b.e AS ENUM ('x'); CREATE TABLE t (c b.e)",
        14,
        [("column", "public.t.c", "type", "a.e", "b.e")],
        id="enum of the same name in another schema",
    ),
    pytest.param(
        "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
        "",
        14,
        [("default privileges", "functions of {me}", None, "{me}=X/{me}", None)],
        id="default privileges taken away",
    ),
    pytest.param(
        "CREATE TABLE t (id serial)",
        "CREATE TABLE t (id int GENERATED BY DEFAULT AS IDENTITY)",
        14,
        [
            ("column", "public.t.id", "default", "nextval('public.t_id_seq'::regclass)", None),
            ("column", "public.t.id", "identity generation", None, "BY DEFAULT"),
            ("sequence", "public.t_id_seq", None, "public.t_id_seq", None),
        ],
        id="serial or identity",
    ),
    pytest.param(
        "CREATE TABLE t (a int4range, CONSTRAINT x EXCLUDE USING gist (a WITH &&))",
        "CREATE TABLE t (a int4range, CONSTRAINT x EXCLUDE USING spgist (a WITH &&))",
        14,
        [
            (
                "exclusion constraint",
                "public.t.x",
                "definition",
                "EXCLUDE USING gist (a WITH &&)",
                "EXCLUDE USING spgist (a WITH &&)",
            )
        ],
        id="exclusion by another method",
    ),
    pytest.param(
        "CREATE TABLE t (a text, CONSTRAINT u UNIQUE (a))",
        "CREATE TABLE t (a text, CONSTRAINT u UNIQUE (a) WITH (fillfactor = 70))",
        14,
        [("index", "public.u", "options", "none", "fillfactor=70")],
        id="storage parameter behind a constraint",
    ),
    pytest.param(
        TEMPORAL % "a, PERIOD b) REFERENCES p",
        TEMPORAL % "a, b) REFERENCES q",
        18,
        [
            ("foreign key", "public.t.k", "target", "public.p", "public.q"),
            ("foreign key", "public.t.k", "temporal", "yes", "no"),
        ],
        id="foreign key with period or without",
    ),
]

test_difference = differences_in(CASES)
