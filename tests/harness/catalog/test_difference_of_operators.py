"""
Every collation, cast, operator, text search object and foreign object that differs is told, once.
"""

from __future__ import annotations

import pytest

from tests.harness.catalog.differing import differences_in

C = "CREATE COLLATION c (LC_COLLATE = 'C', LC_CTYPE = 'C');"
POSIX = "CREATE COLLATION c (LC_COLLATE = 'POSIX', LC_CTYPE = 'C');"
PAIR = "CREATE TYPE pair AS (x int, y int);"
TO_INT = "CREATE FUNCTION to_int(pair) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1.x';"
CAST = PAIR + TO_INT + "CREATE CAST (pair AS int) WITH FUNCTION to_int(pair)%s;"
SAME = "CREATE FUNCTION same(int, int) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2';"
OPERATOR = SAME + "CREATE OPERATOR === (FUNCTION = same, LEFTARG = int, RIGHTARG = int%s);"
OTHER_HASH = "CREATE FUNCTION other(int) RETURNS int LANGUAGE sql IMMUTABLE STRICT AS 'SELECT $1';"
CLASS = (
    OTHER_HASH
    + "CREATE OPERATOR CLASS k FOR TYPE int USING hash AS OPERATOR 1 =, FUNCTION 1 %s(int4);"
)
DICTIONARY = "CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = simple, stopwords = %s);"
SEARCH = "CREATE TEXT SEARCH CONFIGURATION f (PARSER = 'default');"
MAPPED = SEARCH + "ALTER TEXT SEARCH CONFIGURATION f ADD MAPPING FOR word, asciiword WITH %s;"
WRAPPER = "CREATE FOREIGN DATA WRAPPER w;"
SERVER = WRAPPER + "CREATE SERVER s FOREIGN DATA WRAPPER w%s;"
MAPPING = SERVER % "" + "CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (%s);"
TABLE = "CREATE TABLE t (a int, b int);"

# Left; right; the first PostgreSQL that has it; kind, identity, facet, text left, text right.
CASES = [
    pytest.param(
        "",
        C,
        14,
        [
            (
                "collation",
                "public.c",
                None,
                None,
                "CREATE COLLATION public.c (PROVIDER = libc, LC_COLLATE = 'C', LC_CTYPE = 'C')",
            )
        ],
        id="collation missing",
    ),
    pytest.param(
        C,
        POSIX,
        14,
        [
            (
                "collation",
                "public.c",
                "definition",
                "CREATE COLLATION public.c (PROVIDER = libc, LC_COLLATE = 'C', LC_CTYPE = 'C')",
                "CREATE COLLATION public.c (PROVIDER = libc, LC_COLLATE = 'POSIX', LC_CTYPE = 'C')",
            )
        ],
        id="collation of another locale",
    ),
    pytest.param(
        "CREATE COLLATION c (PROVIDER = icu, LOCALE = 'und')",
        "CREATE COLLATION c (PROVIDER = icu, LOCALE = 'und', DETERMINISTIC = false)",
        14,
        [
            (
                "collation",
                "public.c",
                "definition",
                "CREATE COLLATION public.c (PROVIDER = icu, LOCALE = 'und')",
                "CREATE COLLATION public.c (PROVIDER = icu, LOCALE = 'und', DETERMINISTIC = false)",
            )
        ],
        id="collation not deterministic",
    ),
    pytest.param(
        "CREATE COLLATION c (PROVIDER = icu, LOCALE = 'und')",
        "CREATE COLLATION c (PROVIDER = icu, LOCALE = 'und', RULES = '&a < g')",
        16,
        [
            (
                "collation",
                "public.c",
                "definition",
                "CREATE COLLATION public.c (PROVIDER = icu, LOCALE = 'und')",
                "CREATE COLLATION public.c (PROVIDER = icu, LOCALE = 'und', RULES = '&a < g')",
            )
        ],
        id="collation with rules",
    ),
    pytest.param(
        "CREATE COLLATION c (PROVIDER = builtin, LOCALE = 'C')",
        "CREATE COLLATION c (PROVIDER = builtin, LOCALE = 'C.UTF8')",
        17,
        [
            (
                "collation",
                "public.c",
                "definition",
                "CREATE COLLATION public.c (PROVIDER = builtin, LOCALE = 'C')",
                "CREATE COLLATION public.c (PROVIDER = builtin, LOCALE = 'C.UTF-8')",
            )
        ],
        id="builtin collation",
    ),
    pytest.param(
        C,
        C + "ALTER COLLATION c OWNER TO pg_monitor; COMMENT ON COLLATION c IS 'x'",
        14,
        [
            ("collation", "public.c", "comment", None, "x"),
            ("collation", "public.c", "owner", "{me}", "pg_monitor"),
        ],
        id="collation owner and comment",
    ),
    pytest.param(
        PAIR + TO_INT,
        CAST % "",
        14,
        [
            (
                "cast",
                "(public.pair AS integer)",
                None,
                None,
                "CREATE CAST (public.pair AS integer) WITH FUNCTION public.to_int(public.pair)",
            )
        ],
        id="cast missing",
    ),
    pytest.param(
        CAST % "",
        CAST % " AS ASSIGNMENT",
        14,
        [
            (
                "cast",
                "(public.pair AS integer)",
                "definition",
                "CREATE CAST (public.pair AS integer) WITH FUNCTION public.to_int(public.pair)",
                "CREATE CAST (public.pair AS integer) WITH FUNCTION public.to_int(public.pair)"
                " AS ASSIGNMENT",
            )
        ],
        id="cast on assignment",
    ),
    pytest.param(
        PAIR + "CREATE CAST (pair AS text) WITH INOUT",
        PAIR + "CREATE CAST (pair AS text) WITH INOUT AS IMPLICIT;"
        "COMMENT ON CAST (pair AS text) IS 'x'",
        14,
        [
            ("cast", "(public.pair AS text)", "comment", None, "x"),
            (
                "cast",
                "(public.pair AS text)",
                "definition",
                "CREATE CAST (public.pair AS text) WITH INOUT",
                "CREATE CAST (public.pair AS text) WITH INOUT AS IMPLICIT",
            ),
        ],
        id="cast implicit, and its comment",
    ),
    pytest.param(
        SAME,
        OPERATOR % "",
        14,
        [
            (
                "operator",
                "public.===(integer, integer)",
                None,
                None,
                "CREATE OPERATOR public.=== (FUNCTION = public.same, LEFTARG = integer, "
                "RIGHTARG = integer)",
            )
        ],
        id="operator missing",
    ),
    pytest.param(
        OPERATOR % "",
        OPERATOR % ", COMMUTATOR = ===, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES",
        14,
        [
            (
                "operator",
                "public.===(integer, integer)",
                "definition",
                "CREATE OPERATOR public.=== (FUNCTION = public.same, LEFTARG = integer, "
                "RIGHTARG = integer)",
                "CREATE OPERATOR public.=== (FUNCTION = public.same, LEFTARG = integer, "
                "RIGHTARG = integer, COMMUTATOR = OPERATOR(public.===), RESTRICT = eqsel, "
                "JOIN = eqjoinsel, HASHES, MERGES)",
            )
        ],
        id="operator attributes",
    ),
    pytest.param(
        "",
        "CREATE OPERATOR @#@ (FUNCTION = int4abs, RIGHTARG = int)",
        14,
        [
            (
                "operator",
                "public.@#@(NONE, integer)",
                None,
                None,
                "CREATE OPERATOR public.@#@ (FUNCTION = int4abs, RIGHTARG = integer)",
            )
        ],
        id="prefix operator missing",
    ),
    pytest.param(
        OPERATOR % "",
        OPERATOR % "" + "ALTER OPERATOR === (int, int) OWNER TO pg_monitor;"
        "COMMENT ON OPERATOR === (int, int) IS 'x'",
        14,
        [
            ("operator", "public.===(integer, integer)", "comment", None, "x"),
            ("operator", "public.===(integer, integer)", "owner", "{me}", "pg_monitor"),
        ],
        id="operator owner and comment",
    ),
    pytest.param(
        OTHER_HASH,
        CLASS % "hashint4",
        14,
        [
            (
                "operator class",
                "public.k USING hash",
                None,
                None,
                "CREATE OPERATOR CLASS public.k FOR TYPE integer USING hash AS "
                "OPERATOR 1 =(integer,integer), FUNCTION 1 hashint4(integer)",
            )
        ],
        id="operator class missing",
    ),
    pytest.param(
        CLASS % "hashint4",
        CLASS % "other"
        + "ALTER OPERATOR CLASS k USING hash OWNER TO pg_monitor;"
        + "COMMENT ON OPERATOR CLASS k USING hash IS 'x'",
        14,
        [
            ("operator class", "public.k USING hash", "comment", None, "x"),
            (
                "operator class",
                "public.k USING hash",
                "definition",
                "CREATE OPERATOR CLASS public.k FOR TYPE integer USING hash AS "
                "OPERATOR 1 =(integer,integer), FUNCTION 1 hashint4(integer)",
                "CREATE OPERATOR CLASS public.k FOR TYPE integer USING hash AS "
                "OPERATOR 1 =(integer,integer), FUNCTION 1 public.other(integer)",
            ),
            ("operator class", "public.k USING hash", "owner", "{me}", "pg_monitor"),
        ],
        id="operator class, its owner and comment",
    ),
    pytest.param(
        "",
        DICTIONARY % "english",
        14,
        [
            (
                "text search dictionary",
                "public.d",
                None,
                None,
                "CREATE TEXT SEARCH DICTIONARY public.d (TEMPLATE = pg_catalog.simple, "
                "stopwords = 'english')",
            )
        ],
        id="search dictionary missing",
    ),
    pytest.param(
        DICTIONARY % "english",
        DICTIONARY % "german" + "ALTER TEXT SEARCH DICTIONARY d OWNER TO pg_monitor;"
        "COMMENT ON TEXT SEARCH DICTIONARY d IS 'x'",
        14,
        [
            ("text search dictionary", "public.d", "comment", None, "x"),
            (
                "text search dictionary",
                "public.d",
                "definition",
                "CREATE TEXT SEARCH DICTIONARY public.d (TEMPLATE = pg_catalog.simple, "
                "stopwords = 'english')",
                "CREATE TEXT SEARCH DICTIONARY public.d (TEMPLATE = pg_catalog.simple, "
                "stopwords = 'german')",
            ),
            ("text search dictionary", "public.d", "owner", "{me}", "pg_monitor"),
        ],
        id="search dictionary, its owner and comment",
    ),
    pytest.param(
        "",
        SEARCH,
        14,
        [("text search configuration", "public.f", None, None, "public.f")],
        id="search configuration missing",
    ),
    pytest.param(
        MAPPED % "simple",
        MAPPED % "english_stem, simple",
        14,
        [
            (
                "text search configuration",
                "public.f",
                "mappings",
                "asciiword WITH simple, word WITH simple",
                "asciiword WITH english_stem, simple, word WITH english_stem, simple",
            )
        ],
        id="search mapping",
    ),
    pytest.param(
        SEARCH,
        SEARCH + "ALTER TEXT SEARCH CONFIGURATION f OWNER TO pg_monitor;"
        "COMMENT ON TEXT SEARCH CONFIGURATION f IS 'x'",
        14,
        [
            ("text search configuration", "public.f", "comment", None, "x"),
            ("text search configuration", "public.f", "owner", "{me}", "pg_monitor"),
        ],
        id="search configuration owner and comment",
    ),
    pytest.param(
        "",
        SERVER % "",
        14,
        [
            ("foreign server", "s", None, None, "s"),
            ("foreign-data wrapper", "w", None, None, "w"),
        ],
        id="foreign-data wrapper and server missing",
    ),
    pytest.param(
        "CREATE FOREIGN DATA WRAPPER w",
        "CREATE FOREIGN DATA WRAPPER w OPTIONS (b '2', a '1')",
        14,
        [("foreign-data wrapper", "w", "options", "none", "a '1', b '2'")],
        id="foreign-data wrapper options",
    ),
    pytest.param(
        WRAPPER,
        WRAPPER + "GRANT USAGE ON FOREIGN DATA WRAPPER w TO pg_monitor;"
        "COMMENT ON FOREIGN DATA WRAPPER w IS 'x'",
        14,
        [
            ("foreign-data wrapper", "w", "comment", None, "x"),
            ("foreign-data wrapper", "w", "privileges", None, "pg_monitor=U/{me}, {me}=U/{me}"),
        ],
        id="foreign-data wrapper privileges and comment",
    ),
    pytest.param(
        SERVER % "",
        WRAPPER
        + "CREATE SERVER s TYPE 'k' VERSION '2' FOREIGN DATA WRAPPER w OPTIONS (host 'there')",
        14,
        [
            ("foreign server", "s", "options", "none", "host 'there'"),
            ("foreign server", "s", "type", None, "k"),
            ("foreign server", "s", "version", None, "2"),
        ],
        id="foreign server options",
    ),
    pytest.param(
        SERVER % "",
        SERVER % "" + "GRANT USAGE ON FOREIGN SERVER s TO PUBLIC; COMMENT ON SERVER s IS 'x'",
        14,
        [
            ("foreign server", "s", "comment", None, "x"),
            ("foreign server", "s", "privileges", None, "=U/{me}, {me}=U/{me}"),
        ],
        id="foreign server privileges and comment",
    ),
    pytest.param(
        SERVER % "",
        MAPPING % "\"user\" 'x'",
        14,
        [("user mapping", "FOR PUBLIC SERVER s", None, None, "FOR PUBLIC SERVER s")],
        id="user mapping missing",
    ),
    pytest.param(
        MAPPING % "\"user\" 'x', password 'a'",
        MAPPING % "\"user\" 'y', password 'b'",
        14,
        [
            (
                "user mapping",
                "FOR PUBLIC SERVER s",
                "options",
                "password '***', \"user\" 'x'",
                "password '***', \"user\" 'y'",
            )
        ],
        id="user mapping, its password untold",
    ),
    pytest.param(
        TABLE,
        TABLE + "CREATE PUBLICATION p FOR TABLE t",
        14,
        [
            (
                "publication",
                "p",
                None,
                None,
                "CREATE PUBLICATION p FOR TABLE public.t "
                "WITH (publish = 'insert, update, delete, truncate', "
                "publish_via_partition_root = false)",
            )
        ],
        id="publication missing",
    ),
    pytest.param(
        TABLE + "CREATE PUBLICATION p FOR TABLE t",
        TABLE + "CREATE PUBLICATION p FOR TABLE t WITH (publish = 'insert')",
        14,
        [
            (
                "publication",
                "p",
                "operations",
                "insert, update, delete, truncate",
                "insert",
            )
        ],
        id="publication operations",
    ),
    pytest.param(
        TABLE + "CREATE PUBLICATION p FOR TABLE t",
        TABLE + "CREATE PUBLICATION p FOR ALL TABLES",
        14,
        [("publication", "p", "objects", "TABLE public.t", "ALL TABLES")],
        id="publication of all tables",
    ),
    pytest.param(
        TABLE + "CREATE PUBLICATION p FOR TABLE t",
        TABLE + "CREATE PUBLICATION p FOR TABLE t (b, a) WHERE (a > 0)",
        15,
        [
            (
                "publication",
                "p",
                "objects",
                "TABLE public.t",
                "TABLE public.t (a, b) WHERE ((a > 0))",
            )
        ],
        id="publication of some columns and rows",
    ),
    pytest.param(
        TABLE + "CREATE PUBLICATION p FOR TABLE t",
        TABLE + "CREATE PUBLICATION p FOR TABLES IN SCHEMA public",
        15,
        [("publication", "p", "objects", "TABLE public.t", "TABLES IN SCHEMA public")],
        id="publication of a schema",
    ),
    pytest.param(
        "CREATE PUBLICATION p",
        "CREATE PUBLICATION p WITH (publish_generated_columns = stored)",
        18,
        [("publication", "p", "generated columns", "none", "stored")],
        id="publication of generated columns",
    ),
    pytest.param(
        "CREATE PUBLICATION p",
        "CREATE PUBLICATION p WITH (publish_via_partition_root = true);"
        "ALTER PUBLICATION p OWNER TO pg_monitor; COMMENT ON PUBLICATION p IS 'x'",
        14,
        [
            ("publication", "p", "comment", None, "x"),
            ("publication", "p", "owner", "{me}", "pg_monitor"),
            ("publication", "p", "via root", "no", "yes"),
        ],
        id="publication by the root, owner and comment",
    ),
]

test_difference = differences_in(CASES)
