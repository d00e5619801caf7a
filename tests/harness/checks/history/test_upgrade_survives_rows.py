"""history/upgrade-survives-rows: revisions that only empty tables survive."""

import pytest

from tests.harness.miniature import Step, miniature

CHECK = "history/upgrade-survives-rows"

TABLES = Step(
    up="""
    CREATE SCHEMA shop;
    CREATE TABLE customers (id serial PRIMARY KEY, name varchar(20) NOT NULL);
    CREATE TABLE shop."Order Items" (
        id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        customer_id int,
        note text,
        amount int NOT NULL DEFAULT 1,
        "100%" text
    );
    CREATE TABLE bare (v text);
    CREATE TYPE mood AS ENUM ('sad', 'glad');
    CREATE TABLE people (id int PRIMARY KEY, mood mood NOT NULL)
    """,
    down="DROP TABLE people; DROP TYPE mood; DROP TABLE bare; DROP SCHEMA shop CASCADE;"
    "DROP TABLE customers",
)
ITEMS = 'ALTER TABLE shop."Order Items"'
MOOD = """
ALTER TYPE mood RENAME TO old_mood;
CREATE TYPE mood AS ENUM ('glad');
ALTER TABLE people ALTER mood TYPE mood USING mood::text::mood;
DROP TYPE old_mood
"""
# What a migration does, what the server says, and the rows that are shown.
FAILING = {
    "NOT NULL": (f"{ITEMS} ALTER note SET NOT NULL", "NotNullViolation 23502", "note = NULL"),
    "odd name": (f'{ITEMS} ALTER "100%" SET NOT NULL', "NotNullViolation 23502", "100% = NULL"),
    "UNIQUE": ("ALTER TABLE customers ADD UNIQUE (name)", "UniqueViolation 23505", ") and ("),
    "unique index": ("CREATE UNIQUE INDEX ON bare (v)", "UniqueViolation 23505", ") and ("),
    "foreign key": (
        f"{ITEMS} ADD FOREIGN KEY (customer_id) REFERENCES customers",
        "ForeignKeyViolation 23503",
        "customer_id = '",
    ),
    "CHECK": (f"{ITEMS} ADD CHECK (amount > 0)", "CheckViolation 23514", "amount = '"),
    "validated later": (
        f"{ITEMS} ADD CONSTRAINT c CHECK (amount > 0) NOT VALID;{ITEMS} VALIDATE CONSTRAINT c",
        "CheckViolation 23514",
        "amount = '",
    ),
    "text to number": (
        "ALTER TABLE bare ALTER v TYPE int USING v::int",
        "InvalidTextRepresentation 22P02",
        "bare (v = '",
    ),
    "narrower number": (
        f"{ITEMS} ALTER amount TYPE smallint",
        "NumericValueOutOfRange 22003",
        "amount = '",
    ),
    "shorter text": (
        "ALTER TABLE bare ALTER v TYPE varchar(5)",
        "StringDataRightTruncation 22001",
        "bare (v = '",
    ),
    "label that goes": (MOOD, "InvalidTextRepresentation 22P02", "mood = 'sad'"),
    "code that reads rows": (
        "python:for (v,) in op.get_bind().execute(sa.text('SELECT v FROM bare')):\n    int(v)",
        "TypeError",
        "",
    ),
}


@pytest.fixture(scope="module")
def failing(tmp_path_factory, bench_for_module):
    """What was found for each way to fail, all of them made on the same tables."""

    def prove(case):
        up, _, _ = FAILING[case]
        folder = tmp_path_factory.mktemp("failing")
        project = bench_for_module(miniature(folder, revisions=[TABLES, Step(up=up)]))
        return project.proofs(CHECK)

    return prove


@pytest.mark.parametrize("case", FAILING)
def test_what_rows_it_does_not_survive_is_told(failing, case):
    """
    The revision is named at its line, with the server's words and the rows that make it fail.
    """
    _, told, rows = FAILING[case]

    proofs = failing(case)

    (found,) = proofs["r2"].violations
    assert proofs["r1"].status == "proved"
    assert (found.where, found.revision) == ("r2", "r2")
    assert f"raised {told}" in found.found
    assert rows in found.found
    assert found.location.file.stem == "r2_step"
    assert found.location.line is not None


SURVIVING = {
    "NULLs are mended": Step(
        up=f"""UPDATE shop."Order Items" SET note = '' WHERE note IS NULL;
        {ITEMS} ALTER note SET NOT NULL""",
        down=f"{ITEMS} ALTER note DROP NOT NULL",
    ),
    "duplicates are removed": Step(
        up="DELETE FROM bare a USING bare b WHERE a.ctid > b.ctid"
        " AND a.v IS NOT DISTINCT FROM b.v; CREATE UNIQUE INDEX bare_v ON bare (v)",
        down="DROP INDEX bare_v",
    ),
    "orphans are let go": Step(
        up='UPDATE shop."Order Items" SET customer_id = NULL;'
        f"{ITEMS} ADD CONSTRAINT fk FOREIGN KEY (customer_id) REFERENCES customers",
        down=f"{ITEMS} DROP CONSTRAINT fk",
    ),
    "a column with a default": Step(
        up=f"{ITEMS} ADD COLUMN more int NOT NULL DEFAULT 0", down=f"{ITEMS} DROP COLUMN more"
    ),
    "not yet valid": Step(
        up=f"{ITEMS} ADD CONSTRAINT c CHECK (amount > 0) NOT VALID",
        down=f"{ITEMS} DROP CONSTRAINT c",
    ),
    "a promise that was kept": Step(
        up="ALTER TABLE customers ADD CONSTRAINT c CHECK (name IS NOT NULL)",
        down="ALTER TABLE customers DROP CONSTRAINT c",
    ),
    "an index": Step(
        up='CREATE INDEX items_note ON shop."Order Items" (amount)',
        down="DROP INDEX shop.items_note",
    ),
    "a table that goes": Step(up="DROP TABLE bare", down="CREATE TABLE bare (v text)"),
    "a wider type": Step(
        up="ALTER TABLE customers ALTER name TYPE text",
        down="ALTER TABLE customers ALTER name TYPE varchar(20)",
    ),
}


def test_what_rows_do_not_hinder_is_proved(tmp_path, bench):
    """
    A revision that mends the rows first, or asks nothing of them, is proved with how many it met.
    """
    project = bench(miniature(tmp_path, revisions=[TABLES, *SURVIVING.values()]))

    proofs = project.proofs(CHECK)

    for number, case in enumerate(SURVIVING, 2):
        proof = proofs[f"r{number}"]
        assert (case, proof.status, proof.violations) == (case, "proved", ())
        assert proof.seen[0].startswith("with ")


def test_one_that_fails_does_not_hide_the_next(tmp_path, bench):
    """
    Above a revision that fails with rows the round_trips goes on, and the next one is named too.
    """
    first = Step(up=f"{ITEMS} ALTER note SET NOT NULL", down=f"{ITEMS} ALTER note DROP NOT NULL")
    second = Step(up="CREATE UNIQUE INDEX bare_v ON bare (v)", down="DROP INDEX bare_v")
    project = bench(miniature(tmp_path, revisions=[TABLES, first, "", second]))

    assert [one.where for one in project.violations(CHECK)] == ["r2", "r4"]
    assert project.violations("history/downgrade-restores-catalog") == []


def test_a_downgrade_that_does_not_survive_is_told(tmp_path, bench):
    """
    The way down meets rows too, and those that the upgrade let in among them.
    """
    down = f"{ITEMS} ALTER note SET NOT NULL"
    step = Step(up=f"{ITEMS} DROP COLUMN amount", down=f"{ITEMS} ADD COLUMN amount int; {down}")
    project = bench(miniature(tmp_path, revisions=[TABLES, step]))

    (found,) = project.violations(CHECK)

    assert found.found.startswith("downgrade of r2 raised NotNullViolation")


def test_a_revision_that_fails_without_rows_is_not_told_again(tmp_path, bench):
    """
    What is broken as such is another check's, and nothing is claimed here.
    """
    project = bench(miniature(tmp_path, revisions=[TABLES, "SELECT 1/0"]))

    proof = project.proofs(CHECK)["r2"]

    assert (proof.status, proof.violations) == ("skipped", ())


@pytest.mark.parametrize(
    ("up", "status"),
    [
        pytest.param(f"{ITEMS} ADD COLUMN more int", "proved", id="survives"),
        pytest.param(f"{ITEMS} ALTER note SET NOT NULL", "violated", id="fails"),
    ],
)
def test_one_that_says_it_has_no_way_down_is_tried_upwards(tmp_path, bench, up, status):
    """
    Its NotImplementedError is another check's, and the upgrade meets rows all the same.
    """
    step = Step(up=up, down="python:raise NotImplementedError('restore a backup')")
    project = bench(miniature(tmp_path, revisions=[TABLES, step]))

    assert project.proofs(CHECK)["r2"].status == status


def test_an_env_with_a_transaction_of_its_own_is_not_covered(tmp_path, bench):
    """
    Where nobody else can see the tables nobody can fill them, and that is said.
    """
    path = miniature(tmp_path, revisions=[TABLES])
    env = path / "migrations" / "env.py"
    text = env.read_text().replace("connectable.connect() as", "connectable.begin() as")
    assert "begin() as" in text
    env.write_text(text)
    project = bench(path)

    proof = project.proofs(CHECK)["r1"]

    assert proof.status == "skipped"
    assert "holds a transaction of its own" in proof.skipped
    assert project.proofs("history/downgrade-restores-catalog")["r1"].status == "proved"


def test_a_table_that_takes_no_row_is_named(tmp_path, bench):
    """
    What could not be filled is no silent success.
    """
    table = "CREATE TABLE never (n int NOT NULL CHECK (n > 0 AND n < 0))"
    project = bench(miniature(tmp_path, revisions=[TABLES, table, ""]))

    assert project.proofs(CHECK)["r3"].seen[0].endswith("nothing was found that fits into never")


EMPTIED = {
    "made anew": "DROP TABLE bare; CREATE TABLE bare (v text)",
    "rows deleted": "DELETE FROM bare",
}


@pytest.mark.parametrize("up", EMPTIED.values(), ids=EMPTIED)
def test_a_table_that_was_emptied_is_filled_again(tmp_path, bench, up):
    """
    What one revision leaves empty is not empty for the next.
    """
    steps = [TABLES, Step(up=up), "ALTER TABLE bare ADD UNIQUE (v)"]
    project = bench(miniature(tmp_path, revisions=steps))

    (found,) = project.proofs(CHECK)["r3"].violations

    assert "UniqueViolation 23505" in found.found


def test_a_table_that_has_changed_is_filled_again(tmp_path, bench):
    """
    Rows of its new shape join those that are there, whose unique values they do not repeat.
    """
    table = Step(
        up="CREATE TABLE accounts (id uuid PRIMARY KEY, email text NOT NULL UNIQUE)",
        down="DROP TABLE accounts",
    )
    wider = Step(
        up="ALTER TABLE accounts ADD COLUMN note text",
        down="ALTER TABLE accounts DROP COLUMN note",
    )
    project = bench(miniature(tmp_path, revisions=[table, wider, ""]))

    (before,), (after,) = (project.proofs(CHECK)[name].seen for name in ("r2", "r3"))

    assert "nothing was found" not in after
    assert int(before.split()[1]) < int(after.split()[1])
