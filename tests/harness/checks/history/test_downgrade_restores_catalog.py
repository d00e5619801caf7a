"""history/downgrade-restores-catalog: what downgrades forget, and what they may do."""

import pytest

from tests.harness.miniature import Step, miniature

CHECK = "history/downgrade-restores-catalog"

TABLE = Step(
    up="CREATE TABLE p (id int PRIMARY KEY, v int NOT NULL); CREATE UNIQUE INDEX p_u ON p (v);"
    "CREATE TABLE a (id int CONSTRAINT a_p REFERENCES p, b int)",
    down="DROP TABLE a; DROP TABLE p",
)
FUNCTION = """
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER a_stamp BEFORE UPDATE ON a FOR EACH ROW EXECUTE FUNCTION stamp()
"""


@pytest.mark.parametrize(
    ("step", "where", "found"),
    [
        pytest.param(
            Step(up=FUNCTION, down="DROP TRIGGER a_stamp ON a"),
            "r2: stamp()",
            "after the downgrade function stamp() is left over",
            id="function",
        ),
        pytest.param(
            Step(up=FUNCTION, down="SELECT 1"),
            "r2: a.a_stamp",
            "after the downgrade trigger a.a_stamp is left over",
            id="trigger",
        ),
        pytest.param(
            Step(up="COMMENT ON TABLE a IS 'rows'", down="SELECT 1"),
            "r2: a",
            "after the downgrade comment of table a is rows, was None",
            id="comment",
        ),
        pytest.param(
            Step(
                up="ALTER TABLE a ADD CONSTRAINT a_b CHECK (b > 0)",
                down="SELECT 1",
            ),
            "r2: a.a_b",
            "after the downgrade check constraint a.a_b is left over",
            id="constraint",
        ),
        pytest.param(
            Step(up="ALTER TABLE a DROP COLUMN b", down="ALTER TABLE a ADD COLUMN b bigint"),
            "r2: a.b",
            "after the downgrade type of column a.b is bigint, was integer",
            id="column comes back otherwise",
        ),
        pytest.param(
            Step(up="CREATE TYPE mood AS ENUM ('ok')", down="SELECT 1"),
            "r2: mood",
            "after the downgrade enum type mood is left over",
            id="enum type",
        ),
        pytest.param(
            Step(up="CREATE SEQUENCE numbers", down="SELECT 1"),
            "r2: numbers",
            "after the downgrade sequence numbers is left over",
            id="sequence",
        ),
        pytest.param(
            Step(up='CREATE TABLE "Order Items" (id int)', down="SELECT 1"),
            'r2: "Order Items"',
            'after the downgrade table "Order Items" is left over',
            id="exotic name",
        ),
        pytest.param(
            Step(
                up="ALTER TABLE a DROP CONSTRAINT a_p",
                down="ALTER TABLE a ADD CONSTRAINT a_p FOREIGN KEY (b) REFERENCES p",
            ),
            "r2: a.a_p",
            "after the downgrade columns of foreign key a.a_p is b, was id",
            id="key on another column",
        ),
        pytest.param(
            Step(up="DROP INDEX p_u", down="CREATE INDEX p_u ON p (v)"),
            "r2: p_u",
            "after the downgrade unique of index p_u is no, was yes",
            id="index no longer unique",
        ),
        pytest.param(
            Step(up="ALTER TABLE p DROP COLUMN v", down="ALTER TABLE p ADD COLUMN v int"),
            "r2: p.v",
            "after the downgrade nullable of column p.v is yes, was no",
            id="NOT NULL lost",
        ),
    ],
)
def test_what_a_downgrade_forgets_is_told(tmp_path, bench, step, where, found):
    """
    Each object that does not come back, or stays, is named with what it was and what it is.
    """
    project = bench(miniature(tmp_path, revisions=[TABLE, step]))

    told = project.proof(CHECK, "r2").violations

    assert (where, found) in [(one.where, one.found) for one in told]
    assert {one.revision for one in told} == {"r2"}


def test_a_constraint_that_comes_back_unvalidated_is_told(tmp_path, bench):
    """
    A validated constraint that its downgrade restores NOT VALID is not restored.
    """
    checked = Step(
        up="ALTER TABLE a ADD CONSTRAINT a_b CHECK (b > 0)",
        down="ALTER TABLE a DROP CONSTRAINT a_b",
    )
    dropped = Step(
        up="ALTER TABLE a DROP CONSTRAINT a_b",
        down="ALTER TABLE a ADD CONSTRAINT a_b CHECK (b > 0) NOT VALID",
    )
    project = bench(miniature(tmp_path, revisions=[TABLE, checked, dropped]))

    (found,) = project.violations(CHECK)

    assert found.where == "r3: a.a_b"
    assert "validated of check constraint a.a_b is no, was yes" in found.found


def test_a_table_that_stays_is_told_once(tmp_path, bench):
    """
    A downgrade that forgets a table is told by that; that the next upgrade fails follows from it.
    """
    step = Step(up="CREATE TABLE a (id int)", down="SELECT 1")
    project = bench(miniature(tmp_path, revisions=[step]))

    (found,) = project.violations(CHECK)

    assert (found.where, found.found) == ("r1: a", "after the downgrade table a is left over")


ENUM = "sa.Enum('ok', name='mood')"
LEFT = {
    "type of a column": Step(
        up=f"python:{ENUM}.create(op.get_bind(), checkfirst=False)\n"
        "op.execute('ALTER TABLE a ADD mood mood')",
        down="python:op.drop_column('a', 'mood')",
    ),
    "type of a table": Step(
        up="CREATE TYPE mood AS ENUM ('ok'); CREATE TABLE moods (mood mood)",
        down="python:op.drop_table('moods')",
    ),
    "sequence": Step(
        up="CREATE SEQUENCE mood; ALTER TABLE a ADD n int DEFAULT nextval('mood')",
        down="ALTER TABLE a DROP n",
    ),
    "function": Step(
        up="CREATE FUNCTION mood() RETURNS int LANGUAGE sql RETURN 1;"
        "ALTER TABLE a ADD n int DEFAULT mood()",
        down="ALTER TABLE a DROP n",
    ),
}


@pytest.mark.parametrize("case", LEFT)
def test_what_stays_and_stops_the_next_upgrade_is_told_once(tmp_path, bench, case):
    """
    A type, sequence or function that is left over makes the second upgrade fail: it is the culprit.
    """
    project = bench(miniature(tmp_path, revisions=[TABLE, LEFT[case], ""]))

    proofs = project.proofs(CHECK)

    (found,) = proofs["r2"].violations
    again = project.subject.round_trips.of(project.subject.history.revisions[1]).again
    assert "already exists" in again.outcome.told
    assert found.found.startswith("after the downgrade ")
    assert "mood" in found.where
    assert found.found.endswith(" is left over")
    assert proofs["r1"].status == "proved"


@pytest.mark.parametrize("down", [None, "", "python:raise NotImplementedError('one way')"])
def test_no_downgrade_is_no_business_of_this_check(tmp_path, bench, down):
    """
    Where there is no downgrade to try, nothing is claimed, and the check that says so is named.
    """
    step = Step(up="CREATE TABLE a (id int)", down=down)
    project = bench(miniature(tmp_path, revisions=[step]))

    proof = project.proof(CHECK, "r1")

    assert proof.status == "skipped"
    assert "history/downgrade-exists" in proof.skipped


def test_an_upgrade_that_runs_only_once_is_told(tmp_path, bench):
    """
    A second upgrade that fails though nothing was left over is a violation of its own.
    """
    table = Step(up="CREATE TABLE settings (k text PRIMARY KEY)", down="DROP TABLE settings")
    once = Step(up="INSERT INTO settings VALUES ('version')", down="SELECT 1")
    project = bench(miniature(tmp_path, revisions=[table, once]))

    (found,) = project.violations(CHECK)

    assert "UniqueViolation 23505" in found.found


@pytest.mark.parametrize(
    ("down", "told"),
    [
        pytest.param("python:raise RuntimeError('one way')", "one way", id="raises"),
        pytest.param(
            "python:op.drop_constraint(None, 'a', type_='unique')", "name", id="nameless constraint"
        ),
        pytest.param("DROP TABLE other", "UndefinedTable 42P01", id="refused"),
    ],
)
def test_a_downgrade_that_does_not_run_is_told(tmp_path, bench, down, told):
    """
    A downgrade that raises or is refused by the server is a violation with its words.
    """
    project = bench(miniature(tmp_path, revisions=[Step(up="CREATE TABLE a (id int)", down=down)]))

    (found,) = project.violations(CHECK)

    assert told in found.found
    assert "downgrade" in found.found


def test_true_inverses_are_proved(tmp_path, bench):
    """
    A history whose every downgrade undoes its upgrade is proved, revision by revision.
    """
    trigger = Step(up=FUNCTION, down="DROP TRIGGER a_stamp ON a; DROP FUNCTION stamp()")
    comment = Step(up="COMMENT ON TABLE a IS 'rows'", down="COMMENT ON TABLE a IS NULL")
    project = bench(miniature(tmp_path, revisions=[TABLE, trigger, comment, ""]))

    proofs = project.proofs(CHECK)

    assert {name: proof.status for name, proof in proofs.items()} == dict.fromkeys(
        ("r1", "r2", "r3", "r4"), "proved"
    )
    assert proofs["r3"].seen == ("1 differences made, unmade and made again",)
    assert proofs["r4"].seen == ("0 differences made, unmade and made again",)


def test_a_column_that_comes_back_last_is_restored(tmp_path, bench):
    """
    The order of columns is nothing that a downgrade could give back, and is not asked for.
    """
    table = Step(up="CREATE TABLE c (id int, b int)", down="DROP TABLE c")
    dropped = Step(up="ALTER TABLE c DROP COLUMN id", down="ALTER TABLE c ADD COLUMN id int")
    project = bench(miniature(tmp_path, revisions=[table, dropped]))

    assert project.violations(CHECK) == []


BRANCHED = [
    TABLE,
    Step(id="left", up="CREATE TABLE l (id int)", down="DROP TABLE l", parents=("r1",)),
    Step(id="right", up="CREATE TABLE r (id int)", down="DROP TABLE r", parents=("r1",)),
]


@pytest.mark.parametrize(
    "revisions",
    [
        pytest.param(BRANCHED, id="two heads"),
        pytest.param(
            [*BRANCHED, Step(id="merged", up="", down="", parents=("left", "right")), ""],
            id="merged",
        ),
        pytest.param(
            [TABLE, Step(up="CREATE TABLE z (id int)", down="DROP TABLE z", parents=())],
            id="two histories",
        ),
    ],
)
def test_a_branch_goes_down_alone(tmp_path, bench, revisions):
    """
    To undo a revision of one branch does not undo the other branch.
    """
    project = bench(miniature(tmp_path, revisions=revisions))

    proofs = project.proofs(CHECK)

    assert len(proofs) == len(revisions)
    assert {name: proof.violations for name, proof in proofs.items() if proof.violations} == {}


def test_a_forgetful_branch_is_told_beside_a_good_one(tmp_path, bench):
    """
    In a branched history too the revision that forgets is the one that is named.
    """
    forgets = Step(id="right", up="CREATE TABLE r (id int)", down="SELECT 1", parents=("r1",))
    project = bench(miniature(tmp_path, revisions=[TABLE, BRANCHED[1], forgets]))

    (found,) = project.violations(CHECK)

    assert found.where == "right: r"


def test_a_broken_revision_is_told_elsewhere(tmp_path, bench):
    """
    A revision that raises, and those after it, are blocked by the check that tells it.
    """
    project = bench(miniature(tmp_path, revisions=[TABLE, "SELECT 1/0", "", ""]))

    proofs = project.proofs(CHECK)

    assert {name: proof.status for name, proof in proofs.items()} == {
        "r1": "proved",
        "r2": "skipped",
        "r3": "skipped",
        "r4": "skipped",
    }
    assert proofs["r4"].blocked_by == "history/upgrade-from-empty"


def test_an_upgrade_after_a_forgetful_downgrade_fails(tmp_path, bench):
    """
    The harm is real: after the rollback the next deploy stops at what was left over.
    """
    forgets = Step(up="CREATE TABLE b (id int)", down="")
    project = bench(miniature(tmp_path, revisions=[TABLE, forgets]))
    history = project.subject.history

    with project.databases.clone() as database:
        history.upgrade(database)
        history.downgrade(database, "r1")
        with pytest.raises(Exception, match=r'relation "b" already exists'):
            history.upgrade(database)
