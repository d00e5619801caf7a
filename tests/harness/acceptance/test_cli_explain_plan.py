"""
`schemaproof explain-plan`: a registered query or any SQL, at any size, and where its plan flips.
"""

from __future__ import annotations

import contextlib
import json
import re
from pathlib import Path

import pytest

from schemaproof.postgres._binaries import find_binaries
from tests.harness.acceptance.conftest import REPOSITORY

BOOKS_OF = "SELECT * FROM books WHERE author_id = :author"
REGISTERED = """
from schemaproof.rows import Population, Spread, Volume
from schemaproof.workload import Query, Workload

QUERIES = Workload(
    queries=(
        Query(name="an author's books", statement="{statement}", parameters={{"author": 3}}),
        Query(name="all authors", statement="TABLE authors", index="ix_nowhere"),
    ),
    population=Population(
        counted="books",
        volumes={{
            "books": Volume(rows=1000, keys={{"author_id": Spread(fan_out=10)}}),
            "authors": Volume(rows=100),
        }},
    ),
    settings={{"random_page_cost": "1.1"}},
)
"""


@pytest.fixture
def registered(library: Path) -> Path:
    """
    The miniature project, with queries and a population of its own.
    """
    module = f"queries_of_{library.parent.name.replace('-', '_')}"
    (library / f"{module}.py").write_text(REGISTERED.format(statement=BOOKS_OF))
    with (library / "pyproject.toml").open("a") as file:
        file.write(f'queries = "{module}:QUERIES"\n')
    return library


@pytest.fixture
def explained(run_main, capsys):
    """
    A function that runs the command and returns its JSON.
    """

    def run(*arguments: str | Path) -> dict:
        assert run_main(["explain-plan", *map(str, arguments), "--format", "json"]) == 0
        return json.loads(capsys.readouterr().out)

    return run


def test_a_flip_is_shown_where_the_index_begins_to_pay(run_main, library, capsys):
    """
    A small table is read as a whole, a large one by its index; in between the mind is changed.
    """
    status = run_main(
        ["explain-plan", BOOKS_OF, str(library), "--param", "author=3", "--rows", "100,1e5,10^6"]
    )

    out, err = capsys.readouterr()
    assert (status, err) == (0, "")
    assert "\x1b" not in out
    assert re.search(r"Seq Scan on books +\d+ +\d", out)
    assert "Filter: (author_id = 3)" in out
    found = re.search(r"flips between ([\d,]+) and ([\d,]+) rows\n  from  Seq Scan on books\n", out)
    below, above = (int(number.replace(",", "")) for number in found.groups())
    assert 100 < below < above <= below * 1.1
    # The two large sizes share a tree.
    assert re.search(r" at 1e5 +at 1e6\n +rows +cost +rows +cost\n", out)
    assert re.search(r"by ix_books_author_id +\d+ +[\d.]+ +\d+ +[\d.]+\n +Index Cond", out)
    assert "no population is declared" in out
    assert "random_page_cost = 4" in out
    assert f"PostgreSQL {find_binaries().major}" in out


def test_the_flip_is_where_the_server_says(explained, library):
    """
    Asked at its two ends alone, the server gives the two plans.
    """
    asked = (BOOKS_OF, library, "--param", "author=3")
    (flip,) = explained(*asked, "--rows", "100,1e6")["flips"]

    ends = explained(*asked, "--rows", ",".join(map(str, flip["between"])))

    assert [size["shape"] for size in ends["sizes"]] == [flip["from"], flip["to"]]
    assert ends["flips"] == [flip]


def test_json_holds_the_plans_as_the_server_wrote_them(explained, registered):
    document = explained("an author's books", registered, "--rows", "1e3,1e9")

    assert document["version"] == 1
    assert document["query"] == "an author's books"
    assert document["statement"] == BOOKS_OF
    assert document["parameters"] == {"author": "3"}
    assert document["settings"]["random_page_cost"] == "1.1"
    assert [size["rows"] for size in document["sizes"]] == [1000, 10**9]
    assert document["sizes"][1]["plan"][0]["Plan"]["Index Name"] == "ix_books_author_id"
    assert document["sizes"][1]["shape"] == "Index Scan on books by ix_books_author_id"
    assert document["population"] == {
        "declared": True, "counted": "books", "rows": {"books": [1000, 10**9]},
        "source": None, "unknown": [],
    }  # fmt: skip


def test_a_page_is_written_beside_what_is_printed(explained, registered, tmp_path):
    page = tmp_path / "plans.html"

    document = explained("an author's books", registered, "--rows", "9,1e6", "--html", page)

    (data,) = re.findall(r'id="plans">(.*?)</script>', page.read_text(), re.DOTALL)
    assert [size["plan"] for size in json.loads(data)["sizes"]] == [
        size["plan"] for size in document["sizes"]
    ]


def test_without_its_index_a_query_reads_everything(explained, registered):
    document = explained(
        "an author's books", registered, "--rows", "1e7", "--without", "ix_books_author_id"
    )

    assert "Seq Scan on books" in document["sizes"][0]["shape"]
    assert document["without"] == ["ix_books_author_id"]


def test_a_generic_plan_knows_no_value(explained, registered):
    document = explained("an author's books", registered, "--rows", "1e6", "--generic")

    assert "$1" in document["sizes"][0]["plan"][0]["Plan"]["Index Cond"]
    assert (document["generic"], document["parameters"]) == (True, {})


def test_a_value_may_be_another_one(explained, registered):
    document = explained("an author's books", registered, "--rows", "1e6", "--param", "author=77")

    assert "(books.author_id = 77)" in document["sizes"][0]["plan"][0]["Plan"]["Index Cond"]


def test_a_statement_that_writes_is_planned_and_not_run(explained, registered):
    document = explained("DELETE FROM authors", registered, "--rows", "1e3")

    assert document["sizes"][0]["shape"] == "ModifyTable on authors (Seq Scan on authors)"


def test_a_promise_that_is_broken_is_not_its_business(run_main, registered):
    """
    The index on which that query relies is nowhere.
    """
    assert run_main(["explain-plan", "all authors", str(registered), "--rows", "9"]) == 0


def test_list_prints_the_names(run_main, registered, capsys):
    assert run_main(["explain-plan", "--list", str(registered)]) == 0

    assert capsys.readouterr().out == "an author's books\nall authors\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param(["TABLE books", "--rows", "1e3,some"], "found 'some'", id="size"),
        pytest.param(["an authors book"], 'is one of these meant: "an author\'s books"', id="name"),
        pytest.param(["SELECT * FROM bocks"], 'relation "bocks" does not exist', id="table"),
        pytest.param(["SELECT FROM WHERE"], 'syntax error at or near "WHERE"', id="syntax"),
        pytest.param(["SELECT 1; SELECT 2"], "multiple commands", id="two statements"),
        pytest.param(["SELECT 1; COMMIT", "--generic"], "multiple commands", id="two, generic"),
        pytest.param(["CREATE TABLE IF NOT EXISTS books AS SELECT 1"], "no plan", id="no plan"),
        pytest.param([BOOKS_OF], "add --param author=VALUE", id="no value"),
        pytest.param([BOOKS_OF, "--param", "author=x"], "invalid input syntax", id="value"),
        pytest.param([BOOKS_OF, "--param", "id=1"], "found 'id'", id="parameter"),
        pytest.param([BOOKS_OF, "--param", "author"], "needs NAME=VALUE", id="no equals sign"),
        pytest.param(["TABLE books", "--without", "ix_book"], "found 'ix_book'", id="index"),
        pytest.param(["TABLE books", "--html", "/nowhere/x"], "cannot write /nowhere/x", id="file"),
        pytest.param(["TABLE books", "--rows", "5", "--statistics", "x"], "not both", id="both"),
        pytest.param([], "needs a QUERY", id="nothing"),
    ],
)
def test_what_is_impossible_is_said_in_one_sentence(arguments, says, run_main, registered, capsys):
    with contextlib.chdir(registered):
        status = run_main(["explain-plan", *arguments])

    out, err = capsys.readouterr()
    assert (status, out) == (2, "")
    assert says in " ".join(err.split())
    assert "Traceback" not in err


def test_migrations_that_fail_are_said_in_one_sentence(run_main, library, capsys):
    (step,) = (library / "migrations" / "versions").glob("*.py")
    step.write_text(step.read_text().replace("CREATE TABLE authors", "CREATE TABEL authors"))

    status = run_main(["explain-plan", "SELECT 1", str(library)])

    out, err = capsys.readouterr()
    assert (status, out) == (2, "")
    assert "needs a schema to plan on; the project's own code raises" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("name", ["user by email", "a user's activity, newest first"])
def test_queries_of_this_repository_are_planned_at_a_thousand_million_images(explained, name):
    document = explained(name, REPOSITORY, "--rows", "1e9")

    (size,) = document["sizes"]
    assert "Index Scan" in size["shape"]
    assert document["population"]["counted"] == "images"


@pytest.fixture
def statistics(registered: Path, tmp_path: Path) -> Path:
    """
    What the planner of a database with sixty thousand books would know, but for their index.
    """
    book = {
        "relation": ["public", "books"], "is_index": False, "rows": 60_000.0, "pages": 700,
        "all_visible": 700, "columns": [], "height": None,
    }  # fmt: skip
    file = tmp_path / "statistics.json"
    file.write_text(json.dumps({"version": 1, "relations": [book]}))
    return file


def test_statistics_of_a_real_database_take_the_place_of_sizes(explained, registered, statistics):
    document = explained("TABLE books", registered, "--statistics", statistics)

    (size,) = document["sizes"]
    assert (size["rows"], size["plan"][0]["Plan"]["Plan Rows"]) == (60_000, 60_000)
    assert document["population"] == {
        "declared": False, "counted": "books", "rows": {"books": [60_000]},
        "source": f"{statistics}", "unknown": [],
    }  # fmt: skip


def test_what_such_a_database_does_not_have_is_told(run_main, registered, statistics, capsys):
    """
    An index that is newer than the statistics seems to be empty.
    """
    command = ["explain-plan", "an author's books", str(registered)]
    assert run_main([*command, "--statistics", str(statistics)]) == 0

    out = capsys.readouterr().out
    assert f"{statistics} says nothing of ix_books_author_id: taken for empty" in out
    assert f"tables are as {statistics} has them\n  books: 60,000\n" in out


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param("{}", "needs what 'schemaproof staging URL", id="something else"),
        pytest.param('{"version": 1, "relations": []}', "has none of them", id="nothing"),
        pytest.param(None, "No such file", id="no file"),
    ],
)
def test_statistics_of_something_else_are_refused(content, says, run_main, registered, capsys):
    file = registered / "statistics.json"
    if content is not None:
        file.write_text(content)

    command = ["explain-plan", "TABLE books", str(registered)]
    status = run_main([*command, "--statistics", str(file)])

    out, err = capsys.readouterr()
    assert (status, out) == (2, "")
    assert says in err
