"""The command staging, end to end: what is proved, what is told, how it ends, what it leaves."""

import json
import signal

import pytest

from tests.harness import traces
from tests.harness.acceptance.fix_stage import SECRET
from tests.harness.runs import COMMAND_LINE, Run
from tests.harness.staging.pooler import needs_pgbouncer, pooled

SESSIONS = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'schemaproof'"
SLEEPING = (
    "SELECT pid FROM pg_stat_activity"
    " WHERE state = 'active' AND query ~ 'FROM pg_sleep' AND pid <> pg_backend_pid()"
)


def test_a_sound_database_is_proved_and_nothing_is_written(stage, cli, tmp_path):
    """
    The URL comes from the environment; its password is nowhere in what is told.
    """
    file = tmp_path / "report.json"
    with stage.server.connect() as watcher:
        (before,) = watcher.execute("SELECT pg_current_wal_insert_lsn()").fetchone()
        done = cli(
            "staging", "-", stage.project, "--json", file, SCHEMAPROOF_STAGING_URL=stage.url()
        )
        (after,) = watcher.execute("SELECT pg_current_wal_insert_lsn()").fetchone()
        assert watcher.execute(SESSIONS).fetchone() == (0,)

    assert done.returncode == 0, done.stdout + done.stderr
    assert before == after
    report = json.loads(file.read_text())
    assert report["violations"] == []
    assert report["environment"]["stamp"] == "r1"
    assert "stage as inspector" in report["environment"]["postgresql"]
    assert report["environment"]["server"] == f"{stage.server.data.parent}:5432"
    assert done.stderr.startswith("a write was refused")
    assert "role inspector may not write to any of" in file.read_text()
    others = {one["where"]: one["why"] for one in report["not_covered"]}
    assert others["public"].endswith('project makes it: tables (1): "</script><b>\u00e9\U0001f600"')
    for text in (done.stdout, done.stderr, file.read_text()):
        assert SECRET not in text
        assert "s3cr" not in text


def test_a_page_tells_what_the_database_is(stage, cli, tmp_path):
    """
    Its tables, the history with what the pending revision will lock, and how to look again.
    """
    file = tmp_path / "report.html"
    done = cli("staging", "-", stage.project, "--html", file, SCHEMAPROOF_STAGING_URL=stage.url())

    assert done.returncode == 0, done.stdout + done.stderr
    page = file.read_text()
    for words in (
        'id="table-books"',
        'id="revision-r1"',
        'id="revision-r2"',
        "<dt>lock on the real tables</dt>",
        "<code>schemaproof staging URL</code>",
        '"table-books"',
        '"revision-r2"',
    ):
        assert words in page, words
    assert "s3cr" not in page


def test_a_password_in_the_list_of_processes_is_told(stage, cli):
    """
    And the run goes on.
    """
    done = cli("staging", stage.url(), stage.project, "--only", "deploy/session-cannot-write")

    assert done.returncode == 0, done.stderr
    assert "the password stands in the list of this machine's processes" in done.stderr
    assert "s3cr" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("number", "status"),
    [
        pytest.param(signal.SIGINT, 130, id="Ctrl-C"),
        pytest.param(signal.SIGTERM, 143, id="SIGTERM"),
    ],
)
def test_an_interrupted_run_tells_what_it_has_proved(stage, number, status, tmp_path):
    """
    The statement on the server is ended, no session stays, and the files are written.
    """
    files = {name: tmp_path / f"report.{name}" for name in ("html", "json")}
    asked = [word for name, file in files.items() for word in (f"--{name}", str(file))]
    with (
        Run(COMMAND_LINE, "staging", stage.url(), str(stage.slow), *asked) as run,
        stage.server.connect() as watcher,
    ):
        assert traces.wait_until(lambda: watcher.execute(SLEEPING).fetchone(), within_s=60)
        run.signal_group(number)
        found, out, err = run.end()
        assert traces.wait_until(lambda: watcher.execute(SESSIONS).fetchone() == (0,), within_s=20)
        assert run.left() == []

    assert found == status, err
    assert "Traceback" not in err
    assert "CREATE TABLE was refused" in out
    assert "not reached: interrupted" in out
    assert "Proved in part</h1>" in files["html"].read_text()
    assert json.loads(files["json"].read_text())["counts"]["skipped"]


def test_a_server_that_ends_half_way_is_told_in_a_sentence(stage):
    """
    With what was proved by then; the exit status is 2.
    """
    with (
        Run(COMMAND_LINE, "staging", stage.url(), str(stage.slow)) as run,
        stage.server.connect() as watcher,
    ):
        assert traces.wait_until(lambda: watcher.execute(SLEEPING).fetchone(), within_s=60)
        watcher.execute(f"SELECT pg_terminate_backend(pid) FROM ({SLEEPING}) AS it".encode())
        found, out, err = run.end()

    assert found == 2, err
    assert "needs a server that goes on answering" in err
    assert "not reached: needs a server that goes on answering" in out
    assert "Traceback" not in err
    assert "CREATE TABLE was refused" in out


def test_a_deadline_ends_it_with_what_was_reached(stage, cli):
    """
    What was not is skipped, and the exit status is 2 since nobody knows of it.
    """
    done = cli("staging", "-", stage.slow, "--deadline", "4", "--statement-timeout", "99000",
               SCHEMAPROOF_STAGING_URL=stage.url())  # fmt: skip

    assert done.returncode == 2, done.stdout + done.stderr
    assert "the deadline of 4 s has passed" in done.stderr
    assert "CREATE TABLE was refused" in done.stdout
    assert "not reached" in done.stdout


def test_verify_says_what_only_staging_can_be_asked(stage, cli):
    """
    One sentence names the command.
    """
    done = cli("verify", stage.project, "--only", "deploy/stamp-is-true")

    assert done.returncode == 2
    assert "'schemaproof staging URL'" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_waivers_hold_and_those_of_other_checks_are_left_alone(stage, cli):
    """
    A difference that is waived does not fail the run.
    """
    waiver = '[[tool.schemaproof.waivers]]\ncheck = "{}"\nwhere = "{}"\nreason = "of the test"\n'
    file = stage.project / "pyproject.toml"
    before = file.read_text()
    file.write_text(
        before
        + waiver.format("deploy/stamp-is-true", "tried")
        + waiver.format("references/on-delete-behaves", "nothing")
    )
    with stage.database.connect(autocommit=True) as connection:
        connection.execute("CREATE INDEX tried ON books (author_id, id)")
        done = cli("staging", "-", stage.project, "--only", "deploy", "--format", "json",
                   SCHEMAPROOF_STAGING_URL=stage.url())  # fmt: skip
        connection.execute("DROP INDEX tried")
    file.write_text(before)

    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert report["counts"]["waived"] == 1
    assert [one["where"] for one in report["violations"]] == ["tried"]


@needs_pgbouncer
def test_all_of_it_goes_through_a_pooler(stage, cli):
    """
    No claim is skipped there that is not skipped without it.
    """
    with pooled(stage.server) as port:
        beside = cli("staging", f"postgresql://x@127.0.0.1:{port}/stage", stage.project)
    direct = cli("staging", stage.url("postgres", ""), stage.project)

    assert beside.returncode == direct.returncode == 0, beside.stdout + beside.stderr
    assert _verdict(beside) == _verdict(direct)


def _verdict(done):
    return next(line for line in done.stdout.splitlines() if line.startswith("PROVED"))
