"""constraints/unique-refuses: keys that refuse a second row, and keys that let one in."""

import psycopg
import pytest

from tests.harness.miniature import miniature

CHECK = "constraints/unique-refuses"

LONG = "x" * 63
LONGER = "y" * 63

SCHEMA = f"""
CREATE TABLE posts (id int PRIMARY KEY);
CREATE TABLE keyed (id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT keyed_pk PRIMARY KEY,
    email text NOT NULL CONSTRAINT keyed_email UNIQUE,
    CHECK (email LIKE '%@%'));
CREATE TABLE several (a int, b text, c int NOT NULL,
    CONSTRAINT several_ab UNIQUE (a, b),
    CONSTRAINT several_nulls UNIQUE NULLS NOT DISTINCT (a, c));
CREATE TABLE partly (b text, c int NOT NULL, gone date);
CREATE UNIQUE INDEX partly_lower ON partly (lower(b)) WHERE c > 10;
CREATE UNIQUE INDEX partly_there ON partly (c) WHERE gone IS NULL;
CREATE TABLE one_to_one (post_id int NOT NULL CONSTRAINT one_post UNIQUE REFERENCES posts,
    other_id int CONSTRAINT one_other UNIQUE REFERENCES posts);
CREATE TABLE inherits_key (post_id int CONSTRAINT inherits_pk PRIMARY KEY REFERENCES posts);
CREATE TABLE wider (id int CONSTRAINT wider_pk PRIMARY KEY, x int,
    CONSTRAINT wider_both UNIQUE (id, x));
CREATE TABLE late (a int CONSTRAINT late_a UNIQUE DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE parted (k int CONSTRAINT parted_pk PRIMARY KEY) PARTITION BY RANGE (k);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (1000000);
CREATE TABLE single (x int);
CREATE UNIQUE INDEX single_row ON single ((true));
CREATE TABLE "Order Items" ("%d" text CONSTRAINT "50%" UNIQUE);
CREATE TABLE "{LONG}" ("{LONG}" int);
CREATE UNIQUE INDEX "{LONGER}" ON "{LONG}" ("{LONG}");
CREATE TABLE plain (a int);
CREATE INDEX plain_a ON plain (a);

CREATE FUNCTION number_it() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN NEW.n := (SELECT coalesce(max(n), 0) + 1 FROM numbered); RETURN NEW; END $$;
CREATE TABLE numbered (n int CONSTRAINT numbered_n UNIQUE);
CREATE TRIGGER number BEFORE INSERT ON numbered FOR EACH ROW EXECUTE FUNCTION number_it();

CREATE TABLE silent (a int CONSTRAINT silent_a UNIQUE DEFERRABLE);
ALTER TABLE silent DISABLE TRIGGER ALL;
CREATE TABLE torn (a int);
CREATE UNIQUE INDEX torn_a ON torn (a);
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'torn_a'::regclass;
CREATE TABLE never (a int);
CREATE UNIQUE INDEX never_a ON never (a) WHERE false;
CREATE TABLE rarely (a int, b text);
CREATE UNIQUE INDEX rarely_a ON rarely (a) WHERE b ~ '^zq[0-9]+$' AND length(b) = 3 * 3;
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory, bench_for_module):
    return bench_for_module(miniature(tmp_path_factory.mktemp("unique"), revisions=[SCHEMA]))


@pytest.mark.parametrize(
    ("key", "same", "differs"),
    [
        pytest.param("keyed.keyed_pk", "id", "id", id="primary key on an identity"),
        pytest.param("keyed.keyed_email", "email", "email", id="with a CHECK"),
        pytest.param("several.several_ab", "a, b", "a or b", id="two nullable columns"),
        pytest.param("partly.partly_there", "c, gone", "c or gone", id="partial"),
        pytest.param("one_to_one.one_post", "post_id", "post_id", id="foreign key"),
        pytest.param("one_to_one.one_other", "other_id", "other_id", id="nullable foreign key"),
        pytest.param("inherits_key.inherits_pk", "post_id", "post_id", id="PK and foreign key"),
        pytest.param("late.late_a", "a", "a", id="INITIALLY DEFERRED"),
        pytest.param("parted.parted_pk", "k", "k", id="partitioned table"),
        pytest.param("Order Items.50%", "%d", "%d", id="exotic name"),
        pytest.param(f"{LONG}.{LONGER}", LONG, LONG, id="63 bytes"),
    ],
)
def test_a_second_row_is_refused_and_another_is_taken(project, key, same, differs):
    """
    The evidence is the SQLSTATE for the same values, and the columns in which a row may differ.
    """
    proof = project.proof(CHECK, key)

    assert (proof.status, proof.violations) == ("proved", ())
    assert proof.seen == (
        f"23505 for a second row with the same {same}, takes one that differs in {differs}",
    )


def test_an_expression_and_a_condition_are_met(project):
    """
    The rows are made so that the condition holds and the expression has a value.
    """
    proof = project.proof(CHECK, "partly.partly_lower")

    assert proof.status == "proved"
    assert proof.seen[0].startswith("23505 for a second row with the same b, c, takes one")


def test_a_second_null_is_refused_where_nulls_are_not_distinct(project):
    """
    NULLS NOT DISTINCT is a promise of its own.
    """
    assert project.proof(CHECK, "several.several_nulls").seen == (
        "23505 for a second NULL in a",
        "23505 for a second row with the same a, c, takes one that differs in a or c",
    )


def test_a_table_of_one_row_takes_no_second(project):
    """
    A key on a constant leaves nothing in which a row could differ.
    """
    assert project.proof(CHECK, "single.single_row").seen == (
        "23505 for a second row with the same condition",
    )


@pytest.mark.parametrize(
    ("key", "gone"),
    [
        pytest.param("wider.wider_both", "constraint wider_pk", id="narrower key"),
        pytest.param("numbered.numbered_n", "trigger number", id="trigger that numbers"),
    ],
)
def test_what_answers_first_is_named(project, key, gone):
    """
    Where a narrower key or a trigger speaks first, the key is asked with that out of the way.
    """
    (seen,) = project.proof(CHECK, key).seen

    assert f", once {gone} is out of the way" in seen


def test_an_index_that_is_not_unique_promises_nothing(project):
    """
    Only what is unique is asked, and a partition's part is spoken of by its table's.
    """
    asked = project.proofs(CHECK)

    assert not {"plain.plain_a", "parted_1.parted_1_pkey"} & {*asked}


@pytest.mark.parametrize(
    ("key", "found"),
    [
        pytest.param("silent.silent_a", "a second row with 1 is accepted", id="triggers disabled"),
        pytest.param(
            "torn.torn_a", "it is INVALID: doubles that were there were never looked for", id="torn"
        ),
        pytest.param(
            "never.never_a", "no row can meet its condition: WHERE false", id="condition never met"
        ),
    ],
)
def test_a_key_that_does_not_hold_is_a_violation(project, key, found):
    """
    Doubles that get in, or that may be there already, break the key.
    """
    (violation,) = project.proof(CHECK, key).violations

    assert (violation.where, violation.found) == (key, found)


def test_a_condition_that_is_not_met_is_asked_for(project):
    """
    Where no row falls under the index, a hint is asked for.
    """
    proof = project.proof(CHECK, "rarely.rarely_a")

    assert (proof.status, proof.violations) == ("skipped", ())
    assert "table = 'rarely', values = {column = 'text'}, breaks = 'rarely_a'" in proof.skipped


def test_a_hint_is_such_a_row(tmp_path, bench):
    """
    The hint's values are those that no two rows may have.
    """
    root = miniature(
        tmp_path,
        revisions=[
            "CREATE TABLE rarely (a int, b text);"
            "CREATE UNIQUE INDEX rarely_a ON rarely (a)"
            " WHERE b ~ '^zq[0-9]+$' AND length(b) = 3 * 3;"
        ],
    )
    with (root / "pyproject.toml").open("a") as file:
        file.write(
            "[[tool.schemaproof.hints]]\ntable = 'rarely'\nbreaks = 'rarely_a'\n"
            "values = {a = '5', b = 'zq1234567'}\n"
        )

    proof = bench(root).proof(CHECK, "rarely.rarely_a")

    assert proof.status == "proved"
    assert proof.seen[0].startswith("23505 for a second row with the same a, b")


def test_the_harm_is_real(project):
    """
    With the triggers that PostgreSQL keeps a deferrable key by disabled, doubles get in.
    """
    with project.connection() as connection:
        connection.execute("INSERT INTO silent VALUES (1), (1)")
        doubles = connection.execute("SELECT count(*) FROM silent WHERE a = 1").fetchone()
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO late VALUES (1), (1)")

    assert doubles == (2,)
