"""history/sql-lint: statements that hold up a table in use."""

import pytest

import schemaproof.linting.lint
from schemaproof.coverage import not_covered
from tests.harness.miniature import Step, miniature

CHECK = "history/sql-lint"

TABLES = """
CREATE TYPE mood AS ENUM ('sad');
CREATE DOMAIN positive AS int;
CREATE TABLE customers (id int PRIMARY KEY, name varchar(20), nick text, amount numeric(8, 2));
CREATE SCHEMA "The Shop";
CREATE TABLE "The Shop"."Order Items 100%" (id int NOT NULL, customer_id int, "select" text);
CREATE INDEX by_nick ON customers (nick);
CREATE TABLE parts (id int) PARTITION BY RANGE (id);
CREATE TABLE part_1 PARTITION OF parts FOR VALUES FROM (1) TO (2);
ALTER TABLE customers ADD CONSTRAINT nick_there CHECK (nick IS NOT NULL)
"""
ITEMS = '"The Shop"."Order Items 100%"'
ODD = "The Shop.Order Items 100%"

# What a revision sends, and the rule and the table that are named.
HAZARDS = {
    "index": ("CREATE INDEX ON customers (name)", "require-concurrent-index-creation at customers"),
    "odd name": (
        f'CREATE UNIQUE INDEX "ON x" ON ONLY {ITEMS} ("select")',
        f"require-concurrent-index-creation at {ODD}",
    ),
    "index that goes": ("DROP INDEX by_nick", "require-concurrent-index-deletion at customers"),
    "reindex": ("REINDEX TABLE customers", "require-concurrent-reindex at customers"),
    "CHECK": (
        "ALTER TABLE customers ADD CONSTRAINT c CHECK (id > 0)",
        "constraint-missing-not-valid at customers",
    ),
    "UNIQUE": (
        "ALTER TABLE customers ADD UNIQUE (id)",
        "disallowed-unique-constraint at customers",
    ),
    "primary key": (
        f"ALTER TABLE {ITEMS} ADD PRIMARY KEY (id)",
        f"adding-serial-primary-key-field at {ODD}",
    ),
    "foreign key": (
        f"ALTER TABLE {ITEMS} ADD FOREIGN KEY (customer_id) REFERENCES customers",
        f"adding-foreign-key-constraint at {ODD}",
    ),
    "volatile default": (
        "ALTER TABLE customers ADD COLUMN u uuid DEFAULT gen_random_uuid()",
        "adding-field-with-default at customers",
    ),
    "NOT NULL": (
        "UPDATE customers SET amount = 1 WHERE amount IS NULL;"
        "ALTER TABLE customers ALTER amount SET NOT NULL",
        "adding-not-nullable-field at customers",
    ),
    "type": (
        f"ALTER TABLE {ITEMS} ALTER customer_id TYPE bigint",
        f"changing-column-type at {ODD}",
    ),
    "column renamed": (
        f"ALTER TABLE {ITEMS} RENAME COLUMN customer_id TO buyer_id",
        f"renaming-column at {ODD}",
    ),
    "table renamed, then indexed": (
        "ALTER TABLE customers RENAME TO buyers; CREATE INDEX ON buyers (nick)",
        "renaming-table at customers",
        "require-concurrent-index-creation at customers",
    ),
    "partition": (
        "ALTER TABLE parts DETACH PARTITION part_1",
        "require-concurrent-partition-detach at parts",
    ),
    "truncate": ("TRUNCATE parts CASCADE", "ban-truncate-cascade at parts"),
    "domain": (
        "ALTER DOMAIN positive ADD CONSTRAINT c CHECK (VALUE > 0)",
        "ban-alter-domain-with-add-constraint at ALTER DOMAIN positive ADD CONSTRAINT c C",
    ),
    "in a loop": (
        "python:for name in ('id',):\n    op.create_index(f'by_{name}', 'parts', [name])",
        "require-concurrent-index-creation at parts",
    ),
}


@pytest.fixture(scope="module")
def hazards(tmp_path_factory, bench_for_module):
    """What is found in a history that has each hazard once, by the hazard's name."""
    steps = [Step(id="first", up=TABLES, down=None)]
    steps += [
        Step(id=f"h{number}", up=up, down=None) for number, (up, *_) in enumerate(HAZARDS.values())
    ]
    project = bench_for_module(miniature(tmp_path_factory.mktemp("hazards"), revisions=steps))
    proofs = project.proofs(CHECK)
    assert proofs["first"].status == "proved"
    return {name: proofs[f"h{number}"] for number, name in enumerate(HAZARDS)}


@pytest.mark.parametrize("case", HAZARDS)
def test_a_hazard_is_named_with_its_table(case, hazards):
    """
    Revision, rule and table are in the violation's place; statement, line and way out beside it.
    """
    _, *wanted = HAZARDS[case]
    number = [*HAZARDS].index(case)

    found = hazards[case].violations

    assert [one.where for one in found] == [f"h{number}: {place}" for place in wanted]
    for one in found:
        assert one.revision == f"h{number}"
        assert "; squawk says: " in one.found
        assert one.fix.endswith((".", ")"))
        assert one.location.file.stem == f"h{number}_step"
        assert one.location.line == (13 if case == "in a loop" else 12)


HARMLESS = {
    "new table": "CREATE TABLE fresh (id int); CREATE INDEX ON fresh (id);"
    "ALTER TABLE fresh ADD COLUMN n int NOT NULL; ALTER TABLE fresh ADD CHECK (n > 0)",
    "new table in two steps": "python:op.execute('CREATE TABLE newer (id int)')\n"
    "with op.get_context().autocommit_block():\n"
    "    op.execute('CREATE INDEX CONCURRENTLY by_id ON newer (id)')\n"
    "op.execute('ALTER TABLE newer ADD UNIQUE (id)')",
    "concurrently": "python:with op.get_context().autocommit_block():\n"
    "    op.execute('CREATE INDEX CONCURRENTLY ix ON customers (name)')",
    # As the advice for a partitioned table is.
    "one part after the other": "python:with op.get_context().autocommit_block():\n"
    "    op.execute('CREATE INDEX parts_id ON ONLY parts (id)')\n"
    "    op.execute('CREATE INDEX CONCURRENTLY part_1_id ON part_1 (id)')\n"
    "    op.execute('ALTER INDEX parts_id ATTACH PARTITION part_1_id')",
    "not valid": f"ALTER TABLE {ITEMS} ADD CONSTRAINT fk FOREIGN KEY (customer_id)"
    " REFERENCES customers NOT VALID",
    "validated later": f"ALTER TABLE {ITEMS} VALIDATE CONSTRAINT fk",
    "longer text": "ALTER TABLE customers ALTER name TYPE varchar(40)",
    "text without end": "ALTER TABLE customers ALTER name TYPE text",
    "more digits": "ALTER TABLE customers ALTER amount TYPE numeric(12, 2)",
    "NOT NULL that was proved": "ALTER TABLE customers ALTER nick SET NOT NULL",
    "plain column": "ALTER TABLE customers ADD COLUMN age smallint",
    "steady default": "ALTER TABLE customers ADD COLUMN at timestamp NOT NULL DEFAULT now()",
    "ignored": "-- squawk-ignore require-concurrent-index-creation\n"
    "CREATE INDEX seldom ON customers (name)",
    "label": "ALTER TYPE mood ADD VALUE 'glad'",
    "column that goes": "ALTER TABLE customers DROP COLUMN age",
    "functions with statements in them": """
        CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $body$
        BEGIN CREATE INDEX ON customers (id); RETURN ';'; END $body$;
        CREATE FUNCTION g() RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT 'a;'; SELECT ';b'; END;
        COMMENT ON FUNCTION g() IS 'it''s; /* done'""",
    "data with values": "python:op.get_bind().execute(sa.text("
    "\"INSERT INTO customers (id, name, nick) VALUES (:id, '%', :nick)\"),"
    " [{'id': 71, 'nick': \"O'Brien; \\n%s\"}, {'id': 72, 'nick': 'x'}])",
    "nothing": "",
}


@pytest.fixture(scope="module")
def harmless(tmp_path_factory, bench_for_module):
    """What is found in a history of revisions that hold nobody up."""
    steps = [Step(id="first", up=TABLES, down=None)]
    steps += [
        Step(id=f"h{number}", up=up, down=None) for number, up in enumerate(HARMLESS.values())
    ]
    project = bench_for_module(miniature(tmp_path_factory.mktemp("harmless"), revisions=steps))
    proofs = project.proofs(CHECK)
    return {name: proofs[f"h{number}"] for number, name in enumerate(HARMLESS)}


@pytest.mark.parametrize("case", HARMLESS)
def test_what_holds_nobody_up_is_silent(case, harmless):
    """
    And each of its statements was understood.
    """
    proof = harmless[case]

    assert (proof.status, proof.violations) == ("proved", ())
    assert proof.seen[0].endswith(" statements read")
    assert proof.seen[0].startswith("0") == (case == "nothing")


def test_what_came_in_the_place_of_placeholders_is_read(harmless):
    """
    Values go where the driver would put them, so that the statement can be read at all.
    """
    assert harmless["data with values"].seen == ("1 statements read",)


# A backslash escapes in PostgreSQL where that is set, and never in squawk.
OLD_STRINGS = """python:
op.execute("SET LOCAL standard_conforming_strings = off")
op.execute("SELECT 'it\\\\'s'")
"""


@pytest.mark.parametrize("settings", ["", "excluded_rules = []"], ids=["plain", "configured"])
@pytest.mark.parametrize(
    ("up", "read"),
    [
        pytest.param(f"COMMENT ON SCHEMA public IS '{'x' * 100_000}'", 0, id="too long"),
        pytest.param(OLD_STRINGS, 1, id="not understood"),
    ],
)
def test_a_statement_that_is_not_read_is_counted(tmp_path, bench, up, read, settings):
    """
    It is no violation, whatever the project's own rules are.
    """
    if settings:
        (tmp_path / ".squawk.toml").write_text(settings)
    project = bench(miniature(tmp_path, revisions=[Step(up=up, down=None)]))

    proof = project.proofs(CHECK)["r1"]

    assert (proof.violations, proof.seen) == (
        (),
        (f"{read} statements read, 1 too long or not understood",),
    )


def test_a_second_statement_of_the_kind_is_not_a_second_violation(tmp_path, bench):
    """
    One place is waived once.
    """
    both = "CREATE INDEX ON customers (name); CREATE INDEX ON customers (id)"
    project = bench(miniature(tmp_path, revisions=[Step(up=TABLES, down=None), both]))

    (found,) = project.violations(CHECK)

    assert found.found.startswith("CREATE INDEX ON customers (name) and 1 more; squawk says")


def test_what_is_deployed_is_not_read_again(tmp_path, bench):
    """
    The declared revision and what it builds on make no claim, and are listed as not covered.
    """
    bad = "CREATE INDEX ON customers (name)"
    root = miniature(tmp_path, revisions=[Step(up=TABLES, down=None), bad, bad])
    with (root / "pyproject.toml").open("a") as file:
        file.write('deployed = "r2"\n')
    project = bench(root)

    proofs = project.proofs(CHECK)

    assert {name: proof.status for name, proof in proofs.items()} == {"r3": "violated"}
    listed = [(one.where, one.why) for one in not_covered(project.subject, [])]
    assert ("r1", "not linted: deployed is r2") in listed
    assert ("r2", "not linted: deployed is r2") in listed


def test_without_squawk_the_way_to_get_it_is_told(tmp_path, bench, monkeypatch):
    """
    Nothing is claimed, and one command ends that.
    """
    monkeypatch.setattr(schemaproof.linting.lint, "find_squawk", lambda: None)
    project = bench(miniature(tmp_path, revisions=["SELECT 1"]))

    proof = project.proofs(CHECK)["r1"]

    assert (proof.status, proof.seen) == ("skipped", ())
    assert "pip install 'squawk-cli>=" in proof.skipped


def test_a_revision_that_fails_is_not_read(tmp_path, bench):
    """
    Nor are those above it, which were never reached.
    """
    project = bench(miniature(tmp_path, revisions=["SELECT 1", "SELECT 1/0", "SELECT 1"]))

    proofs = project.proofs(CHECK)

    assert [proofs[name].status for name in ("r1", "r2", "r3")] == ["proved", "skipped", "skipped"]
    assert "other history/ checks" in proofs["r2"].skipped
    assert proofs["r3"].blocked_by == "history/upgrade-from-empty"
