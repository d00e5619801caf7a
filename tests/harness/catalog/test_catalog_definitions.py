"""
Definitions that a snapshot puts together itself are word for word PostgreSQL's.
"""

from __future__ import annotations

import psycopg

from schemaproof.catalog import snapshot

Connection = psycopg.Connection[tuple[object, ...]]


def test_check_is_defined_in_the_servers_words(scratch: Connection) -> None:
    """
    The definition of a check, put together here, is the one that ``pg_get_constraintdef`` gives.
    """
    scratch.execute(
        "CREATE TABLE t (a int, CONSTRAINT x CHECK (a > 0 AND a < 9), "
        "CONSTRAINT y CHECK (a <> 5) NO INHERIT); "
        "ALTER TABLE t ADD CONSTRAINT z CHECK (a <> 6) NO INHERIT NOT VALID"
    )
    if scratch.info.server_version >= 180000:
        scratch.execute("ALTER TABLE t ADD CONSTRAINT w CHECK (a <> 7) NO INHERIT NOT ENFORCED")
    rows = scratch.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE conrelid = 't'::regclass"
    ).fetchall()

    catalog = snapshot(scratch)

    assert {(each.name, each.definition) for each in catalog.constraints} == set(rows)


def test_index_is_defined_in_the_servers_words(scratch: Connection) -> None:
    """
    The definition of an index, put together here, is the one that ``pg_get_indexdef`` gives.
    """
    scratch.execute(
        """
        CREATE DOMAIN code AS varchar(9); CREATE TYPE mood AS ENUM ('calm'); CREATE SCHEMA "S ""x";
        CREATE TABLE t (
            a int PRIMARY KEY, "Order ""x" text UNIQUE, v varchar(20), c code, m mood, n numeric,
            b bpchar, g int[], k text COLLATE "C", "user" uuid, j jsonb, i inet, o oid, l name,
            EXCLUDE USING btree (a WITH =)
        );
        CREATE TABLE "S ""x"."table" (a int PRIMARY KEY, b text);
        CREATE INDEX "An Index" ON "S ""x"."table" (b DESC, a);
        CREATE INDEX ON t (a DESC, v DESC NULLS LAST, n NULLS FIRST, "user", "Order ""x");
        CREATE UNIQUE INDEX ON t (v, c, m, g, b, k, o, l, i);
        CREATE INDEX ON t (k COLLATE "POSIX"); CREATE INDEX ON t (k COLLATE "C");
        CREATE INDEX ON t (v COLLATE "C"); CREATE INDEX ON t (v text_pattern_ops);
        CREATE INDEX ON t (v varchar_ops); CREATE INDEX ON t (v bpchar_ops); CREATE INDEX ON t (c);
        CREATE INDEX ON t (k) INCLUDE (a); CREATE INDEX ON t (a) WITH (fillfactor = 70);
        CREATE INDEX ON t (a) WHERE a > 0; CREATE INDEX ON t (lower(k), a);
        CREATE INDEX ON t USING hash (a); CREATE INDEX ON t USING gin (j, g);
        CREATE INDEX ON t (m);
        CREATE TABLE p (a int, b text) PARTITION BY LIST (a); CREATE INDEX ON p (a, b);
        CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); CREATE INDEX ON ONLY p (b);
        CREATE MATERIALIZED VIEW mv AS SELECT 1 AS a; CREATE INDEX ON mv (a);
        """
    )
    if scratch.info.server_version >= 150000:
        scratch.execute("CREATE UNIQUE INDEX ON t (n) NULLS NOT DISTINCT")
    scratch.execute("SET LOCAL search_path = pg_catalog")
    rows = scratch.execute(
        "SELECT relname, pg_get_indexdef(oid) FROM pg_class "
        "WHERE relkind IN ('i', 'I') AND oid >= 16384 "
        "AND relnamespace <> 'pg_toast'::regnamespace"
    ).fetchall()

    assert {(each.name, each.definition) for each in snapshot(scratch).indexes} == set(rows)


def test_default_class_of_a_users_own_is_told(scratch: Connection) -> None:
    """
    Where somebody has made another operator class the default of a type, the old one is spelt out.
    """
    scratch.execute(
        "CREATE TABLE t (v varchar); CREATE INDEX before ON t (v); "
        "CREATE OPERATOR CLASS own DEFAULT FOR TYPE varchar USING btree AS "
        "OPERATOR 1 < (text, text), OPERATOR 2 <= (text, text), OPERATOR 3 = (text, text), "
        "OPERATOR 4 >= (text, text), OPERATOR 5 > (text, text), "
        "FUNCTION 1 (varchar, varchar) bttextcmp(text, text); "
        "CREATE INDEX after ON t (v)"
    )
    scratch.execute("SET LOCAL search_path = pg_catalog")
    rows = scratch.execute(
        "SELECT relname, pg_get_indexdef(oid) FROM pg_class WHERE relname IN ('before', 'after')"
    ).fetchall()

    assert {(each.name, each.definition) for each in snapshot(scratch).indexes} == set(rows)
