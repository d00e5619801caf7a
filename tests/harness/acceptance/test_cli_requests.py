"""
What the command line does when it is asked for something impossible, interrupted, or only asked.
"""

from __future__ import annotations

import json
import re
import signal

import pytest

from schemaproof.checks import all_checks
from tests.harness.miniature import Step, miniature
from tests.harness.runs import COMMAND_LINE, Run

IMPOSSIBLE = {
    "no project": (["verify", "{tmp}"], "needs a project with a pyproject.toml; found none at"),
    "unknown check": (
        ["verify", "{library}", "--only", "drift/models-match-migration"],
        "found 'drift/models-match-migration'.*meant.*drift/models-match-migrations",
    ),
    "nothing left to run": (
        ["verify", "{library}", "--only", "drift", "--skip", "drift"],
        "needs at least one check",
    ),
    "unreachable URL": (
        ["verify", "{library}", "--server", "postgresql://me:s3cret@127.0.0.1:1/postgres"],
        r"needs a PostgreSQL server at .*127\.0\.0\.1:1.*; found none",
    ),
    "URL of another database": (
        ["verify", "{library}", "--server", "mysql://me:s3cret@127.0.0.1/x"],
        "needs a PostgreSQL URL; found one of 'mysql'",
    ),
    "not a URL": (["verify", "{library}", "--server", "embeded"], "takes 'embedded', .* or a URL"),
    "version of a running server": (
        ["verify", "{library}", "--server", "postgresql://127.0.0.1:1/x", "--pg-version", "17"],
        "leave one of the two out",
    ),
    "version that is not here": (
        ["verify", "{library}", "--pg-version", "9"],
        "needs PostgreSQL server programs of version 9; found .*SCHEMAPROOF_POSTGRES_BIN",
    ),
    "report that cannot be written": (
        ["verify", "{library}", "--only", "history/single-head", "--json", "{tmp}/no/report.json"],
        "cannot write .*no/report.json: No such file or directory",
    ),
    "base without a repository": (
        ["verify", "{library}", "--base", "main"],
        "--base needs a git repository around .*library",
    ),
    "unknown command": (["verfy"], "No such command 'verfy'"),
    "jobs": (["verify", "{library}", "--jobs", "0"], "0 is not in the range"),
    "explain a family": (["explain", "drift"], "'drift' is a family: choose one of drift/models"),
}


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_the_impossible_is_refused_in_one_sentence(  # noqa: PLR0917 - fixtures
    name, form, run_main, library, tmp_path, capsys
):
    """
    Exit status 2, nothing on standard output, and what to do on standard error.
    """
    arguments, told = IMPOSSIBLE[name]
    if arguments[0] == "verify":
        arguments = [*arguments, "--format", form]

    status = run_main([word.format(tmp=tmp_path, library=library) for word in arguments])

    out, err = capsys.readouterr()
    assert (status, out) == (2, "")
    assert re.search(told, " ".join(err.split())), err
    assert "s3cret" not in err
    assert "Traceback" not in err


def test_metadata_that_names_nothing_is_refused(run_main, library, capsys):
    config = library / "pyproject.toml"
    config.write_text(config.read_text().replace("Base.metadata", "Bass.metadata"))

    status = run_main(["verify", str(library), "--only", "drift"])

    out, err = capsys.readouterr()
    assert (status, out) == (2, "")
    assert re.search("metadata = '.*:Bass.metadata' names nothing", " ".join(err.split())), err


def test_a_project_without_a_table_is_refused(run_main, tmp_path, capsys):
    """
    It would be proved as a whole, and that says nothing.
    """
    miniature(tmp_path, revisions=[Step(up="SELECT 1")])

    status = run_main(["verify", str(tmp_path)])

    out, err = capsys.readouterr()
    assert (status, out) == (2, "")
    assert re.search(r"needs a table; found none in \S+:Base.metadata", " ".join(err.split())), err


def test_json_is_json_whatever_a_migration_prints(cli, tmp_path):
    """
    What migrations print goes to standard error.
    """
    chatty = Step(
        up="python:\nprint('chatter')\nop.execute('CREATE TABLE t (id int)')",
        down="python:\nprint('more')\nop.execute('DROP TABLE t')",
    )
    miniature(tmp_path, revisions=[chatty])

    done = cli("verify", tmp_path, "--format", "json", "--only", "history")

    assert done.returncode == 0
    assert json.loads(done.stdout)["verdict"] == "proved"
    assert "chatter" in done.stderr
    assert "more" in done.stderr


def test_a_subject_that_leaves_nothing_to_prove_is_not_proved(run_main, tmp_path, capsys):
    """
    No foreign key, so no claim about foreign keys: that is not "no problems found".
    """
    miniature(tmp_path, revisions=["CREATE TABLE lonely (id int)"])

    status = run_main(["verify", str(tmp_path), "--only", "references/on-delete-behaves"])

    assert status == 1
    assert not re.search(r"^PROVED", capsys.readouterr().out, re.MULTILINE)


def test_text_on_a_pipe_is_plain_and_fits_a_screen(run_main, library, capsys):
    """
    No colour, no progress, no more lines than a screen has.
    """
    status = run_main(["verify", str(library)])

    out, err = capsys.readouterr()
    assert (status, err) == (0, "")
    assert "\x1b" not in out
    assert len(out.splitlines()) <= 40
    assert re.search(r"^PROVED  \d+ proved, 0 violated", out, re.MULTILINE)


WAITS = Step(up="python:\nprint('migrating', flush=True)\nop.execute('SELECT pg_sleep(60)')")


@pytest.mark.parametrize(
    ("number", "status"),
    [
        pytest.param(signal.SIGINT, 130, id="Ctrl-C"),
        pytest.param(signal.SIGTERM, 143, id="SIGTERM"),
        pytest.param(signal.SIGKILL, -9, id="SIGKILL"),
    ],
)
def test_an_interrupted_run_says_so_and_leaves_nothing(number, status, tmp_path):
    """
    The signal meets the run in the middle of a migration.
    """
    miniature(tmp_path, revisions=[WAITS])
    with Run(COMMAND_LINE, "verify", str(tmp_path)) as run:
        assert run.process.stderr is not None
        assert "migrating" in run.process.stderr.readline()
        run.signal_group(number)

        found, out, err = run.end()
        assert (found, out) == (status, "")
        assert "Traceback" not in err
        assert run.left() == []


# A finder that is asked for every module, and at the last of ours says so and waits.
IMPORTING = """
import runpy, sys, time

class Slow:
    def find_spec(self, name, *_):
        if name == "schemaproof.selection":
            print("importing", flush=True)
            try:
                time.sleep(60)
            except KeyboardInterrupt:
                raise ImportError("somebody knows better") from None

sys.meta_path.insert(0, Slow())
sys.argv[0] = "schemaproof"
runpy.run_module("schemaproof", run_name="__main__")
"""


def test_an_interrupted_import_ends_in_one_line():
    """
    Also where a library would turn Ctrl-C into an error of its own.
    """
    with Run(IMPORTING, "checks", names=False) as run:
        assert run.read_line() == "importing"
        run.signal_group(signal.SIGINT)

        assert run.end() == (130, "", "schemaproof: interrupted\n")


def test_checks_lists_what_only_accepts(run_main, capsys):
    assert run_main(["checks"]) == 0

    listed = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines())
    assert list(listed) == [check.name for check in all_checks()]
    assert all(summary[0].isupper() for summary in listed.values())


@pytest.mark.parametrize("check", all_checks(), ids=lambda check: check.name)
def test_every_check_explains_itself(check, run_main, capsys):
    """
    Its page says what the problem is, why it matters, what to do and when to waive it.
    """
    assert run_main(["explain", check.name]) == 0

    page = capsys.readouterr().out.lower()
    assert check.name in page
    for heading in ("problem", "why", "instead", "use", "when to waive"):
        assert re.search(rf"^#+ .*{heading}", page, re.MULTILINE), heading


def test_explain_names_the_nearest_check(run_main, capsys):
    assert run_main(["explain", "indexes/redundant"]) == 2

    assert "indexes/redundant-index" in capsys.readouterr().err
