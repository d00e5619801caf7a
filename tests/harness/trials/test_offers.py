"""
Rows are offered, each undone before the next, and what became of each is told.
"""

from __future__ import annotations

import concurrent.futures
from contextlib import ExitStack, nullcontext

import pytest

from schemaproof.catalog import QualifiedName
from schemaproof.rows import NoRowFound
from schemaproof.trials.offers import BadHint
from tests.harness.miniature import miniature

SCHEMA = """
CREATE TABLE parents (id int PRIMARY KEY);
CREATE TABLE children (
    parent_id int NOT NULL REFERENCES parents DEFERRABLE INITIALLY DEFERRED,
    code varchar(3) CONSTRAINT code_form CHECK (code <> 'no'), "50%d" int
);
CREATE TABLE impossible (n int NOT NULL, CONSTRAINT no_such CHECK (n > 0 AND n < 0));
CREATE TABLE rare (code text NOT NULL
    CONSTRAINT rare_form CHECK (code ~ '^zq[0-9]+$' AND length(code) = 3 * 3));
CREATE TABLE unbroken (n int CONSTRAINT unbroken_n CHECK (n <> 123457 * 3));
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE 'not today' USING ERRCODE = '23514', CONSTRAINT = 'code_form'; END $$;
CREATE TABLE guarded (a int);
CREATE TRIGGER guard BEFORE INSERT ON guarded FOR EACH ROW EXECUTE FUNCTION refuse();
"""
CHILDREN = QualifiedName("public", "children")


@pytest.fixture(scope="module")
def offers(tmp_path_factory, bench_for_module):
    """
    The offers of one project; they live for the module.
    """
    root = miniature(tmp_path_factory.mktemp("offers"), revisions=[SCHEMA])
    return bench_for_module(root).subject.offers


def test_a_row_that_is_taken_comes_back_and_does_not_stay(offers):
    """
    What was stored is told, and what was asked of it, and the next row meets an empty table.
    """
    with offers.at(CHILDREN) as counter:
        row = {**counter.draft(CHILDREN), "code": "yes", "50%d": "7"}
        first, second = counter.offer(CHILDREN, [row, row], reading=["upper(code)"])
        left = counter.connection.execute("SELECT count(*) FROM children").fetchone()

    assert first.is_taken
    assert first.stored == second.stored == row
    assert first.read == ("YES",)
    assert left == (0,)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        pytest.param({"code": "no"}, ("23514", "code_form", None, "children"), id="CHECK"),
        pytest.param({"parent_id": None}, ("23502", None, "parent_id", "children"), id="NULL"),
        pytest.param({"code": "long"}, ("22001", None, None, None), id="too long"),
        pytest.param({"50%d": "x"}, ("22P02", None, None, None), id="no number"),
    ],
)
def test_a_refusal_is_told_in_the_servers_words(offers, values, told):
    """
    SQLSTATE, constraint, column and table are those of PostgreSQL's own diagnostics.
    """
    with offers.at(CHILDREN) as counter:
        (one,) = counter.offer(CHILDREN, [{**counter.draft(CHILDREN), **values}])

    assert not one.is_taken
    assert told == (
        one.sqlstate,
        one.constraint,
        one.column,
        one.table and one.table.name,
    )


def test_what_may_wait_for_the_end_is_asked_at_once(offers):
    """
    A deferred key refuses when the row is offered: no transaction ever ends.
    """
    with offers.at(CHILDREN) as counter:
        (one,) = counter.offer(CHILDREN, [{"parent_id": "4711"}])

    assert (one.sqlstate, one.constraint) == ("23503", "children_parent_id_fkey")


def test_a_trigger_that_speaks_in_a_constraints_name_is_known(offers):
    """
    What a function raised is told as the function's, whatever it says of itself.
    """
    guarded = QualifiedName("public", "guarded")
    with offers.at() as counter:
        (one,) = counter.offer(guarded, [{"a": "1"}])

    assert (one.function, one.constraint) == ("refuse", "code_form")
    assert one.by == "function refuse (23514)"


def test_nothing_is_offered_of_nothing(offers):
    """
    An empty batch has no answers.
    """
    with offers.at() as counter:
        assert counter.offer(CHILDREN, []) == []


def test_a_table_that_takes_no_row_says_why_each_time(offers):
    """
    The search is not repeated, and its result is the same.
    """
    for _ in range(2):
        with (
            pytest.raises(NoRowFound, match="no_such"),
            offers.at(QualifiedName("public", "impossible")),
        ):
            pass


def test_a_parent_of_which_there_is_only_one_serves_all(tmp_path, bench):
    """
    A table of one row is the parent of several tables, and of both rows of a pair.
    """
    ddl = """
    CREATE TABLE settings (id int PRIMARY KEY, CHECK (id < 30000));
    CREATE UNIQUE INDEX settings_one ON settings ((true));
    CREATE TABLE a (settings_id int NOT NULL REFERENCES settings, n int UNIQUE);
    CREATE TABLE b (settings_id int NOT NULL REFERENCES settings, n int NOT NULL UNIQUE);
    """
    project = bench(miniature(tmp_path, revisions=[ddl]))

    proofs = {
        **project.proofs("constraints/not-null-refuses"),
        **project.proofs("constraints/unique-refuses"),
    }

    assert {name: one.skipped for name, one in proofs.items() if one.status != "proved"} == {}


@pytest.mark.parametrize("outcome", [nullcontext(), pytest.raises(ZeroDivisionError)])
def test_what_one_claim_does_the_next_does_not_see(offers, outcome):
    """
    A counter is cleared when it is given back, also after an error.
    """
    with outcome as is_raising:
        _close_the_table(offers, is_raising=is_raising is not None)

    with offers.at(CHILDREN) as counter:
        (one,) = counter.offer(CHILDREN, [counter.draft(CHILDREN)])

    assert one.is_taken


def _close_the_table(offers, *, is_raising):
    with offers.at(CHILDREN) as counter:
        counter.connection.execute("ALTER TABLE children ADD CONSTRAINT none CHECK (false)")
        if is_raising:
            raise ZeroDivisionError


def test_claims_that_meet_have_counters_of_their_own(offers):
    """
    Two at once never share a connection; one after another they do.
    """
    with ExitStack() as held, concurrent.futures.ThreadPoolExecutor(2) as pool:
        both = [held.enter_context(offers.at(CHILDREN)) for _ in range(2)]
        row = both[0].draft(CHILDREN)
        answers = [*pool.map(lambda one: one.offer(CHILDREN, [{**row, "code": "no"}])[0], both)]
    with offers.at(CHILDREN) as again:
        pass

    assert both[0] is not both[1]
    assert [one.constraint for one in answers] == ["code_form", "code_form"]
    assert again in both


HINTS = """
[[tool.schemaproof.hints]]
table = "rare"
values = {code = "zq1234567"}

[[tool.schemaproof.hints]]
table = "public.unbroken"
values = {n = "370371"}
breaks = "unbroken_n"
"""


def test_a_hint_settles_what_the_search_does_not_find(tmp_path, bench):
    """
    A row that is taken, or one that breaks the constraint: the CHECK is proved with it.
    """
    root = miniature(tmp_path, revisions=[SCHEMA])
    (root / "pyproject.toml").write_text((root / "pyproject.toml").read_text() + HINTS)

    proofs = bench(root).proofs("constraints/check-refuses")

    assert proofs["rare.rare_form"].seen[0].startswith("takes 'zq1234567', refuses ")
    assert proofs["unbroken.unbroken_n"].seen[0].endswith("refuses 370371 with 23514")


def test_a_hint_that_is_taken_though_it_should_break_is_a_violation(tmp_path, bench):
    """
    Who says that a row breaks a constraint expects its refusal.
    """
    root = miniature(tmp_path, revisions=[SCHEMA])
    hints = HINTS.replace("370371", "370372")
    (root / "pyproject.toml").write_text((root / "pyproject.toml").read_text() + hints)

    (found,) = bench(root).violations("constraints/check-refuses")

    assert found.found == "370372 is accepted, though it must be refused"


def test_hints_about_what_is_not_there_are_told_at_once(tmp_path, bench):
    """
    A table, a column and a constraint that do not exist: one error names them all.
    """
    root = miniature(tmp_path, revisions=[SCHEMA])
    with (root / "pyproject.toml").open("a") as file:
        for table, column, breaks in (("rar", "a", "b"), ("rare", "a", "b")):
            file.write(
                f"[[tool.schemaproof.hints]]\ntable = '{table}'\nvalues.{column} = '1'\n"
                f"breaks = '{breaks}'\n"
            )

    with pytest.raises(BadHint) as raised:
        _ = bench(root).subject.offers

    assert str(raised.value) == (
        "needs hints about what the migrations make; found hint 1: there is no table 'rar'; "
        "hint 2: rare has no column 'a'; hint 2: rare has no constraint 'b'"
    )
