"""history/round-trip-keeps-data: what is gone after the way back."""

import re

import pytest

from schemaproof.history.history import BadDeclaration
from tests.harness.miniature import Step, miniature

CHECK = "history/round-trip-keeps-data"

TABLES = Step(
    up="""
    CREATE SCHEMA shop;
    CREATE TABLE shop."Order Items" (
        id int PRIMARY KEY, note text, amount numeric(8, 2) NOT NULL, at timestamptz
    );
    CREATE TABLE bare (v text, n int);
    CREATE TABLE counted (id serial PRIMARY KEY, v text);
    CREATE TABLE parts (id int, at date NOT NULL) PARTITION BY RANGE (at);
    CREATE TABLE parts_all PARTITION OF parts DEFAULT
    """,
    down="DROP TABLE parts; DROP TABLE counted; DROP TABLE bare; DROP SCHEMA shop CASCADE",
)
ITEMS = 'ALTER TABLE shop."Order Items"'
NOTE = "shop.Order Items.note"

# Up, down, the name of what is lost and how it is told.
LOSING = {
    "dropped column": (
        f"{ITEMS} DROP COLUMN note",
        f"{ITEMS} ADD COLUMN note text",
        "shop.Order Items.note",
        r"values are lost from shop.Order Items.note, e.g. .* became NULL",
    ),
    "dropped column, no key": (
        "ALTER TABLE bare DROP COLUMN n",
        "ALTER TABLE bare ADD COLUMN n int",
        "bare.n",
        "values are lost from bare.n, e.g. .* is gone",
    ),
    "narrower type and back": (
        f"{ITEMS} ALTER at TYPE date",
        f"{ITEMS} ALTER at TYPE timestamptz",
        "shop.Order Items.at",
        "e.g. '9999-12-31 23:59:59.999999.*' became '9999-12-31 00:00:00",
    ),
    "values overwritten": (
        "UPDATE counted SET v = 'x'",
        "SELECT 1",
        "counted.v",
        "values are lost from counted.v, e.g. .* became 'x'",
    ),
    "NULLs filled": (
        f"""UPDATE shop."Order Items" SET note = '' WHERE note IS NULL;
        {ITEMS} ALTER note SET NOT NULL""",
        f"{ITEMS} ALTER note DROP NOT NULL",
        "shop.Order Items.note",
        "e.g. NULL became ''",
    ),
    "rows deleted": (
        "DELETE FROM counted WHERE v IS NULL",
        "SELECT 1",
        "counted",
        r"\d+ of \d+ rows are gone from counted, e.g. id = '1'",
    ),
    "rows deleted, no key": ("DELETE FROM bare", "SELECT 1", "bare", "rows are gone from bare"),
    "partitioned": ("DELETE FROM parts", "SELECT 1", "parts", "rows are gone from parts"),
    "table made anew": (
        "DROP TABLE counted",
        "CREATE TABLE counted (id serial PRIMARY KEY, v text)",
        "counted",
        "rows are gone from counted",
    ),
    "sequence made anew": (
        "ALTER TABLE counted ALTER id DROP DEFAULT; DROP SEQUENCE counted_id_seq",
        "CREATE SEQUENCE counted_id_seq AS int OWNED BY counted.id;"
        "ALTER TABLE counted ALTER id SET DEFAULT nextval('counted_id_seq')",
        "counted_id_seq",
        r"sequence counted_id_seq was at \d+ and is at its start",
    ),
}


@pytest.mark.parametrize("case", LOSING)
def test_what_does_not_come_back_is_told(tmp_path, bench, case):
    """
    Column, table or sequence, with how much of it and one example.
    """
    up, down, name, told = LOSING[case]
    project = bench(miniature(tmp_path, revisions=[TABLES, Step(up=up, down=down)]))

    found = {one.where: one for one in project.proofs(CHECK)["r2"].violations}

    assert f"r2: {name}" in found
    assert re.search(told, found[f"r2: {name}"].found), found[f"r2: {name}"].found
    assert {one.revision for one in found.values()} == {"r2"}


KEEPING = {
    "new table": Step(up="CREATE TABLE more (id int)", down="DROP TABLE more"),
    "new column": Step(
        up=f"{ITEMS} ADD COLUMN more int DEFAULT 7", down=f"{ITEMS} DROP COLUMN more"
    ),
    "moved and moved back": Step(
        up="ALTER TABLE counted ADD COLUMN w text; UPDATE counted SET w = v, v = NULL",
        down="UPDATE counted SET v = w; ALTER TABLE counted DROP COLUMN w",
    ),
    "wider and back": Step(
        up=f"{ITEMS} ALTER amount TYPE numeric", down=f"{ITEMS} ALTER amount TYPE numeric(8, 2)"
    ),
    "renamed and back": Step(
        up="ALTER TABLE counted RENAME v TO u", down="ALTER TABLE counted RENAME u TO v"
    ),
    "rewritten rows": Step(up="UPDATE bare SET v = v || ''", down="SELECT 1"),
    "rows added": Step(up="INSERT INTO bare VALUES ('seed')", down="SELECT 1"),
    "sequence that ran on": Step(up="SELECT nextval('counted_id_seq')", down="SELECT 1"),
    "index": Step(up="CREATE INDEX bare_v ON bare (n)", down="DROP INDEX bare_v"),
}


def test_what_comes_back_is_proved(tmp_path, bench):
    """
    What the revision made may go; what was there before is there again.
    """
    steps = [TABLES, *KEEPING.values()]
    project = bench(miniature(tmp_path, revisions=steps))

    proofs = project.proofs(CHECK)

    for number, case in enumerate(KEEPING, 2):
        proof = proofs[f"r{number}"]
        assert (case, proof.skipped, proof.violations) == (case, None, ())
        assert "tables compared" in proof.seen[0]


def _declaring(folder, step, declaration):
    path = miniature(folder, revisions=[TABLES, step])
    (file,) = (path / "migrations" / "versions").glob("r2_*.py")
    file.write_text(f"{file.read_text()}\n\naccepted_losses = {declaration}\n")
    return path


def test_a_declared_loss_is_accepted_with_its_reason(tmp_path, bench):
    """
    What the migration says is lost on purpose is evidence, not a violation.
    """
    step = Step(up=f"{ITEMS} DROP COLUMN note", down=f"{ITEMS} ADD COLUMN note text")
    project = bench(_declaring(tmp_path, step, {NOTE: "nobody read it"}))

    proof = project.proofs(CHECK)["r2"]

    assert proof.violations == ()
    assert proof.seen[0].endswith("accepted: nobody read it")


def test_a_declared_loss_that_does_not_happen_is_told(tmp_path, bench):
    """
    A declaration that nothing needs would hide the next loss.
    """
    project = bench(_declaring(tmp_path, Step(up="", down=""), {NOTE: "nobody read it"}))

    (found,) = project.proofs(CHECK)["r2"].violations

    assert found.where == f"r2: {NOTE}"
    assert "nothing of it is lost" in found.found


@pytest.mark.parametrize("declaration", [["orders.note"], {"orders.note": ""}, {"orders.note": 1}])
def test_a_declaration_that_cannot_be_read_is_a_mistake(tmp_path, bench, declaration):
    """
    A loss without a reason is not accepted.
    """
    project = bench(_declaring(tmp_path, Step(up="", down=""), declaration))

    with pytest.raises(BadDeclaration, match="names and reasons"):
        project.proofs(CHECK)


def test_a_revision_that_never_comes_back_is_not_covered(tmp_path, bench):
    """
    Without a downgrade there is nothing to compare, and that is said.
    """
    project = bench(miniature(tmp_path, revisions=[TABLES, Step(up="", down=None)]))

    assert project.proofs(CHECK)["r2"].status == "skipped"


def test_rows_are_compared_where_not_all_of_them_survive(tmp_path, bench):
    """
    If the upgrade fails with some rows, rows that the schema above takes are carried through.
    """
    step = Step(
        up=f"{ITEMS} ALTER note SET NOT NULL; {ITEMS} DROP COLUMN at",
        down=f"{ITEMS} ADD COLUMN at timestamptz; {ITEMS} ALTER note DROP NOT NULL",
    )
    project = bench(miniature(tmp_path, revisions=[TABLES, step]))

    proof = project.proofs(CHECK)["r2"]

    assert proof.status == "proved", proof.violations
