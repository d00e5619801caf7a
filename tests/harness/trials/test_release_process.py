"""
The process of the release before imports what the commit has, and ends with the run.
"""

from __future__ import annotations

import os
import signal
import sys
import time

import pytest

from schemaproof.trials.release import BadBase
from schemaproof.trials.release.checkout import checked_out
from schemaproof.trials.release.process import OldProcess
from tests.harness.checks.history.test_previous_release_runs import git, release
from tests.harness.runs import COMMAND_LINE, Run

MODELS = """
class Base(DeclarativeBase):
    pass

class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
"""
TABLE = "CREATE TABLE books (id serial PRIMARY KEY)"


@pytest.fixture
def installed_in_place(tmp_path, monkeypatch):
    """A project whose models lie in a folder that the interpreter is told of from outside."""
    root = release(tmp_path, models=MODELS, before=TABLE, after="")
    (module,) = root.glob("models_*.py")
    (root / "src").mkdir()
    monkeypatch.setenv("PYTHONPATH", str(root / "src"))
    return root, module.rename(root / "src" / module.name)


def described(root, project):
    with checked_out("HEAD", root) as checkout, OldProcess(checkout, project) as process:
        return process.hear()


def test_what_is_installed_in_place_is_that_of_the_commit(installed_in_place, bench):
    """
    A path that leads to the working tree leads to the commit's.
    """
    root, module = installed_in_place
    git(root, "add", "--all", ".")
    git(root, "commit", "-q", "-m", "in src")
    module.write_text("raise RuntimeError('of today')\n")

    told = described(root, bench(root).subject.project)

    assert [one["name"] for one in told["targets"]] == ["Book"]


def test_what_the_commit_has_not_is_not_taken_from_today(installed_in_place, bench):
    """
    Else today's models would be tried on today's schema, and found to fit.
    """
    root, _ = installed_in_place
    git(root, "add", "--update", ".")
    git(root, "commit", "-q", "-m", "src is not committed")

    with pytest.raises(BadBase, match=r"Stale: models_.* was imported from .*, which is of today"):
        described(root, bench(root).subject.project)


def test_a_process_that_ends_before_it_has_read_is_told(tmp_path, bench, monkeypatch):
    """
    Its last words are, and not that the pipe to it is broken.
    """
    root = release(tmp_path, models=MODELS, before=TABLE, after="")
    program = tmp_path / "program.py"
    program.write_text("import os\nos.close(0)\nraise SystemExit('no driver')\n")
    monkeypatch.setattr("schemaproof.trials.release.process.CHILD", program)
    project = bench(root).subject.project

    def heard_too_late():
        with checked_out("HEAD", root) as checkout, OldProcess(checkout, project) as process:
            process._process.wait()
            process.tell({"late": True})
            process.hear()

    with pytest.raises(BadBase, match="they say no driver"):
        heard_too_late()


@pytest.mark.skipif(sys.platform != "linux", reason="what a run has is looked up in /proc")
def test_a_run_that_is_killed_leaves_neither_process_nor_files(tmp_path):
    """
    SIGKILL meets the run while the models of the commit are being imported.
    """
    slow = f"{MODELS}\nimport time\ntime.sleep(5)\n"
    root = release(tmp_path, models=slow, before=TABLE, after="")
    arguments = ("verify", str(root), "--base", "HEAD", "--only", "history/previous-release-runs")
    with Run(COMMAND_LINE, *arguments) as run:
        run.wait_for_process("_child.py")
        os.kill(run.process.pid, signal.SIGKILL)

        assert run.left() == []


PRICED = f"""{MODELS}
    price: Mapped[Decimal] = mapped_column(Numeric(8, 2), server_default="1.50")
"""
PRICED_TABLE = (
    "CREATE TABLE books (id serial PRIMARY KEY, price numeric(8, 2) NOT NULL DEFAULT 1.5)"
)
AT_THE_END = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'too late'; END $$;
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON books DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION refuse()
"""


@pytest.mark.parametrize(
    ("after", "found"),
    [
        pytest.param("ALTER TABLE books ALTER price TYPE numeric(12, 4)", [], id="more digits"),
        pytest.param(AT_THE_END, ["Book INSERT P0001"], id="refused at the end"),
    ],
)
def test_what_the_release_meets_is_judged_as_it_meets_it(tmp_path, bench, after, found):
    """
    One number is one number however it is written, and a commit is a part of what is done.
    """
    models = f"from decimal import Decimal\n{PRICED}"
    project = bench(release(tmp_path, models=models, before=PRICED_TABLE, after=after))
    project.subject.base = "HEAD"

    assert [one.where for one in project.violations("history/previous-release-runs")] == found


def test_models_that_keep_their_process_alive_are_not_waited_for(tmp_path, bench):
    """
    A thread of theirs would outlive what they were asked for.
    """
    thread = "import threading, time\nthreading.Thread(target=time.sleep, args=(40,)).start()"
    busy = f"{thread}\n{MODELS}"
    root = release(tmp_path, models=busy, before=TABLE, after="")
    began = time.monotonic()

    described(root, bench(root).subject.project)

    assert time.monotonic() - began < 30


FAMILY = """
class Base(DeclarativeBase):
    pass

class Parent(Base):
    __tablename__ = "parents"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20))
    size: Mapped[int]

class Child(Base):
    __tablename__ = "children"
    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int] = mapped_column(ForeignKey("parents.id"))

plain = Table(
    "plain",
    Base.metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(20)),
    Column("size", Integer),
)
Table(
    "leaves",
    Base.metadata,
    Column("id", Integer, primary_key=True),
    Column("plain_id", ForeignKey("plain.id"), nullable=False),
)
"""
FAMILY_TABLES = """
CREATE TABLE parents (id serial PRIMARY KEY, name varchar(20) NOT NULL, size int NOT NULL);
CREATE TABLE children (id serial PRIMARY KEY, parent_id int NOT NULL REFERENCES parents);
CREATE TABLE plain (id serial PRIMARY KEY, name varchar(20), size int);
CREATE TABLE leaves (id serial PRIMARY KEY, plain_id int NOT NULL REFERENCES plain)
"""


def outcomes_of(root, bench):
    """What became of each class and table of the release."""
    project = bench(root)
    project.subject.base = "HEAD"
    return project.subject.previous


@pytest.mark.parametrize(("parent", "child"), [("Parent", "Child"), ("plain", "leaves")])
def test_a_row_that_was_changed_and_deleted_is_there_for_those_that_refer_to_it(
    tmp_path, bench, parent, child
):
    """
    An INSERT is kept for what comes after it, an UPDATE or DELETE is not.
    """
    ran = outcomes_of(release(tmp_path, models=FAMILY, before=FAMILY_TABLES, after=""), bench)

    assert ran[parent].done["DELETE"] == ran[child].done["DELETE"] == 1
    assert ran[child].done["INSERT"] == 4
    assert ran[parent].done["UPDATE"] > 1


def test_an_update_that_is_refused_takes_nothing_else_with_it(tmp_path, bench):
    """
    What failed is forgotten, and the other columns are changed, and the row deleted, all the same.
    """
    after = """
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;
    CREATE TRIGGER name BEFORE UPDATE OF name ON parents FOR EACH ROW EXECUTE FUNCTION refuse()
    """
    root = release(tmp_path, models=FAMILY, before=FAMILY_TABLES, after=after)
    ran = outcomes_of(root, bench)["Parent"]

    assert [(one.operation, one.attribute) for one in ran.breakages] == [("UPDATE", "name")]
    assert ran.done["DELETE"] == 1
