"""
What models and migrations get wrong alike is noticed by what is executed, or by the suite.
"""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from schemaproof.mutation import Choice, Score, mutate
from schemaproof.mutation.suite.suite import SuiteFailed
from schemaproof.project import Project
from schemaproof.runner import Order
from tests.harness.miniature import Step, miniature
from tests.harness.runs import Run

MODELS = """
    class Base(DeclarativeBase):
        pass

    class Author(Base):
        __tablename__ = "authors"
        id: Mapped[int] = mapped_column(primary_key=True)
        height: Mapped[int] = mapped_column(CheckConstraint("height > 0", name="ck_height"))

    class Book(Base):
        __tablename__ = "books"
        id: Mapped[int] = mapped_column(primary_key=True)
        pages: Mapped[int] = mapped_column(server_default="1")
        author_id: Mapped[int] = mapped_column(
            ForeignKey("authors.id", ondelete="CASCADE", name="fk_author")
        )
        __table_args__ = (Index("ix_author", "author_id"),)
"""
UP = """
    CREATE TABLE authors (
        id serial PRIMARY KEY, height int NOT NULL CONSTRAINT ck_height CHECK (height > 0)
    );
    CREATE TABLE books (
        id serial PRIMARY KEY,
        pages int NOT NULL DEFAULT 1,
        author_id int NOT NULL CONSTRAINT fk_author REFERENCES authors ON DELETE CASCADE
    );
    CREATE INDEX ix_author ON books (author_id)
"""
SUITE = """
    import psycopg
    import pytest

    def test_heights_are_positive(schema_database):
        with schema_database.connect() as connection:
            with pytest.raises(psycopg.errors.CheckViolation):
                connection.execute("INSERT INTO authors (height) VALUES (0)")
"""
PARAMETRISED = """
import psycopg, pytest

@pytest.mark.parametrize("cm", [pytest.param(0, id="not tall - 0 cm")])
def test_refused(schema_database, cm):
    with schema_database.connect() as connection:
        with pytest.raises(psycopg.errors.CheckViolation):
            connection.execute("INSERT INTO authors (height) VALUES (%s)", [cm])
"""


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """
    A miniature project with a suite of one test.
    """
    down = "DROP TABLE books; DROP TABLE authors"
    root = miniature(tmp_path, models=MODELS, revisions=[Step(up=UP, down=down)])
    (root / "test_library.py").write_text(textwrap.dedent(SUITE))
    return root


def score(root: Path, *only: str, command: str | None = None) -> Score:
    choice = Choice(sides=("alike",), only=only)
    return mutate(Project.load(root), Order(jobs=2), choice, command=command)


def killers(found: Score) -> dict[str, str | None]:
    return {f"{one.mutant.where}: {one.mutant.detail}": one.by for one in found.made}


def test_a_key_that_looks_away_is_noticed_by_who_puts_rows_to_it(library, schema_server):
    """
    The cheaper of the two comes first, and which that is a busy machine may see otherwise.
    """
    found = killers(score(library, "foreign-key/not-enforced", "foreign-key/triggers"))

    able = {"references/orphan-insert-rejected", "references/on-delete-behaves"}
    assert set(found.values()) <= able
    # NOT ENFORCED is new in PostgreSQL 18.
    assert len(found) == (2 if schema_server.version >= 180000 else 1)


def test_a_lost_index_is_noticed_by_who_reads_the_catalogue(library):
    found = killers(score(library, "index/drop"))

    assert found == {"ix_author: is gone": "references/fk-without-index"}


def test_the_suite_is_tried_on_what_a_waiver_hides(tmp_path):
    """
    What is lost in the migrations alone is in the databases that the suite gets.
    """
    waiver = ("drift/models-match-migrations", "authors.ck_height")
    root = miniature(tmp_path, models=MODELS, revisions=[Step(up=UP)], waivers=[waiver])
    (root / "test_library.py").write_text(textwrap.dedent(SUITE))
    choice = Choice(sides=("migrations",), only=("check/drop",))
    command = "python -m pytest -q -p no:randomly test_library.py"

    found = mutate(Project.load(root), Order(jobs=2), choice, command=command)

    by = {"authors.ck_height: is gone": "test_library.py::test_heights_are_positive"}
    assert killers(found) == by


def test_what_nobody_executes_survives(library):
    """
    No check is about a default: its loss survives, in company with another's.
    """
    found = score(library, "default/drop", "sequence/numbers")

    assert {one.fate for one in found.made} == {"survived"}
    assert "books.pages: has no default" in killers(found)


def test_a_killer_is_told_by_its_whole_name(library):
    """
    The values in a test's name have spaces and dashes, and a project may want colours.
    """
    (library / "pytest.ini").write_text("[pytest]\naddopts = --color=yes\n")
    (library / "test_library.py").write_text(PARAMETRISED)

    found = score(library, "check/drop", command="python -m pytest -q -p no:randomly")

    assert set(killers(found).values()) == {"test_library.py::test_refused[not tall - 0 cm]"}


def test_the_suite_notices_what_it_is_about(library):
    """
    It is tried on what no check noticed: the bound is tested, the default is not.
    """
    command = "python -m pytest -q -p no:randomly test_library.py"

    found = killers(score(library, "check/expression", "default/drop", command=command))

    bounds = {key: by for key, by in found.items() if key.startswith("authors.ck_height")}
    test = "test_library.py::test_heights_are_positive"
    assert bounds["authors.ck_height: > becomes >="] == test
    assert bounds["authors.ck_height: 0 becomes 1"] is None
    assert found["books.pages: has no default"] is None


@pytest.mark.parametrize(
    ("command", "told"),
    [
        pytest.param("python -c 1/0", r"status 1: .*ZeroDivisionError", id="fails"),
        pytest.param("no-such-program", r"can be run; found 'no-such-program'", id="is not there"),
        pytest.param("pytest 'tests", "shell could part; found .*No closing", id="a quote too few"),
        pytest.param(" ", "needs a command that runs the suite; found ' '", id="is nothing"),
    ],
)
def test_a_suite_that_does_not_pass_judges_nobody(library, command, told):
    with pytest.raises(SuiteFailed, match=told):
        score(library, "default/drop", command=command)


# Ctrl-C comes while every thread is at work on a database of its own.
INTERRUPTED = """
import _thread, pathlib, sys, threading
from schemaproof.mutation import Choice, mutate
from schemaproof.project import Project
from schemaproof.runner import Order

timer = threading.Timer(0.05, _thread.interrupt_main)

def interrupt(_judged, done, _total):
    if done == 1:
        timer.start()

try:
    project = Project.load(pathlib.Path(sys.argv[1]))
    mutate(project, Order(jobs=4), Choice(sides=("alike",)), interrupt)
except KeyboardInterrupt:
    print("interrupted")
"""


def test_ctrl_c_is_not_met_by_another_error(library):
    """
    And nothing is left of the run.
    """
    with Run(INTERRUPTED, str(library)) as run:
        status, out, err = run.end()

        assert (status, out) == (0, "interrupted\n"), err
        assert "Traceback" not in err
        assert run.left() == []
