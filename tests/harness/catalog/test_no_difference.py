"""
What PostgreSQL takes for the same is no difference, nor are names that it made up.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from schemaproof.catalog import Catalog, QualifiedName, difference

PARTS = (
    "CREATE TABLE t (a int, b int) PARTITION BY RANGE (a); CREATE TABLE p PARTITION OF t DEFAULT;"
)
TRIGGER = (
    "CREATE TABLE t (a int); CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql "
    "AS 'BEGIN RETURN NEW; END'; "
    "CREATE TRIGGER r BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION g();"
)

SAME = [
    pytest.param(
        "CREATE TABLE t (a int, b text, c int); CREATE STATISTICS s ON a, c, (a + c) FROM t",
        "CREATE TABLE t (c int, a int, b text); CREATE STATISTICS s ON a, c, (a + c) FROM t",
        id="statistics of columns in another order",
    ),
    pytest.param(
        "CREATE TABLE t (a int, b int, CONSTRAINT c CHECK (a > b), UNIQUE (a, b)); "
        "CREATE INDEX i ON t (a) INCLUDE (b)",
        "CREATE TABLE t (b int, a int, CONSTRAINT c CHECK (a > b), UNIQUE (a, b)); "
        "CREATE INDEX i ON t (a) INCLUDE (b)",
        id="constraints and indexes over columns in another order",
    ),
    pytest.param(
        "CREATE TABLE p (x int, y int, PRIMARY KEY (x, y)); CREATE TABLE t (a int, b int, "
        "CONSTRAINT k FOREIGN KEY (a, b) REFERENCES p (x, y) ON DELETE SET NULL)",
        "CREATE TABLE p (x int, y int, PRIMARY KEY (x, y)); CREATE TABLE t (a int, b int, "
        "CONSTRAINT k FOREIGN KEY (b, a) REFERENCES p (y, x) ON DELETE SET NULL)",
        id="foreign key of the same pairs in another order",
    ),
    pytest.param(
        "ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC",
        "",
        id="default privileges that are PostgreSQL's own",
    ),
    pytest.param(
        "CREATE TABLE t (a int, b int) PARTITION BY RANGE (a); "
        "CREATE TABLE p PARTITION OF t DEFAULT; CREATE TABLE q (a int PRIMARY KEY); "
        "ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES q",
        "CREATE TABLE q (a int PRIMARY KEY); CREATE TABLE t "
        "(a int CONSTRAINT k REFERENCES q, b int) PARTITION BY RANGE (a); "
        "CREATE TABLE p PARTITION OF t DEFAULT",
        id="foreign key of a partitioned table, added sooner or later",
    ),
    pytest.param(
        "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE t (a int CONSTRAINT k REFERENCES p)",
        "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE t (a int CONSTRAINT k REFERENCES p); "
        "ALTER TABLE t DISABLE TRIGGER ALL; ALTER TABLE t ENABLE TRIGGER ALL",
        id="triggers of a foreign key disabled and enabled",
    ),
    pytest.param(
        "CREATE TABLE t (a int, b text)",
        "CREATE TABLE t (b text, a int)",
        id="columns in another order",
    ),
    pytest.param(
        "CREATE TABLE t (a int, b int)",
        "CREATE TABLE t (x int, a int, b int); ALTER TABLE t DROP x",
        id="dropped column",
    ),
    pytest.param(
        "CREATE TABLE t (a int4, b varchar(3) DEFAULT 'x', c timestamptz)",
        "CREATE TABLE t (a integer, b character varying(3) DEFAULT 'x'::varchar, "
        "c timestamp with time zone)",
        id="other spellings of types and defaults",
    ),
    pytest.param(
        "CREATE TABLE t (a int CONSTRAINT c CHECK (a IN (1, 2)))",
        "CREATE TABLE t (a int, CONSTRAINT c CHECK (a = ANY (ARRAY[1, 2])))",
        id="other spelling of a check",
    ),
    pytest.param(
        "CREATE TABLE t (a text); CREATE INDEX i ON t (a)",
        'CREATE TABLE t (a text COLLATE "default"); '
        "CREATE INDEX i ON t USING btree (a text_ops ASC NULLS LAST)",
        id="defaults of an index spelled out",
    ),
    pytest.param(
        "CREATE TABLE t (id serial)",
        "CREATE SEQUENCE t_id_seq AS int; "
        "CREATE TABLE t (id int NOT NULL DEFAULT nextval('t_id_seq')); "
        "ALTER SEQUENCE t_id_seq OWNED BY t.id",
        id="serial by hand",
    ),
    pytest.param(
        "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY, a int NOT NULL)",
        "CREATE TABLE old (id int GENERATED ALWAYS AS IDENTITY, a int NOT NULL); "
        "ALTER TABLE old RENAME TO t",
        id="identity sequence and not null of a renamed table",
    ),
    pytest.param(
        "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY, a int NOT NULL)",
        "CREATE TABLE t (old int GENERATED ALWAYS AS IDENTITY, b int NOT NULL); "
        "ALTER TABLE t RENAME old TO id; ALTER TABLE t RENAME b TO a",
        id="identity sequence and not null of a renamed column",
    ),
    pytest.param(
        "CREATE TABLE t (a int NOT NULL)",
        "CREATE TABLE t (a int); ALTER TABLE t ALTER a SET NOT NULL",
        id="not null set later",
    ),
    pytest.param(
        "CREATE TABLE t (a int CONSTRAINT k PRIMARY KEY)",
        "CREATE TABLE t (a int NOT NULL); CREATE UNIQUE INDEX i ON t (a); "
        "ALTER TABLE t ADD CONSTRAINT k PRIMARY KEY USING INDEX i",
        id="primary key from an index",
    ),
    pytest.param(
        "CREATE TABLE t (a int PRIMARY KEY, b int REFERENCES t)",
        "CREATE TABLE t (a int PRIMARY KEY, b int); "
        "ALTER TABLE t ADD FOREIGN KEY (b) REFERENCES t NOT VALID; "
        "ALTER TABLE t VALIDATE CONSTRAINT t_b_fkey",
        id="foreign key validated later",
    ),
    pytest.param(
        "CREATE TABLE t (a int, CONSTRAINT x CHECK (a > 0), CONSTRAINT y CHECK (a < 9))",
        "CREATE TABLE t (a int, CONSTRAINT y CHECK (a < 9), CONSTRAINT x CHECK (a > 0))",
        id="constraints in another order",
    ),
    pytest.param(
        "CREATE TYPE e AS ENUM ('x', 'y', 'z')",
        "CREATE TYPE e AS ENUM ('x', 'z'); ALTER TYPE e ADD VALUE 'y' BEFORE 'z'",
        id="enum label added in its place",
    ),
    pytest.param(
        "CREATE TABLE t (a int)",
        "CREATE TABLE t (a int); GRANT SELECT, UPDATE (a) ON t TO PUBLIC; "
        "REVOKE SELECT, UPDATE (a) ON t FROM PUBLIC",
        id="privileges granted and taken back",
    ),
    pytest.param(
        "CREATE TABLE t (a int); GRANT SELECT ON t TO pg_monitor; GRANT SELECT ON t TO PUBLIC",
        "CREATE TABLE t (a int); GRANT SELECT ON t TO PUBLIC; GRANT SELECT ON t TO pg_monitor",
        id="privileges granted in another order",
    ),
    pytest.param(
        "CREATE TABLE t (a int) WITH (fillfactor = 70, autovacuum_enabled = false)",
        "CREATE TABLE t (a int) WITH (autovacuum_enabled = false, fillfactor = 70)",
        id="storage parameters in another order",
    ),
    pytest.param(
        "CREATE TABLE t (a int)",
        "CREATE TABLE t (a int); ALTER TABLE t ALTER a SET STATISTICS 5; "
        "ALTER TABLE t ALTER a SET STATISTICS -1; COMMENT ON TABLE t IS 'x'; "
        "COMMENT ON TABLE t IS NULL",
        id="statistics target and comment taken back",
    ),
    pytest.param(
        TRIGGER,
        TRIGGER + "ALTER TABLE t DISABLE TRIGGER r; ALTER TABLE t ENABLE TRIGGER r",
        id="trigger disabled and enabled",
    ),
    pytest.param(
        PARTS + "CREATE INDEX i ON t (a); CREATE INDEX j ON t (b); CREATE INDEX k ON t (a)",
        PARTS + "CREATE INDEX k ON t (a); CREATE INDEX j ON t (b); CREATE INDEX i ON t (a)",
        id="made-up names of a partition's indexes",
    ),
    pytest.param(
        PARTS,
        PARTS.replace("p PARTITION OF t DEFAULT", "p (b int, a int)")
        + "ALTER TABLE t ATTACH PARTITION p DEFAULT",
        id="partition attached later",
    ),
    pytest.param(
        "CREATE SCHEMA s; CREATE TABLE s.p (a int PRIMARY KEY, b int REFERENCES s.p)",
        "CREATE SCHEMA s; SET LOCAL search_path = s; "
        "CREATE TABLE p (a int PRIMARY KEY, b int REFERENCES p)",
        id="other search path",
    ),
    pytest.param(
        "CREATE TABLE t (a timestamptz DEFAULT '2020-01-01 00:00:00+00', "
        "b interval DEFAULT '1 day 2 hours', c bytea DEFAULT 'x', d date DEFAULT '2020-02-01', "
        "e float8 DEFAULT 0.1)",
        "SET LOCAL TimeZone = 'Asia/Tokyo'; SET LOCAL DateStyle = 'SQL, DMY'; "
        "SET LOCAL IntervalStyle = 'iso_8601'; SET LOCAL bytea_output = 'escape'; "
        "SET LOCAL extra_float_digits = -10; SET LOCAL quote_all_identifiers = on; "
        "CREATE TABLE t (a timestamptz DEFAULT '2020-01-01 00:00:00+00', "
        "b interval DEFAULT '1 day 2 hours', c bytea DEFAULT 'x', d date DEFAULT '01/02/2020', "
        "e float8 DEFAULT 0.1)",
        id="other session settings",
    ),
]


@pytest.mark.parametrize(("left", "right"), SAME)
def test_nothing_is_told(told: Callable[[str, str], object], left: str, right: str) -> None:
    """
    Two ways to the same schema differ in nothing.
    """
    forth_and_back = told(left, right)

    assert forth_and_back == ([], [])


def test_ignored_table_is_left_out_with_all_it_has(catalog_of: Callable[[str], Catalog]) -> None:
    """
    An ignored table, its columns, constraints, indexes and sequences are not compared.
    """
    left = catalog_of(
        "CREATE TABLE v (id serial PRIMARY KEY, a int CHECK (a > 0)); CREATE TABLE t ()"
    )
    right = catalog_of("CREATE TABLE v (id bigserial, a text); CREATE TABLE t (a int)")

    found = difference(left, right, ignore_tables=[QualifiedName("public", "v")])

    assert [(each.kind, each.identity) for each in found] == [("column", "public.t.a")]


def test_ignored_table_of_one_side_is_no_difference(catalog_of: Callable[[str], Catalog]) -> None:
    """
    A table may be there on one side only, if it is ignored.
    """
    left = catalog_of("CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)")
    right = catalog_of("")

    ignoring = difference(left, right, ignore_tables={QualifiedName("public", "alembic_version")})

    assert len(difference(left, right)) == 1
    assert ignoring == ()


def test_identity_sequence_is_recognised_by_its_column(
    catalog_of: Callable[[str], Catalog],
) -> None:
    """
    The sequence of an identity column is compared even where its name tells of a former table.
    """
    left = catalog_of("CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY)")
    right = catalog_of(
        "CREATE TABLE old (a int GENERATED ALWAYS AS IDENTITY (INCREMENT 5)); "
        "ALTER TABLE old RENAME TO t"
    )

    (found,) = difference(left, right)

    assert (found.identity, found.facet) == ("public.t_a_seq", "increment")
    assert (found.left, found.right) == ("1", "5")
