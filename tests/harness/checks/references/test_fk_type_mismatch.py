"""references/fk-type-mismatch: types that do harm beside each other, and types that do not."""

import psycopg
import pytest

from tests.harness.miniature import miniature

CHECK = "references/fk-type-mismatch"

LONG = "x" * 63

SCHEMA = f"""
CREATE DOMAIN small AS integer;
CREATE DOMAIN wide AS bigint;
CREATE COLLATION other (provider = builtin, locale = 'C.UTF-8');
CREATE TABLE bigs (id bigint PRIMARY KEY, code text UNIQUE, short varchar(20) UNIQUE,
    n numeric UNIQUE, at timestamptz UNIQUE, d date UNIQUE, other text COLLATE other UNIQUE,
    fixed char(5) UNIQUE);
CREATE TABLE ints (id integer PRIMARY KEY);
CREATE TABLE pairs (a bigint, b text, PRIMARY KEY (a, b));

CREATE TABLE same (big_id bigint REFERENCES bigs);
CREATE TABLE wider (int_id bigint REFERENCES ints);
CREATE TABLE parted (int_id bigint REFERENCES ints) PARTITION BY RANGE (int_id);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (100);
CREATE TABLE unparted (int_id bigint REFERENCES ints) PARTITION BY RANGE (int_id);
CREATE TABLE texts (code varchar REFERENCES bigs (code));
CREATE TABLE longer (short varchar(30) REFERENCES bigs (short));
CREATE TABLE by_domain (big_id wide REFERENCES bigs);
CREATE TABLE served (code text COLLATE other REFERENCES bigs (code));
CREATE TABLE collated (other text COLLATE other REFERENCES bigs (other));

CREATE TABLE narrower (big_id integer REFERENCES bigs);
CREATE TABLE smallest (int_id smallint REFERENCES ints);
CREATE TABLE narrow_domain (big_id small REFERENCES bigs);
CREATE TABLE shorter (code varchar(20) REFERENCES bigs (code));
CREATE TABLE casted (n integer REFERENCES bigs (n));
CREATE TABLE otherwise (other text REFERENCES bigs (other));
CREATE TABLE torn (other text COLLATE "C" REFERENCES bigs (other));
CREATE TABLE one_of_two (a integer, b text, FOREIGN KEY (a, b) REFERENCES pairs);
CREATE TABLE "Order Items" ("select" integer REFERENCES bigs);
CREATE TABLE "{LONG}" ("{LONG}" integer REFERENCES bigs);
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory, bench_for_module, schema_server):
    schema = SCHEMA
    if schema_server.version < 170000:
        schema = schema.replace("provider = builtin, locale = 'C.UTF-8'", "locale = 'C'")
    return bench_for_module(miniature(tmp_path_factory.mktemp("types"), revisions=[schema]))


@pytest.mark.parametrize(
    ("key", "seen"),
    [
        pytest.param("same.big_id", "bigint on both sides", id="same"),
        pytest.param(
            "wider.int_id", "bigint beside integer: compared as they are", id="bigint to integer"
        ),
        pytest.param(
            "parted.int_id", "bigint beside integer: compared as they are", id="partitioned table"
        ),
        pytest.param(
            "unparted.int_id", "bigint beside integer: compared as they are", id="no partition yet"
        ),
        pytest.param(
            "texts.code",
            "character varying beside text: compared as they are",
            id="varchar to text",
        ),
        pytest.param(
            "longer.short",
            "character varying(30) beside character varying(20): compared as they are",
            id="longer",
        ),
        pytest.param("by_domain.big_id", "wide beside bigint: compared as they are", id="domain"),
        pytest.param("collated.other", "text COLLATE other on both sides", id="the same collation"),
    ],
)
def test_types_that_do_no_harm_are_silent(project, key, seen):
    """
    Equal types, and those that the server compares without a cast and that hold every key.
    """
    proof = project.proof(CHECK, key)

    assert (proof.violations, proof.seen) == ((), (seen,))


@pytest.mark.parametrize(
    ("key", "found", "because"),
    [
        pytest.param(
            "narrower.big_id",
            "big_id is integer, and bigs.id is bigint",
            "a key of bigs beyond what integer holds can have no row in narrower",
            id="integer to bigint",
        ),
        pytest.param(
            "smallest.int_id",
            "int_id is smallint, and ints.id is integer",
            "a key of ints beyond what smallint holds can have no row in smallest",
            id="smallint to integer",
        ),
        pytest.param(
            "narrow_domain.big_id",
            "big_id is small, and bigs.id is bigint",
            "a key of bigs beyond what integer holds can have no row in narrow_domain",
            id="domain",
        ),
        pytest.param(
            "shorter.code",
            "code is character varying(20), and bigs.code is text",
            "a key of bigs beyond what character varying(20) holds can have no row in shorter",
            id="varchar(20) to text",
        ),
        pytest.param(
            "casted.n",
            "n is integer, and bigs.n is numeric",
            "deleting a row of bigs scans the whole of casted: integer is compared as numeric, "
            "which no index on n serves",
            id="integer to numeric",
        ),
        pytest.param(
            "otherwise.other",
            "other is text, and bigs.other is text COLLATE other",
            "a join from bigs to otherwise scans the whole of otherwise: text is compared as text "
            "COLLATE other, which no index on other serves",
            id="the parent's collation is another",
        ),
        pytest.param(
            "torn.other",
            'other is text COLLATE "C", and bigs.other is text COLLATE other',
            "a join of torn and bigs on the key fails: could not determine which collation to use "
            "for string comparison",
            id="two collations",
        ),
        pytest.param(
            "one_of_two.(a, b)",
            "a is integer, and pairs.a is bigint",
            "a key of pairs beyond what integer holds can have no row in one_of_two",
            id="half of a composite key",
        ),
        pytest.param(
            "Order Items.select",
            "select is integer, and bigs.id is bigint",
            "a key of bigs beyond what integer holds can have no row in Order Items",
            id="exotic name",
        ),
        pytest.param(
            f"{LONG}.{LONG}",
            f"{LONG} is integer, and bigs.id is bigint",
            f"a key of bigs beyond what integer holds can have no row in {LONG}",
            id="63 bytes",
        ),
    ],
)
def test_types_that_do_harm_are_a_violation(project, key, found, because):
    """
    The violation says both types and which of the two harms it is.
    """
    (violation,) = project.proof(CHECK, key).violations

    assert (violation.where, violation.found, violation.because) == (key, found, because)


def test_a_narrow_child_cannot_refer_to_a_large_key(project):
    """
    The harm is real: the parent's key is a legal one, and no child can have it.
    """
    with project.connection() as connection:
        connection.execute("INSERT INTO bigs (id) VALUES (2147483648)")

        with pytest.raises(psycopg.errors.NumericValueOutOfRange):
            connection.execute("INSERT INTO narrower VALUES (2147483648)")


@pytest.mark.parametrize(
    ("table", "column", "target", "scans"),
    [
        pytest.param("wider", "int_id", "ints", 1, id="bigint to integer uses it"),
        pytest.param("texts", "code", "bigs", 1, id="varchar to text uses it"),
        pytest.param("casted", "n", "bigs", 0, id="integer to numeric does not"),
        pytest.param("otherwise", "other", "bigs", 1, id="another collation uses it"),
    ],
)
def test_the_delete_of_a_parent_uses_the_index_or_not(project, table, column, target, scans):
    """
    What the planner said is what PostgreSQL's own trigger does, with sequential scans turned off.
    """
    with project.connection() as connection, connection.transaction(force_rollback=True):
        key = "id" if target == "ints" else column
        connection.execute(f"CREATE INDEX child_index ON {table} ({column})")
        id_ = "" if key == "id" else "id, "
        one = "" if key == "id" else "1, "
        connection.execute(f"INSERT INTO {target} ({id_}{key}) VALUES ({one}1)")
        connection.execute("SET LOCAL enable_seqscan = off")
        connection.execute(f"DELETE FROM {target} WHERE {key} IS NOT NULL")
        used = connection.execute(
            "SELECT coalesce(sum(idx_scan), 0) FROM pg_stat_xact_user_tables WHERE relname = %s",
            [table],
        ).fetchone()

    assert used == (scans,)


def test_a_join_of_two_collations_fails(project):
    """
    The harm is real: nobody can follow the key in a join without saying by which collation.
    """
    with project.connection() as connection:
        connection.execute("INSERT INTO bigs (id, other) VALUES (1, 'a')")
        connection.execute("INSERT INTO torn VALUES ('a')")
        with pytest.raises(psycopg.errors.IndeterminateCollation):
            connection.execute("SELECT * FROM torn JOIN bigs USING (other)")
