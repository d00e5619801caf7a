"""history/survives-crash: revisions that an interrupted deploy cannot finish."""

import re
from collections import Counter
from contextlib import contextmanager
from types import SimpleNamespace

import psycopg
import pytest

from schemaproof.history import MigrationFailed
from schemaproof.postgres import Databases, Server, new_prefix, open_durable
from schemaproof.trials.crashes import Crasher, Starts, kill
from schemaproof.trials.crashes.kill import points
from tests.harness.fix_bench import Bench
from tests.harness.miniature import Step, miniature

CHECK = "history/survives-crash"

TABLES = """
CREATE SCHEMA shop;
CREATE TABLE shop."Order %s" (
    id int PRIMARY KEY, "select" int NOT NULL CHECK ("select" < 9), e int
);
CREATE INDEX old ON shop."Order %s" (id);
CREATE TYPE mood AS ENUM ('sad');
CREATE TABLE log (id serial PRIMARY KEY, at timestamptz NOT NULL);
CREATE TABLE kept (n int)
"""
ITEMS = 'shop."Order %s"'
BLOCK = "with op.get_context().autocommit_block():\n"


def sql(*statements, indent=""):
    return "".join(f"{indent}op.execute(sa.text({statement!r}))\n" for statement in statements)


def autocommit(*statements, before=""):
    """Return the body of an upgrade whose statements commit one by one."""
    return f"python:{before}{BLOCK}{sql(*statements, indent='    ')}"


def create(name, options=""):
    return f'CREATE INDEX CONCURRENTLY {options} "{name}" ON {ITEMS} ("select")'


# What the upgrade does, and for each harm what is told and at which line.
BAD = {
    "name is taken": (
        autocommit(create("my index")),
        {"rerun": (13, r'in the middle of statement 1 of 2.*DuplicateTable.*"my index" already')},
    ),
    "invalid index stays": (
        autocommit(create("50%", "IF NOT EXISTS")),
        {"catalogue": (13, r"in the middle of statement 1 of 2.*index shop.*50%.* is .*not")},
    ),
    "transient index stays": (
        autocommit("REINDEX INDEX CONCURRENTLY shop.old"),
        {"catalogue": (13, "in the middle of statement 1 of 2.*index shop.old_ccnew is left over")},
    ),
    "committed on the way": (
        autocommit(
            "CREATE TABLE IF NOT EXISTS c (n int)", before=sql(f"ALTER TABLE {ITEMS} ADD c int")
        ),
        {"rerun": (14, r"after statement 2 of 3 \(CREATE TABLE.*DuplicateColumn")},
    ),
    "changed twice": (
        autocommit(f'UPDATE {ITEMS} SET "select" = "select" - 1'),
        {"rows": (13, r"after statement 1 of 2.*shop.Order %s.select holds.*at 1 other point")},
    ),
    "inserted twice": (
        autocommit("INSERT INTO log (at) VALUES (now())"),
        {"rows": (13, r"after statement 1 of 2.*log has \d+ rows, not \d+")},
    ),
    "emptied": (
        autocommit("ALTER TABLE kept SET UNLOGGED", "ALTER TABLE kept SET LOGGED"),
        {"rows": (13, "after statement 1 of 3.*kept has 0 rows, not 2")},
    ),
    "version by hand": (
        autocommit("UPDATE alembic_version SET version_num = 'lost'", "{back}"),
        {
            "version": (13, "after statement 1 of 3.*the database is at lost"),
            "rerun": (13, "after statement 1 of 3.*the next upgrade raised CommandError"),
        },
    ),
    "not kept": (
        "SET synchronous_commit = off",
        {"commit": (None, "after the upgrade had returned.*the database is at")},
    ),
}

GOOD = {
    "one transaction": f"""
        ALTER TABLE {ITEMS} ADD d int; UPDATE {ITEMS} SET "select" = "select" - 1;
        INSERT INTO log (at) SELECT clock_timestamp() FROM log;
        CREATE UNLOGGED TABLE cache AS SELECT 1 AS n
    """,
    "removed first": autocommit(
        'DROP INDEX CONCURRENTLY IF EXISTS shop."its index"', create("its index")
    ),
    "repeatable": autocommit(
        "CREATE TABLE IF NOT EXISTS d (n int)",
        "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'glad'",
        f"UPDATE {ITEMS} SET e = -5 WHERE e IS DISTINCT FROM -5",
    ),
}


@pytest.fixture(scope="module")
def proofs(tmp_path_factory, bench_for_module):
    """What was found for each case, all of them revisions of one history."""
    bodies = {case: up for case, (up, _) in BAD.items()} | GOOD
    steps, before = [Step(up=TABLES, id="tables")], "tables"
    for case, up in bodies.items():
        back = f"UPDATE alembic_version SET version_num = $${before}$$"
        steps.append(Step(up=up.replace("{back}", back), id=case.replace(" ", "_")))
        before = steps[-1].id
    project = bench_for_module(miniature(tmp_path_factory.mktemp("crashed"), revisions=steps))
    return project.proofs(CHECK)


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_finished_is_told(proofs, case):
    """
    The revision is named with each kind of harm, and the line after which the server was killed.
    """
    _, harms = BAD[case]
    name = case.replace(" ", "_")

    found = {one.where: one for one in proofs[name].violations}

    assert found.keys() == {f"{name}: {harm}" for harm in harms}
    for harm, (line, told) in harms.items():
        one = found[f"{name}: {harm}"]
        assert re.search(told, one.found), one.found
        assert (one.revision, one.location.file.stem) == (name, f"{name}_step")
        assert one.location.line == line


@pytest.mark.parametrize("case", ["tables", *GOOD])
def test_what_is_finished_is_proved(proofs, case):
    """
    One transaction, or statements that can be repeated, need no human after a crash.
    """
    proof = proofs[case.replace(" ", "_")]

    assert (proof.status, proof.violations) == ("proved", ())
    assert re.search(r"killed \d+ times with \d+ rows: \d+ came up before", proof.seen[0])


def test_a_server_that_is_not_ours_is_not_killed(tmp_path, schema_server, bench_admin):
    """
    A server given by URL may have other users: nothing is claimed, and that is said.
    """
    lent = Server(schema_server.url, label="existing", empty_template="template0")
    project = Bench(miniature(tmp_path, revisions=[TABLES]), lent)
    try:
        proof = project.proofs(CHECK)["r1"]
    finally:
        project.close(bench_admin)

    assert (proof.status, proof.violations) == ("skipped", ())
    assert "leave --server out" in proof.skipped


def test_an_async_env_is_killed_too(tmp_path, bench):
    """
    What ``alembic init -t async`` writes runs in an event loop, and leaves it when the server dies.
    """
    steps = [TABLES, BAD["name is taken"][0]]
    project = bench(miniature(tmp_path, revisions=steps, template="async"))

    assert [one.where for one in project.violations(CHECK)] == ["r2: rerun"]


def test_a_history_that_fails_is_told_elsewhere(tmp_path, bench):
    """
    A revision that raises without any crash is not killed, nor one after it; those before it are.
    """
    steps = ["", BAD["name is taken"][0].replace(ITEMS, "t").replace('"select"', "n"), "", ""]
    steps[0], steps[2] = "CREATE TABLE t (n int)", "SELECT 1/0"
    project = bench(miniature(tmp_path, revisions=steps))

    proofs = project.proofs(CHECK)

    assert [one.where for one in proofs["r2"].violations] == ["r2: rerun"]
    assert [proofs[name].violations for name in ("r1", "r3", "r4")] == [(), (), ()]
    assert proofs["r1"].status == "proved"
    blocked = {proofs[name].blocked_by for name in ("r3", "r4")}
    assert blocked == {"history/upgrade-from-empty"}


@pytest.mark.parametrize("is_lost", [False, True], ids=["waits for nobody", "nobody can look"])
def test_a_point_that_was_not_met_is_not_claimed(
    is_lost, tmp_path, bench, schema_server, monkeypatch
):
    """
    "In the middle" is said only where the wait was seen; and without a look nothing hangs.
    """

    @contextmanager
    def nobody(_database):
        yield

    def refuse(*_arguments, **_options):
        raise psycopg.OperationalError("too many clients")

    up = autocommit("REINDEX INDEX CONCURRENTLY i")
    steps = ["CREATE TABLE t (n int); CREATE INDEX i ON t (n)", up]
    history = bench(miniature(tmp_path, revisions=steps)).subject.history
    with open_durable(schema_server) as server:
        databases = Databases(server, prefix=new_prefix())
        start = next(one for one in Starts(history, databases) if one.revision.id == "r2")
        (point,) = (one for one in points(start.statements) if one.is_amid)
        with databases.copied(start.template) as database, monkeypatch.context() as patched:
            if is_lost:
                lost = SimpleNamespace(connect=refuse)
                killing = kill._killing
                patched.setattr(kill, "_killing", lambda one, _, seen: killing(one, lost, seen))
            else:
                patched.setattr(kill, "_in_the_way", nobody)
                patched.setattr(kill, "IS_WAITING", "SELECT WHERE false")
            reached = kill.Kill(server, database, point).run(history, start.revision)

    words = "around" if is_lost else "after"
    assert str(reached).startswith(f"{words} statement 1 of 2 (REINDEX")


def test_no_revision_is_run_for_the_sake_of_others(tmp_path, bench):
    """
    However many come after one or before it: the price of a history grows as its length.
    """
    noted = "python:with open('runs', 'a') as runs:\n    runs.write(f'{revision} ')"
    project = bench(miniature(tmp_path, revisions=[noted] * 3))

    assert {proof.status for proof in project.proofs(CHECK).values()} == {"proved"}

    runs = Counter((tmp_path / "runs").read_text().split())
    assert len(runs) == 3
    assert len({*runs.values()}) == 1


def test_what_a_later_revision_would_mend_is_told(tmp_path, bench):
    """
    Each revision is a deploy of its own, and what it leaves is there until the next one.
    """
    steps = [
        "CREATE TABLE t (n int)",
        autocommit("CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (n)"),
    ]
    project = bench(miniature(tmp_path, revisions=[*steps, "DROP INDEX i"]))

    assert [one.where for one in project.violations(CHECK)] == ["r2: catalogue"]


def test_the_schema_of_this_repository_survives(schema_server, schema_history):
    """
    0002 builds seven indexes concurrently: killed anywhere, it is finished by running it again.
    """
    with open_durable(schema_server) as server:
        databases = Databases(server, prefix=new_prefix())
        starts = Starts(schema_history, databases)
        start = next(start for start in starts if start.revision.id == "0002")
        seen = Crasher(schema_history, databases, start).run(server)

    assert seen.harms == []
    assert seen.between > 14
    assert seen.rows > 0


def test_a_revision_that_fails_before_it_is_killed_is_not_said_to_survive(tmp_path, bench):
    """
    What it raises on a server that is up comes through, and no crash is claimed.
    """
    subject = bench(miniature(tmp_path, revisions=["CREATE TABLE t (n int)"])).subject
    (revision,) = subject.history.revisions
    with open_durable(subject.databases.server) as server:
        databases = Databases(server, prefix=new_prefix())
        database = databases.copy()
        with database.connect(autocommit=True) as connection:
            connection.execute("CREATE TABLE t (n int)")
        point = kill.Point(done=99, of=99, statement=None)

        with pytest.raises(MigrationFailed, match='"t" already exists'):
            kill.Kill(server, database, point).run(subject.history, revision)

        assert not server.is_down
