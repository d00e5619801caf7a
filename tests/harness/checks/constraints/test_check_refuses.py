"""constraints/check-refuses: CHECKs that refuse, and CHECKs that are there and refuse nothing."""

import pytest

from tests.harness.miniature import miniature

CHECK = "constraints/check-refuses"

LONG = "x" * 63

SCHEMA = f"""
CREATE TABLE numbers (
    n int CONSTRAINT n_min CHECK (n > 0),
    p int NOT NULL DEFAULT 0 CONSTRAINT p_range CHECK (p >= 0 AND p <= 100),
    exact numeric(4, 2) CONSTRAINT exact_most CHECK (exact <= 12.5),
    d date CONSTRAINT d_first CHECK (d >= '2020-05-05')
);
CREATE TABLE texts (
    short varchar(9) CONSTRAINT short_most CHECK (length(short) <= 3),
    state text NOT NULL CONSTRAINT state_known CHECK (state IN ('new', 'it''s old')),
    lowered text CONSTRAINT lowered_only CHECK (lowered = lower(lowered)),
    kind jsonb NOT NULL CONSTRAINT kind_known CHECK (kind ->> 'kind' = 'a')
);
CREATE TABLE pairs (a int NOT NULL, b int NOT NULL,
    CONSTRAINT pairs_order CHECK (a < b),
    CONSTRAINT pairs_a_weak CHECK (a > 0),
    CONSTRAINT pairs_a_strong CHECK (a > 5));
CREATE TABLE counted (tags varchar(9)[] CONSTRAINT few_tags CHECK (cardinality(tags) <= 7),
    steps jsonb CONSTRAINT few_steps CHECK (jsonb_array_length(steps) <= 7),
    pin char(4) CONSTRAINT pin_form CHECK (pin ~ '^[0-9]{{4}}$'),
    during tstzrange CONSTRAINT has_end CHECK (NOT upper_inf(during)));
CREATE TABLE hidden (a int CONSTRAINT a_strong CHECK (a > 5), CONSTRAINT b_weak CHECK (a > 5));
CREATE TABLE posts (id int PRIMARY KEY);
CREATE TABLE photos (id int PRIMARY KEY);
CREATE TABLE either (post_id int REFERENCES posts, photo_id int REFERENCES photos,
    CONSTRAINT one_of CHECK (num_nonnulls(post_id, photo_id) = 1));
CREATE TABLE made (a int NOT NULL,
    twice int GENERATED ALWAYS AS (a * 2) STORED CONSTRAINT twice_most CHECK (twice < 100));
CREATE TABLE parted (k int NOT NULL, v int CONSTRAINT v_min CHECK (v > 0)) PARTITION BY RANGE (k);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (100);
CREATE TABLE "Order Items" ("select" int CONSTRAINT "Ck %s" CHECK ("select" > 3));
CREATE TABLE "{LONG}" ("{LONG}" int CONSTRAINT "{LONG}" CHECK ("{LONG}" > 3));
CREATE TABLE promised_later (n int);
ALTER TABLE promised_later ADD CONSTRAINT later CHECK (n > 0) NOT VALID;

CREATE FUNCTION lower_it() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN NEW.email := lower(NEW.email); RETURN NEW; END $$;
CREATE TABLE mended (email text NOT NULL CONSTRAINT lowercase CHECK (email = lower(email)));
CREATE TRIGGER mend BEFORE INSERT OR UPDATE ON mended FOR EACH ROW EXECUTE FUNCTION lower_it();

CREATE TABLE nothing (
    a int,
    s text NOT NULL CONSTRAINT null_in_list CHECK (s IN ('a', 'b', NULL)),
    CONSTRAINT just_true CHECK (true),
    CONSTRAINT just_null CHECK (NULL),
    CONSTRAINT arithmetic CHECK (1 > 0),
    CONSTRAINT or_null CHECK (a > 0 OR NULL),
    CONSTRAINT or_true CHECK (a > 0 OR true)
);
CREATE TABLE broken (n int);
INSERT INTO broken VALUES (-1), (0), (1);
ALTER TABLE broken ADD CONSTRAINT broken_min CHECK (n > 0) NOT VALID;

CREATE TABLE impossible (n int NOT NULL, CONSTRAINT no_such CHECK (n > 0 AND n < 0));
CREATE TABLE rare (n int CONSTRAINT never_tried CHECK (n <> 123457 * 3));
CREATE TABLE unknown (j jsonb NOT NULL,
    CONSTRAINT deep CHECK ((j -> 'a' -> 'b' ->> 'c')::int <> 123457 * 3));
CREATE TABLE seldom (kind text NOT NULL,
    CONSTRAINT hashed CHECK (CASE WHEN md5(kind) LIKE 'abcdef%' THEN false ELSE NULL END));
CREATE TABLE lists (
    v varchar(9) NOT NULL CONSTRAINT in_varchar CHECK (v IN ('it''s, [a]', NULL, 'b')),
    n int NOT NULL CONSTRAINT in_numbers CHECK (n IN (1, NULL, 2)),
    o int CONSTRAINT in_either CHECK (o > 5 OR o IN (1, NULL, 2)),
    x int CONSTRAINT not_in CHECK (x NOT IN (1, NULL)),
    y int CONSTRAINT in_and CHECK (y > 0 AND y IN (1, NULL))
);
CREATE TABLE perhaps (kind text NOT NULL, x int,
    CONSTRAINT with_null CHECK (CASE WHEN kind = 'a' THEN x > 3 ELSE NULL END));
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory, bench_for_module):
    return bench_for_module(miniature(tmp_path_factory.mktemp("checks"), revisions=[SCHEMA]))


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        pytest.param("numbers.n_min", "takes 1, refuses 0", id="nullable"),
        pytest.param("numbers.p_range", "takes 0 and 100, refuses -1 and 101", id="range"),
        pytest.param("numbers.d_first", "takes '2020-05-05', refuses '2020-05-04'", id="date"),
        pytest.param("texts.short_most", "takes 'AAA', refuses 'aaaa'", id="length"),
        pytest.param("made.twice_most", "takes 10, refuses 99", id="generated column"),
        pytest.param("pairs.pairs_a_strong", "takes 6, refuses 5", id="the stronger of two"),
        pytest.param("parted.v_min", "takes 1, refuses 0", id="partitioned table"),
        pytest.param("Order Items.Ck %s", "takes 4, refuses 3", id="exotic name"),
        pytest.param(f"{LONG}.{LONG}", "takes 4, refuses 3", id="63 bytes"),
        pytest.param("promised_later.later", "takes 1, refuses 0", id="NOT VALID without rows"),
    ],
)
def test_a_bound_is_found_on_both_sides(project, name, seen):
    """
    The evidence is the last value that is taken and the first that is refused.
    """
    proof = project.proof(CHECK, name)

    assert (proof.status, proof.violations) == ("proved", ())
    assert proof.seen == (f"{seen} with 23514",)


@pytest.mark.parametrize(
    ("name", "refused"),
    [
        pytest.param("numbers.exact_most", "13", id="numeric"),
        pytest.param("texts.state_known", "refuses 'NEW'", id="IN"),
        pytest.param("texts.lowered_only", "refuses", id="function"),
        pytest.param("texts.kind_known", """refuses '{"kind": "kind"}'""", id="key of JSON"),
        pytest.param("pairs.pairs_order", "refuses (a = 6, b = 1)", id="two columns"),
        pytest.param("either.one_of", "refuses (post_id = ", id="two references"),
        pytest.param("counted.few_tags", "refuses '{1,1,1,1,1,1,1,1}'", id="elements"),
        pytest.param("counted.few_steps", "refuses '[1, 1, 1, 1, 1, 1, 1, 1]'", id="of JSON"),
        pytest.param("counted.pin_form", "and '0000', refuses", id="pattern"),
        pytest.param("counted.has_end", "refuses '(,)'", id="range without an end"),
        pytest.param("perhaps.with_null", "refuses (kind = 'a', x = 3)", id="CASE with a NULL"),
    ],
)
def test_a_check_that_refuses_is_proved(project, name, refused):
    """
    Rows are found that it takes and that it refuses, whatever it reads.
    """
    (seen,) = project.proof(CHECK, name).seen

    assert seen.startswith("takes ")
    assert refused in seen


def test_both_references_of_an_exclusive_pair_are_taken(project):
    """
    A CHECK on references is satisfied with parents that exist.
    """
    (seen,) = project.proof(CHECK, "either.one_of").seen

    assert seen.startswith("takes (post_id = NULL, photo_id = 20")
    assert ", photo_id = NULL), refuses " in seen


@pytest.mark.parametrize(
    ("name", "gone"),
    [
        pytest.param("mended.lowercase", "trigger mend", id="trigger that mends"),
        pytest.param("hidden.b_weak", "constraint a_strong", id="another CHECK on the same"),
    ],
)
def test_what_answers_first_is_named(project, name, gone):
    """
    A CHECK behind a trigger or another CHECK is asked with that out of the way, and it is said.
    """
    proof = project.proof(CHECK, name)

    assert proof.status == "proved"
    assert proof.seen[0].endswith(f" with 23514, once {gone} is out of the way")


@pytest.mark.parametrize(
    ("name", "condition"),
    [
        ("just_true", "true"),
        ("just_null", "NULL::boolean"),
        ("arithmetic", "(1 > 0)"),
        ("or_null", "((a > 0) OR NULL::boolean)"),
        ("or_true", "((a > 0) OR true)"),
        ("null_in_list", "(s = ANY (ARRAY['a'::text, 'b'::text, NULL::text]))"),
    ],
)
def test_a_check_that_no_row_can_break_is_a_violation(project, name, condition):
    """
    A condition that is true or unknown for every row refuses none.
    """
    proof = project.proof(CHECK, f"nothing.{name}")

    (found,) = proof.violations
    assert found.where == f"nothing.{name}"
    assert found.found == f"no row can break CHECK ({condition})"


@pytest.mark.parametrize("name", ["in_varchar", "in_numbers", "in_either"])
def test_a_null_in_a_list_is_seen_through(project, name):
    """
    Whatever the type, and beside an OR, nothing is refused any more.
    """
    (found,) = project.proof(CHECK, f"lists.{name}").violations

    assert "NULL::" in found.found


@pytest.mark.parametrize(
    ("name", "refused"),
    [
        pytest.param("lists.not_in", "refuses 1 ", id="NOT IN with a NULL"),
        pytest.param("lists.in_and", "refuses 0", id="AND with an IN with a NULL"),
    ],
)
def test_a_null_in_a_list_that_refuses_all_the_same_is_silent(project, name, refused):
    """
    What is false for some row refuses it, NULL or not.
    """
    proof = project.proof(CHECK, name)

    assert proof.violations == ()
    assert refused in proof.seen[0]


def test_rows_that_break_a_check_that_was_never_validated_are_counted(project):
    """
    NOT VALID leaves the rows that were there, and they are a violation.
    """
    (found,) = project.proof(CHECK, "broken.broken_min").violations

    assert found.found == "2 rows break it, and it is NOT VALID"


def test_a_check_that_is_not_enforced_is_a_violation(tmp_path, bench, schema_server):
    """
    NOT ENFORCED, new in PostgreSQL 18, declares a condition and lets every row in.
    """
    if schema_server.version < 180000:
        pytest.skip("NOT ENFORCED is new in PostgreSQL 18")
    ddl = "CREATE TABLE t (n int CONSTRAINT loose CHECK (n > 0) NOT ENFORCED);"
    project = bench(miniature(tmp_path, revisions=[ddl]))

    (found,) = project.violations(CHECK)

    assert (found.where, found.found) == ("t.loose", "0 is accepted, though it must be refused")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        pytest.param(
            "rare.never_tried",
            "none of 15 rows was refused by never_tried; say which row it refuses in "
            "[[tool.schemaproof.hints]]: table = 'rare', values = {column = 'text'}, "
            "breaks = 'never_tried'",
            id="not broken",
        ),
        pytest.param(
            "unknown.deep",
            "none of 38 rows was refused by deep; say which row it refuses in "
            "[[tool.schemaproof.hints]]: table = 'unknown', values = {column = 'text'}, "
            "breaks = 'deep'",
            id="unknown for all that was tried",
        ),
        pytest.param(
            "seldom.hashed",
            "none of 19 rows was refused by hashed; say which row it refuses in "
            "[[tool.schemaproof.hints]]: table = 'seldom', values = {column = 'text'}, "
            "breaks = 'hashed'",
            id="a NULL that is written, and a row that is hard to find",
        ),
        pytest.param(
            "impossible.no_such",
            "no row of public.impossible was found that satisfies constraint no_such; say which "
            "row it takes in [[tool.schemaproof.hints]]: table = 'impossible', values = "
            "{column = 'text'}",
            id="not satisfied",
        ),
    ],
)
def test_what_the_search_does_not_find_is_asked_for(project, name, why):
    """
    Neither proved nor violated: the constraint is named, and a hint would settle it.
    """
    proof = project.proof(CHECK, name)

    assert (proof.status, proof.skipped) == ("skipped", why)


def test_the_harm_is_real(project):
    """
    The list with a NULL in it takes a stranger, and so does the unknown condition.
    """
    with project.connection() as connection:
        connection.execute("INSERT INTO nothing VALUES (-1, 'stranger')")
        rows = connection.execute("SELECT a, s FROM nothing").fetchall()

    assert rows == [(-1, "stranger")]
