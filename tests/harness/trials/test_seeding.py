"""
Rows go along a history, and of those that a revision does not survive the fewest are told.
"""

from __future__ import annotations

import re

import pytest

from tests.harness.miniature import Step, miniature

SURVIVES, KEEPS = "history/upgrade-survives-rows", "history/round-trip-keeps-data"

FAMILY = """
CREATE TABLE parents (id int PRIMARY KEY, v text);
CREATE TABLE children (id int PRIMARY KEY, parent int NOT NULL REFERENCES parents, v text)
"""
LABELS = ", ".join(f"'label {number}'" for number in range(20))
MANY = f"CREATE TYPE label AS ENUM ({LABELS}); CREATE TABLE many (of label NOT NULL, v text)"


def only_up(*ups):
    """A history that is not taken down, so that each revision is run once."""
    return [Step(up=up, down=None) for up in ups]


def told(project, revision="r2"):
    (found,) = project.proofs(SURVIVES)[revision].violations
    return found.found


@pytest.mark.parametrize(
    ("up", "rows"),
    [
        pytest.param(
            "ALTER TABLE parents ALTER v SET NOT NULL", r"parents \(id = '\d+', v = NULL\)$", id="a"
        ),
        pytest.param(
            "ALTER TABLE children ALTER v SET NOT NULL",
            r"children \(id = '\d+', parent = '\d+', v = NULL\)$",
            id="one that needs another",
        ),
        pytest.param(
            "ALTER TABLE parents ADD UNIQUE (v)",
            r"parents \(id = '\d+', v = ('.*')\) and \(id = '\d+', v = \1\)$",
            id="two together",
        ),
        # With other rows it fails otherwise, and that is another failure.
        pytest.param(
            "DO $$ BEGIN IF (SELECT count(*) FROM parents) IN (1, 2) THEN RAISE 'few'; END IF;"
            "ALTER TABLE parents ALTER v SET NOT NULL; END $$",
            r"parents \(.*\) and \(.*\) and 1 more$",
            id="of several errors the one that was raised",
        ),
    ],
)
def test_the_fewest_rows_are_told(tmp_path, bench, up, rows):
    """
    Of the table that the statement names, and no row that it would fail without.
    """
    project = bench(miniature(tmp_path, revisions=[FAMILY, up]))

    assert re.search(f"; with {rows}", told(project)), told(project)


NOTED = """python:with open("runs", "a") as runs:
    runs.write("x")
op.execute(sa.text({!r}))
"""
TOO_MANY = "DO $$ BEGIN IF (SELECT count(*) FROM many) > 15 THEN RAISE 'many'; END IF; END $$"


@pytest.mark.parametrize(
    ("statement", "most"),
    [
        # Two for the failures on the way; halving comes to one of twenty in ten at most.
        pytest.param("ALTER TABLE many ALTER v SET NOT NULL", 16, id="one of many"),
        # A second of trials says as much as a minute.
        pytest.param(TOO_MANY, 26, id="many together"),
    ],
)
def test_the_search_for_rows_is_short(tmp_path, bench, statement, most):
    """
    A table of many rows is halved, and what takes many rows together is not taken apart for ever.
    """
    project = bench(miniature(tmp_path, revisions=[MANY, NOTED.format(statement)]))
    told(project)

    runs = len((tmp_path / "runs").read_text())
    assert runs <= most


@pytest.mark.parametrize(
    ("lenient", "strict"),
    [
        pytest.param(
            "ALTER TABLE t ALTER v DROP NOT NULL", "ALTER TABLE t ALTER v SET NOT NULL", id="NULL"
        ),
        pytest.param(
            "ALTER TABLE t DROP CONSTRAINT small",
            "ALTER TABLE t ADD CONSTRAINT small CHECK (n < 9)",
            id="check",
        ),
        pytest.param("DROP INDEX once", "CREATE UNIQUE INDEX once ON t (v)", id="unique index"),
    ],
)
def test_what_a_revision_allows_is_there_for_the_next(tmp_path, bench, lenient, strict):
    """
    Rows that a constraint kept out come in when it goes.
    """
    table = "CREATE TABLE t (n int CONSTRAINT small CHECK (n < 9), v text NOT NULL)"
    table = f"{table}; CREATE UNIQUE INDEX once ON t (v)"
    project = bench(miniature(tmp_path, revisions=only_up(table, lenient, strict)))

    proofs = project.proofs(SURVIVES)

    assert [proofs[name].status for name in ("r1", "r2", "r3")] == ["proved", "proved", "violated"]


def test_a_constraint_that_comes_or_is_validated_brings_no_rows(tmp_path, bench):
    """
    It allows none that were not there, and a history has many of them.
    """
    steps = [
        "CREATE TABLE t (n int CHECK (n > 0))",
        "ALTER TABLE t ADD CONSTRAINT c CHECK (n > 0) NOT VALID",
        "ALTER TABLE t VALIDATE CONSTRAINT c",
        "",
    ]
    proofs = bench(miniature(tmp_path, revisions=only_up(*steps))).proofs(SURVIVES)

    seen = {proofs[name].seen for name in ("r2", "r3", "r4")}
    assert len(seen) == 1, seen


def test_tables_go_on_being_filled_above_a_failure(tmp_path, bench):
    """
    The rows that were carried through it are put in once.
    """
    steps = [
        "CREATE TABLE t (v text)",
        Step(up="ALTER TABLE t ALTER v SET NOT NULL", down="ALTER TABLE t ALTER v DROP NOT NULL"),
        *only_up("CREATE TABLE later (v text)", "ALTER TABLE later ADD UNIQUE (v)"),
    ]
    project = bench(miniature(tmp_path, revisions=steps))

    assert [one.where for one in project.violations(SURVIVES)] == ["r2", "r4"]


def test_rows_are_carried_past_what_the_way_down_does(tmp_path, bench):
    """
    Rows of the schema above are put in below, and not what is left of them after a downgrade.
    """
    step = Step(
        up="ALTER TABLE t ALTER v SET NOT NULL",
        down="ALTER TABLE t ALTER v DROP NOT NULL; UPDATE t SET v = 'x'",
    )
    project = bench(
        miniature(tmp_path, revisions=["CREATE TABLE t (id int PRIMARY KEY, v text)", step])
    )

    (found,) = project.proofs(KEEPS)["r2"].violations

    assert (found.where, "became 'x'" in found.found) == ("r2: t.v", True)


def test_a_table_that_takes_rows_at_last_is_named_no_longer(tmp_path, bench):
    """
    Why it took none is forgotten with what refused them.
    """
    steps = [
        "CREATE TABLE t (n int NOT NULL CONSTRAINT never CHECK (n > 0 AND n < 0))",
        "",
        "ALTER TABLE t DROP CONSTRAINT never",
        "",
    ]
    proofs = bench(miniature(tmp_path, revisions=only_up(*steps))).proofs(SURVIVES)

    assert proofs["r3"].seen[0].endswith("; nothing was found that fits into t")
    assert re.fullmatch(r"with \d\d? rows in 1 tables", proofs["r4"].seen[0])


FOREIGN = """
CREATE EXTENSION postgres_fdw;
CREATE SERVER away FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '1');
CREATE USER MAPPING FOR PUBLIC SERVER away;
CREATE FOREIGN TABLE far (id int NOT NULL) SERVER away;
CREATE TABLE parts (id int NOT NULL, v text) PARTITION BY RANGE (id);
CREATE TABLE parts_all PARTITION OF parts DEFAULT
"""


def test_a_foreign_table_is_left_alone_and_a_part_is_its_parents(tmp_path, bench):
    """
    Another server's rows are none of ours, and what a part loses is told of the whole.
    """
    step = Step(up="DELETE FROM parts", down="SELECT 1")
    project = bench(miniature(tmp_path, revisions=[FOREIGN, step]))

    proof = project.proofs(SURVIVES)["r2"]
    lost = project.proofs(KEEPS)["r2"].violations

    assert re.fullmatch(r"with \d\d? rows in 1 tables", proof.seen[0])
    assert [one.where for one in lost] == ["r2: parts"]


def test_a_sequence_that_does_not_come_back_is_told_by_the_catalogue(tmp_path, bench):
    """
    It has no position to compare.
    """
    step = Step(
        up="ALTER TABLE t ALTER id DROP DEFAULT; DROP SEQUENCE t_id_seq", down="SELECT 1 + 1"
    )
    project = bench(miniature(tmp_path, revisions=["CREATE TABLE t (id serial)", step]))

    assert project.proofs(KEEPS)["r2"].status == "proved"
    restored = project.violations("history/downgrade-restores-catalog")
    assert "r2: t_id_seq" in [one.where for one in restored]
