"""
`schemaproof verify --html` writes one file that tells what the run has seen.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from schemaproof.postgres._binaries import find_binaries

QUERIES = """
from schemaproof.workload import Query

QUERIES = [
    Query(
        name="an author's books",
        statement="SELECT * FROM books WHERE author_id = :author",
        parameters={"author": 3},
        index="ix_books_author_id",
        condition=("author_id",),
    ),
]
"""
CHECKLIST = """
# Keys

- books go with their author `references/on-delete-behaves[books.author_id]`
- tested elsewhere
"""
ONLY = ("--only", "references", "--only", "indexes", "--only", "history")


@pytest.fixture
def pictured(library: Path) -> Path:
    """
    The library with everything that a page can show.
    """
    (library / "library_queries.py").write_text(QUERIES)
    (library / "CHECKLIST.md").write_text(CHECKLIST)
    pyproject = library / "pyproject.toml"
    more = 'queries = "library_queries:QUERIES"\nchecklist = "CHECKLIST.md"\n'
    pyproject.write_text(pyproject.read_text() + more)
    return library


def _written(run_main, project: Path, name: str, *more: str) -> tuple[int, str]:
    file = project.parent / name
    status = run_main(["verify", str(project), "--html", str(file), *more])
    return status, file.read_text(encoding="utf-8")


def test_a_page_tells_what_was_proved(run_main, pictured, capsys):
    """
    Verdict, key, revision, query with its curve, and a line of the checklist; the same twice.
    """
    status, page = _written(run_main, pictured, "one.html", *ONLY)

    assert status == 0, capsys.readouterr().out
    assert re.search(r"<h1[^>]*>([^<]+)</h1>", page)[1] == "Proved"
    for words in (
        "books (author_id) → authors (id): ON DELETE CASCADE, cascade proved",
        'id="table-books"',
        'id="revision-r1"',
        "Cost of an author&#39;s books:",
        "1 proved, 1 not judged here",
        f"PostgreSQL {find_binaries().major}",
    ):
        assert words in page, words
    assert "alembic_version" not in re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    assert _written(run_main, pictured, "two.html", *ONLY) == (0, page)


@pytest.mark.parametrize(
    ("left", "counts"),
    [
        (
            '<testsuites><testcase classname="tests.test_x" name="test_y"/></testsuites>',
            "2 proved",
        ),
        ('<testsuites><testcase classname="tests', "1 proved, 1 not judged here"),
    ],
    ids=["whole", "cut-short"],
)
def test_tests_that_a_checklist_names_are_judged_by_their_last_run(
    run_main, pictured, left, counts
):
    pyproject = pictured / "pyproject.toml"
    pyproject.write_text(pyproject.read_text() + 'checklist_outcomes = "junit.xml"\n')
    (pictured / "CHECKLIST.md").write_text(
        CHECKLIST.replace("elsewhere", "by `tests/test_x.py::test_y`")
    )
    only = ("--only", "references/on-delete-behaves")
    assert "1 proved, 1 not judged here" in _written(run_main, pictured, "before.html", *only)[1]

    (pictured / "junit.xml").write_text(left)

    assert f"{counts}. A line" in _written(run_main, pictured, "after.html", *only)[1]


def test_a_page_tells_what_is_broken_and_how_to_see_it_again(run_main, pictured):
    (step,) = pictured.glob("migrations/versions/r1_*.py")
    step.write_text(step.read_text().replace("ON DELETE CASCADE", "ON DELETE RESTRICT"))

    status, page = _written(run_main, pictured, "page.html", "--only", "references")

    assert status == 1
    assert re.search(r"<h1[^>]*>([^<]+)</h1>", page)[1] == "Violated"
    assert "ON DELETE RESTRICT, promise broken" in page
    assert "<code>schemaproof verify --only references/on-delete-behaves</code>" in page


def test_a_broken_history_has_a_page_without_tables(run_main, pictured):
    (step,) = pictured.glob("migrations/versions/r1_*.py")
    step.write_text(step.read_text().replace("CREATE TABLE authors", "CREATE TABLE oops oops"))

    status, page = _written(run_main, pictured, "page.html")

    assert status == 1
    assert "history/upgrade-from-empty" in page
    assert 'id="tables"' not in page


def test_a_file_that_cannot_be_written_is_told_before_the_run(run_main, pictured, capsys):
    status = run_main(["verify", str(pictured), "--html", str(pictured / "no" / "page.html")])

    assert status == 2
    assert "cannot write" in capsys.readouterr().err


def test_a_checklist_that_is_not_there_is_told(run_main, pictured, capsys):
    (pictured / "CHECKLIST.md").unlink()

    assert run_main(["verify", str(pictured), "--html", str(pictured / "page.html")]) == 2
    assert re.search(
        "'checklist' names .*CHECKLIST.md, which cannot be read", capsys.readouterr().err
    )
