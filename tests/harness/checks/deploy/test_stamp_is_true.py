"""deploy/stamp-is-true: a live database is what its stamp says, or what differs is told."""

import pytest

from tests.harness.checks.deploy.looking import at, looked_at
from tests.harness.miniature import Step, miniature

CHECK = "deploy/stamp-is-true"

ORDERS = """
CREATE TYPE "S""tate" AS ENUM ('new', 'paid');
CREATE TABLE "Or""d'ers%" (id int PRIMARY KEY, "s tate" "S""tate" NOT NULL DEFAULT 'new');
CREATE FUNCTION checked() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER tr BEFORE UPDATE ON "Or""d'ers%" FOR EACH ROW EXECUTE FUNCTION checked()
"""
STEPS = [
    ORDERS,
    'ALTER TABLE "Or""d\'ers%" ADD placed date; CREATE INDEX ix_placed ON "Or""d\'ers%" (placed)',
    'ALTER TABLE "Or""d\'ers%" ADD CHECK (id > 0); CREATE TABLE lines (id int PRIMARY KEY)',
]
TABLE = '"Or""d\'ers%"'


@pytest.fixture(scope="module")
def shop(tmp_path_factory, bench_for_module):
    return bench_for_module(miniature(tmp_path_factory.mktemp("shop"), revisions=STEPS))


@pytest.mark.parametrize("stamp", ["r1", "r2", "r3"])
def test_a_database_at_its_stamp_is_silent(shop, stamp):
    """
    What is still to come is no difference.
    """
    with at(shop, stamp) as look:
        proof = look.proof(CHECK)

    assert proof.violations == ()
    assert proof.seen == (f"it is at {stamp}, as public.alembic_version says",)


def test_a_database_before_the_first_deploy_is_silent(shop):
    """
    No stamp is no lie where nothing was made yet.
    """
    with at(shop, None, "CREATE TABLE others (id int)") as look:
        proof = look.proof(CHECK)

    assert proof.violations == ()
    assert proof.seen == ("nothing was deployed yet; 1 objects are not of its history",)


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param(
            "CREATE TABLE theirs (id int PRIMARY KEY); CREATE INDEX ON theirs (id)", id="table"
        ),
        pytest.param("CREATE SCHEMA theirs CREATE TABLE t (id int)", id="schema"),
        pytest.param("CREATE TYPE theirs AS ENUM ('a'); CREATE VIEW v AS SELECT 1 AS a", id="type"),
        pytest.param("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", id="function"),
        pytest.param("CREATE EXTENSION citext", id="extension"),
        pytest.param(f"GRANT SELECT ON {TABLE} TO PUBLIC", id="rights"),
        pytest.param(f"CLUSTER {TABLE} USING ix_placed; ANALYZE", id="upkeep"),
    ],
)
def test_what_belongs_to_others_is_silent(shop, statement):
    """
    A live database holds more than one history.
    """
    with at(shop, "r2", statement) as look:
        assert look.found(CHECK) == {}


BY_HAND = {
    "index": ("DROP INDEX ix_placed", "ix_placed", "the index is missing, which r2 has"),
    "column": (f"ALTER TABLE {TABLE} ADD quick int", f"{TABLE}.quick", "the column is there"),
    "more": (f"CREATE INDEX tried ON {TABLE} (id)", "tried", "is there, and r2 has none"),
    "trigger": (f"DROP TRIGGER tr ON {TABLE}", f"{TABLE}.tr", "the trigger is missing"),
    "not null": (
        f'ALTER TABLE {TABLE} ALTER "s tate" DROP NOT NULL',
        f'{TABLE}."s tate": ',
        "r2 makes it",
    ),
    "label": ('ALTER TYPE "S""tate" ADD VALUE \'lost\'', '"S""tate": ', "lost"),
    "table": (f"DROP TABLE {TABLE}", TABLE, "the table is missing"),
}


@pytest.mark.parametrize(("statement", "where", "found"), BY_HAND.values(), ids=BY_HAND)
def test_what_was_changed_by_hand_is_told(shop, statement, where, found):
    """
    The object, and what it is beside what the revision makes.
    """
    with at(shop, "r2", statement) as look:
        told = look.found(CHECK)

    assert any(where in name and found in text for name, text in told.items()), told


def test_a_wrong_stamp_names_the_revision_that_it_is(shop):
    """
    The nearest is told with the command that says so, and nothing else.
    """
    with at(shop, "r3", "UPDATE alembic_version SET version_num = 'r1'") as look:
        (violation,) = look.proof(CHECK).violations

    assert violation.where == "public.alembic_version"
    assert "says r1" in violation.found
    assert "nearest is r3, with none" in violation.found
    assert "'alembic stamp r3'" in violation.fix


def test_a_database_without_a_stamp_is_told_what_it_is(shop):
    """
    It was made, and says nothing.
    """
    with at(shop, "r2", "DROP TABLE alembic_version") as look:
        (violation,) = look.proof(CHECK).violations

    assert "it bears no stamp" in violation.found
    assert "nearest is r2, with none" in violation.found


def test_a_stamp_that_the_history_does_not_know_is_told(shop):
    """
    A colleague's branch, or a checkout that is behind.
    """
    with at(shop, "r2", "UPDATE alembic_version SET version_num = 'x''9'") as look:
        (violation,) = look.proof(CHECK).violations

    assert (
        "it names x'9, which is not in this history; of what is, r2 is nearest" in violation.found
    )


def test_a_stamp_beside_one_that_implies_it_is_told(shop):
    """
    Alembic refuses to go on from there.
    """
    with at(shop, "r2", "INSERT INTO alembic_version VALUES ('r1')") as look:
        (violation,) = look.proof(CHECK).violations

    assert "says r1 and r2" in violation.found


def test_a_revision_to_come_that_raises_hides_nothing_below_it(tmp_path, bench):
    """
    What the stamp names was seen before; the one that raises others tell.
    """
    broken = bench(miniature(tmp_path, revisions=[*STEPS[:2], "SELECT 1 / 0"]))
    with at(broken, "r2") as look:
        assert look.proof(CHECK).status == "proved"
    with at(broken, "r2", "DROP INDEX ix_placed") as look:
        assert [*look.found(CHECK)] == ["ix_placed"]
    with at(broken, "r1", "UPDATE alembic_version SET version_num = 'r3'") as look:
        assert "revision r3 cannot be run" in look.proof(CHECK).skipped


BRANCHES = [
    Step(id="a1", up="CREATE TABLE a (id int)", parents=(), labels=("a",)),
    Step(id="b1", up="CREATE TABLE b (id int)", parents=(), labels=("b",)),
    Step(id="b2", up="CREATE TABLE c (id int)", parents=("b1",), depends_on=("a1",)),
    Step(id="a2", up="CREATE TABLE d (id int)", parents=("a1",)),
]


@pytest.mark.parametrize("stamps", [("a1",), ("b1",), ("b2",), ("a2",), ("a2", "b1"), ("heads",)])
def test_a_history_with_branches_is_silent_wherever_it_stands(bench, tmp_path, stamps):
    """
    Several heads, one branch before the other, and what a dependency implies.
    """
    branched = bench(miniature(tmp_path, revisions=BRANCHES))
    with branched.databases.clone() as database:
        for stamp in stamps:
            branched.subject.history.upgrade(database, stamp)
        with looked_at(branched, database) as look:
            proof = look.proof(CHECK)

    assert proof.violations == ()
    assert proof.status == "proved"


def test_a_stamp_that_lies_elsewhere_is_found(shop):
    """
    Where the search_path of a role leads to another schema, the tables of the history are missing.
    """
    moved = ["CREATE SCHEMA app", "ALTER TABLE alembic_version SET SCHEMA app"]
    moved += ["CREATE SCHEMA theirs", "CREATE TABLE theirs.alembic_version (version_num text)"]
    with at(shop, "r1", *moved, f"ALTER TABLE {TABLE} SET SCHEMA app") as look:
        found = look.found(CHECK)

    assert found == {TABLE: "the table is missing, which r1 has"}
