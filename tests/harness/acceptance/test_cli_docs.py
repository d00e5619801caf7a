"""
``schemaproof docs`` writes the pages of any project, and tells which of them are stale.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from schemaproof.checks import all_checks
from tests.harness.miniature import Step, miniature

MODELS = """
    class Base(DeclarativeBase):
        pass
"""
UP = """
    CREATE SCHEMA billing;
    CREATE TYPE billing.state AS ENUM ('open', 'half | half', 'paid');
    CREATE TABLE "Order Items" (
        order_id int, number int, "PK" text, "50%" int, label text NOT NULL DEFAULT 'a|b',
        PRIMARY KEY (order_id, number)
    );
    COMMENT ON TABLE "Order Items" IS 'What was ordered, <script>alert(1)</script>';
    CREATE TABLE billing.line (
        id int PRIMARY KEY, state billing.state NOT NULL, order_id int, number int,
        twice int GENERATED ALWAYS AS (number * 2) STORED,
        CONSTRAINT "odd `name`" CHECK (number > 0 OR number < -1),
        FOREIGN KEY (order_id, number) REFERENCES "Order Items" ON DELETE SET NULL
    );
    CREATE TABLE "end" (id int PRIMARY KEY);
    CREATE INDEX ON billing.line (number, order_id)
"""
DOWN = 'DROP TABLE "end", billing.line, "Order Items"; DROP SCHEMA billing CASCADE'
PAGES = ("CHECKLIST.md", "DATABASE_SCHEMA.md", "MIGRATION_GUIDE.md", "QUICK_REFERENCE.md")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    A project with names that are hard to write; a test that changes a page writes it back.
    """
    folder = tmp_path_factory.mktemp("shop")
    return miniature(folder, models=MODELS, revisions=[Step(up=UP, down=DOWN)])


@pytest.fixture
def pages(shop: Path, run_main) -> dict[str, str]:
    """
    The pages of that project, by name, fresh.
    """
    assert run_main(["docs", str(shop)]) == 0
    return {name: (shop / "docs" / name).read_text("utf-8") for name in PAGES}


def test_a_project_without_pages_gets_them(run_main, library, capsys):
    """
    Before, --check names each as missing and writes none; afterwards nothing is stale.
    """
    before = run_main(["docs", "--check", str(library)])
    missing = capsys.readouterr().out
    written = run_main(["docs", str(library)])
    told = capsys.readouterr().out
    after = run_main(["docs", "--check", str(library)])

    assert (before, written, after) == (1, 0, 0)
    assert [line for line in missing.splitlines() if "missing" in line] == [
        f"docs/{name}: is missing" for name in PAGES
    ]
    assert told.splitlines() == [f"written: docs/{name}" for name in PAGES]
    assert capsys.readouterr().out == "4 pages say what the schema is\n"


def test_pages_are_the_same_each_time(pages, shop, run_main):
    for name in PAGES:
        (shop / "docs" / name).unlink()

    run_main(["docs", str(shop)])

    assert {name: (shop / "docs" / name).read_text("utf-8") for name in PAGES} == pages


def test_names_are_shown_as_they_are(pages):
    """
    Bars do not end a cell, backticks no span, and markup in a comment is text.
    """
    schema, quick = pages["DATABASE_SCHEMA.md"], pages["QUICK_REFERENCE.md"]

    assert r"| `label` | text | no | `'a\|b'::text` |" in schema
    assert "- `` odd `name` ``: `CHECK (" in schema
    assert "What was ordered, &lt;script>alert(1)&lt;/script>." in schema
    assert "generated: `(number * 2)`" in schema
    assert r"| `billing.state` | `open`, `half \| half`, `paid` |" in schema
    assert "`billing.line.(order_id, number)` | `Order Items.order_id, number` | SET NULL" in quick
    assert re.search(r"\(number, order_id\)` \| serves `line_order_id_number_fkey` \|", quick)
    assert "None" not in schema + quick


def test_the_diagram_has_no_character_that_its_language_lacks(pages):
    """
    Entities are plain words or quoted, attributes plain words that are no marks.
    """
    diagram = re.search(r"```mermaid\n(.*?)```", pages["DATABASE_SCHEMA.md"], re.DOTALL)
    assert diagram is not None
    lines = diagram[1].splitlines()

    assert lines[0] == "erDiagram"
    assert '    "Order Items" |o--o{ "billing.line" : "order_id, number: SET NULL"' in lines
    assert '    "end" {' in lines
    attributes = [line.split() for line in lines if line.startswith("        ")]
    assert ["text", "_PK"] in attributes
    assert ["int4", "_50_"] in attributes
    assert ["int4", "order_id", "PK"] in attributes
    assert all(re.fullmatch(r"[A-Za-z_]\w*", word) for words in attributes for word in words[:2])


def test_the_checklist_names_checks_that_there_are(pages):
    """
    Each promise has a command, and that has a check.
    """
    rows = [
        line for line in pages["CHECKLIST.md"].splitlines() if "schemaproof verify --only" in line
    ]
    named = {row.rpartition("--only ")[2].partition("`")[0] for row in rows}

    assert "SET NULL" not in "".join(rows)
    assert any("it stays, and its key becomes NULL" in row for row in rows)
    assert any("`r1` can be undone" in row for row in rows)
    assert named <= {check.name for check in all_checks()}
    assert len(named) == 5


def test_a_stale_page_is_named_with_its_line(pages, shop, run_main, capsys):
    """
    Exit status 1, where it is, what is there and what must be; nothing is written.
    """
    file = shop / "docs" / "QUICK_REFERENCE.md"
    stale = pages["QUICK_REFERENCE.md"].replace("SET NULL", "CASCADE")
    file.write_text(stale)
    line = next(n for n, text in enumerate(stale.splitlines(), 1) if "CASCADE" in text)
    capsys.readouterr()

    status = run_main(["docs", "--check", str(shop)])

    told = capsys.readouterr().out.splitlines()
    assert status == 1
    assert told[0] == f"docs/QUICK_REFERENCE.md:{line}: is stale"
    assert [text[:3] for text in told[1:3]] == ["  -", "  +"]
    assert "CASCADE" in told[1]
    assert "SET NULL" in told[2]
    assert file.read_text() == stale


def test_what_people_wrote_stays(pages, shop, run_main):
    """
    Text around marks, a page without any, and a link instead of a file are kept.
    """
    (shop / "docs" / "CHECKLIST.md").write_text("Ask Ada first.\n")
    real = shop / "elsewhere.md"
    real.write_text(f"Mine.\n\n{pages['QUICK_REFERENCE.md']}\nMine too.\n".replace("SET NULL", "?"))
    link = shop / "docs" / "QUICK_REFERENCE.md"
    link.unlink()
    link.symlink_to(real)

    status = run_main(["docs", str(shop)])

    assert status == 0
    assert (shop / "docs" / "CHECKLIST.md").read_text() == "Ask Ada first.\n"
    assert link.is_symlink()
    assert real.read_text() == f"Mine.\n\n{pages['QUICK_REFERENCE.md']}\nMine too.\n"
    for name in ("CHECKLIST.md", "QUICK_REFERENCE.md"):
        (shop / "docs" / name).unlink()


def test_a_project_has_parts_of_its_own(run_main, library):
    """
    ``docs`` moves the pages, ``docs_parts`` adds to what marks may name.
    """
    config = library / "pyproject.toml"
    config.write_text(config.read_text() + 'docs = "handbook"\ndocs_parts = "own_parts:PARTS"\n')
    (library / "own_parts.py").write_text(
        "PARTS = {'owners': lambda facts: iter([f'{len(facts.tables)} tables are ours'])}\n"
    )
    (library / "handbook").mkdir()
    page = library / "handbook" / "team.md"
    page.write_text("# Team\n<!-- generated: owners -->\n<!-- end -->\n")

    status = run_main(["docs", str(library)])

    assert status == 0
    assert "2 tables are ours" in page.read_text()
    assert (library / "handbook" / "CHECKLIST.md").is_file()


@pytest.mark.parametrize(
    ("page", "config", "told"),
    [
        pytest.param(
            "<!-- generated: tabels -->\n<!-- end -->\n",
            "",
            "docs/page.md needs pairs of marks, .* one of catalog, checks, .*; found tabels, end",
            id="mark",
        ),
        pytest.param("\xff", "", "cannot read docs/page.md as UTF-8", id="encoding"),
        pytest.param(
            "", 'docs_parts = "math:pi"', "docs_parts = 'math:pi' must name a dict", id="parts"
        ),
    ],
)
def test_what_it_cannot_do_is_refused(page, config, told, run_main, library, capsys):  # noqa: PLR0917 - fixtures
    """
    Exit status 2, with the page or the key that is at fault, and nothing is written.
    """
    (library / "docs").mkdir()
    (library / "docs" / "page.md").write_bytes(page.encode("latin-1"))
    file = library / "pyproject.toml"
    file.write_text(f"{file.read_text()}{config}\n")

    status = run_main(["docs", str(library)])

    out, err = capsys.readouterr()
    assert (status, out) == (2, "")
    assert re.search(told, " ".join(err.split())), err
    assert [each.name for each in (library / "docs").iterdir()] == ["page.md"]
