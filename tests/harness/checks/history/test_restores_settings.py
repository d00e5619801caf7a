"""history/restores-settings: what a revision leaves in its session for those that come after it."""

import pytest

from tests.harness.miniature import Step, miniature

CHECK = "history/restores-settings"


def autocommit(*statements):
    lines = "".join(f"    op.execute({statement!r})\n" for statement in statements)
    return f"python:with op.get_context().autocommit_block():\n{lines}"


LEFT = {
    "a timeout": (
        "SET lock_timeout = '7s'",
        "lock_timeout",
        "'0' before the upgrade and is '7000'",
    ),
    "by a function": (
        "SELECT pg_catalog.set_config('search_path', 'public', false)",
        "search_path",
        " before the upgrade and is 'public' after it",
    ),
    "a role": (
        "SELECT set_config('role', current_user, false)",
        "role",
        "'none' before the upgrade and",
    ),
    "outside of a transaction": (
        autocommit("SET statement_timeout = '9s'"),
        "statement_timeout",
        "'0' before the upgrade and is '9000'",
    ),
}
RESTORED = {
    "for a transaction": "SET LOCAL lock_timeout = '5s'",
    "set and reset": autocommit("SET lock_timeout = '5s'", "RESET lock_timeout"),
    "kept and set again": autocommit(
        "SELECT set_config('own.kept', current_setting('lock_timeout'), false)",
        "SET lock_timeout = '5s'",
        "SELECT set_config('lock_timeout', current_setting('own.kept'), false)",
    ),
    "a name of its own": "SELECT set_config('own.name', 'x', false)",
    "of a function": "CREATE FUNCTION f() RETURNS int LANGUAGE sql SET search_path = '' RETURN 1",
    "no setting at all": "CREATE TABLE t (id int); UPDATE t SET id = 1",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory, bench_for_module):
    """One history of all cases; each that leaves a setting is followed by one that resets it."""
    ups = []
    for up, name, _ in LEFT.values():
        ups += [up, f"RESET {name}"]
    folder = tmp_path_factory.mktemp("settings")
    return bench_for_module(miniature(folder, revisions=[*ups, *RESTORED.values()]))


@pytest.mark.parametrize("case", LEFT)
def test_what_is_left_is_told(project, case):
    """
    The setting is named with its value before and after.
    """
    _, name, told = LEFT[case]
    number = 2 * [*LEFT].index(case) + 1

    # What it leaves is there when its downgrade begins, and that leaves it alone.
    (found,) = project.proof(CHECK, f"r{number}").violations

    assert found.where == f"r{number}: {name}"
    assert told in found.found
    assert found.location.file.stem == f"r{number}_step"


@pytest.mark.parametrize("case", RESTORED)
def test_what_ends_with_the_transaction_or_is_set_back_is_proved(project, case):
    """
    Neither SET LOCAL nor a setting of one's own name counts.
    """
    number = 2 * len(LEFT) + [*RESTORED].index(case) + 1

    proof = project.proof(CHECK, f"r{number}")

    assert (proof.status, proof.violations) == ("proved", ())


def test_a_downgrade_is_held_to_the_same(tmp_path, bench):
    """
    What it leaves is told beside what the upgrade leaves.
    """
    step = Step(up="SET lock_timeout = '1s'", down="SET lock_timeout = '2s'")
    found = bench(miniature(tmp_path, revisions=[step])).violations(CHECK)

    assert [one.where for one in found] == ["r1: lock_timeout", "r1 downgrade: lock_timeout"]
    assert "was '1000' before the downgrade and is '2000' after it" in found[1].found


def test_the_next_revision_really_has_it(tmp_path, bench):
    """
    The harm: in one run the second revision makes what the first has set, alone it does not.
    """
    second = (
        "DO $$ BEGIN IF current_setting('lock_timeout') <> '0' THEN RAISE 'left'; END IF; END $$"
    )
    project = bench(miniature(tmp_path, revisions=["SET lock_timeout = '7s'", second]))

    assert [one.where for one in project.violations(CHECK)] == ["r1: lock_timeout"]
    (raised,) = project.violations("history/upgrade-from-empty")
    assert "left" in raised.found


def test_one_that_raises_does_not_hide_the_next(tmp_path, bench):
    """
    A session that ended is no session that was left otherwise.
    """
    broken = Step(up="SET lock_timeout = '1s'; RESET lock_timeout", down="SELECT 1 / 0")
    project = bench(miniature(tmp_path, revisions=[broken, "SET lock_timeout = '3s'"]))

    assert [one.where for one in project.violations(CHECK)] == ["r2: lock_timeout"]


def test_an_env_with_a_transaction_of_its_own_is_not_covered(tmp_path, bench):
    """
    Where no transaction ends between two steps, SET LOCAL does not either.
    """
    path = miniature(tmp_path, revisions=["SET LOCAL lock_timeout = '1s'"])
    env = path / "migrations" / "env.py"
    env.write_text(env.read_text().replace("connectable.connect() as", "connectable.begin() as"))

    proof = bench(path).proof(CHECK, "r1")

    assert proof.status == "skipped"
    assert "transaction of its own" in proof.skipped


def test_an_async_env_is_read_too(tmp_path, bench):
    """
    Another driver behind env.py changes nothing.
    """
    ups = ["SET lock_timeout = '7s'", autocommit("SET statement_timeout = '9s'")]
    found = bench(miniature(tmp_path, revisions=ups, template="async")).violations(CHECK)

    assert [one.where for one in found] == ["r1: lock_timeout", "r2: statement_timeout"]
