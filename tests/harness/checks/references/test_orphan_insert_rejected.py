"""references/orphan-insert-rejected: keys that hold, and keys that are there and do not."""

import pytest

from tests.harness.miniature import miniature

CHECK = "references/orphan-insert-rejected"

LONG = "x" * 63

SCHEMA = f"""
CREATE TABLE parents (id int PRIMARY KEY, code text UNIQUE);
CREATE TABLE pairs (a int, b text, PRIMARY KEY (a, b));

CREATE TABLE plain (id serial PRIMARY KEY, parent_id int NOT NULL
    CONSTRAINT plain_fk REFERENCES parents);
CREATE TABLE optional (parent_id int CONSTRAINT optional_fk REFERENCES parents ON DELETE SET NULL);
CREATE TABLE coded (code text CONSTRAINT coded_fk REFERENCES parents (code));
CREATE TABLE unproved (parent_id int);
ALTER TABLE unproved ADD CONSTRAINT unproved_fk
    FOREIGN KEY (parent_id) REFERENCES parents NOT VALID;
CREATE TABLE late (parent_id int CONSTRAINT late_fk REFERENCES parents
    DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE composite (a int NOT NULL, b text NOT NULL,
    CONSTRAINT composite_fk FOREIGN KEY (a, b) REFERENCES pairs);
CREATE TABLE half_null (a int, b text,
    CONSTRAINT half_null_fk FOREIGN KEY (a, b) REFERENCES pairs MATCH FULL);
CREATE TABLE itself (id serial PRIMARY KEY, parent_id int CONSTRAINT itself_fk REFERENCES itself);
CREATE TABLE "Order Items" ("select" int CONSTRAINT "Items Fk" REFERENCES parents);
CREATE TABLE "50%" ("%d" int CONSTRAINT "%s" REFERENCES parents);
CREATE TABLE "{LONG}" ("{LONG}" int CONSTRAINT "{LONG}" REFERENCES parents);
CREATE SCHEMA shop;
CREATE TABLE shop.lines (parent_id int CONSTRAINT lines_fk REFERENCES parents);

CREATE TABLE tenants (id int PRIMARY KEY);
CREATE TABLE orders (tenant_id int REFERENCES tenants, id int, PRIMARY KEY (tenant_id, id));
CREATE TABLE goods (tenant_id int REFERENCES tenants, id int, PRIMARY KEY (tenant_id, id));
CREATE TABLE sold (
    tenant_id int NOT NULL CONSTRAINT sold_0_fk REFERENCES tenants,
    order_id int NOT NULL,
    good_id int NOT NULL,
    CONSTRAINT sold_1_fk FOREIGN KEY (tenant_id, order_id) REFERENCES orders,
    CONSTRAINT sold_2_fk FOREIGN KEY (tenant_id, good_id) REFERENCES goods
);

CREATE TABLE disabled (parent_id int REFERENCES parents);
ALTER TABLE disabled DISABLE TRIGGER ALL;

CREATE TABLE listed (code text NOT NULL CONSTRAINT listed_fk REFERENCES parents (code)
    CONSTRAINT known CHECK (code ~ '^[a-z1]+$'));

CREATE TABLE guarded (parent_id int REFERENCES parents);
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE 'not today' USING ERRCODE = 'restrict_violation'; END $$;
CREATE TRIGGER refuse BEFORE UPDATE ON guarded FOR EACH ROW EXECUTE FUNCTION refuse();

CREATE TABLE impossible (parent_id int REFERENCES parents, n int NOT NULL,
    CONSTRAINT no_such_number CHECK (n > 0 AND n < 0));
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory, bench_for_module):
    return bench_for_module(miniature(tmp_path_factory.mktemp("orphans"), revisions=[SCHEMA]))


@pytest.mark.parametrize(
    ("key", "name"),
    [
        pytest.param("plain.parent_id", "plain_fk", id="plain"),
        pytest.param("optional.parent_id", "optional_fk", id="nullable"),
        pytest.param("coded.code", "coded_fk", id="to a unique column that may be NULL"),
        pytest.param("unproved.parent_id", "unproved_fk", id="NOT VALID"),
        pytest.param("late.parent_id", "late_fk", id="INITIALLY DEFERRED"),
        pytest.param("composite.(a, b)", "composite_fk", id="composite"),
        pytest.param("half_null.(a, b)", "half_null_fk", id="MATCH FULL"),
        pytest.param("itself.parent_id", "itself_fk", id="self-referencing"),
        pytest.param("Order Items.select", "Items Fk", id="exotic name"),
        pytest.param("50%.%d", "%s", id="names that look like placeholders"),
        pytest.param(f"{LONG}.{LONG}", LONG, id="63 bytes"),
        pytest.param("shop.lines.parent_id", "lines_fk", id="another schema"),
        pytest.param("sold.(tenant_id, order_id)", "sold_1_fk", id="shares a column"),
        pytest.param("sold.(tenant_id, good_id)", "sold_2_fk", id="shares a column too"),
    ],
)
def test_an_enforced_key_is_proved(project, key, name):
    """
    The evidence is the SQLSTATE and the key's own name, for INSERT and UPDATE.
    """
    proof = project.proof(CHECK, key)

    assert proof.violations == ()
    assert proof.skipped is None
    assert proof.seen == (f"23503 {name} on INSERT and UPDATE",)


def test_disabled_triggers_are_a_violation(project):
    """
    A key whose triggers a migration disabled is in the catalogue, and accepts orphans.
    """
    proof = project.proof(CHECK, "disabled.parent_id")

    verbs = [found.found for found in proof.violations]
    assert proof.seen == ()
    assert verbs == [
        "INSERT of a row whose parents does not exist is accepted",
        "UPDATE of a row whose parents does not exist is accepted",
    ]


@pytest.mark.parametrize(
    ("key", "name"),
    [
        pytest.param("listed.code", "listed_fk", id="CHECK with a list"),
    ],
)
def test_a_value_that_a_check_lets_through_is_found(project, key, name):
    """
    A CHECK on the referencing column is satisfied first, so that the key itself is asked.
    """
    assert project.proof(CHECK, key).seen == (f"23503 {name} on INSERT and UPDATE",)


def test_a_trigger_that_refuses_first_is_told_and_not_a_violation(project):
    """
    What refuses every UPDATE before the key is asked leaves that half unproved, and is named.
    """
    proof = project.proof(CHECK, "guarded.parent_id")

    assert (proof.status, proof.violations, proof.seen) == ("skipped", (), ())
    assert proof.skipped == (
        "UPDATE of an orphan is stopped before guarded_parent_id_fkey is asked: not today; "
        "offer it one in a test of your own"
    )


def test_a_key_that_others_answer_for_is_not_called_proved(project):
    """
    Where other keys on the same column refuse every orphan first, this one was never asked.
    """
    proof = project.proof(CHECK, "sold.tenant_id")

    assert (proof.status, proof.violations) == ("skipped", ())
    assert "before sold_0_fk is asked" in proof.skipped


def test_a_table_that_takes_no_row_is_skipped(project):
    """
    Where a CHECK cannot be satisfied nothing was proved, and the CHECK is named.
    """
    proof = project.proof(CHECK, "impossible.parent_id")

    assert (proof.status, proof.violations) == ("skipped", ())
    assert "no_such_number" in proof.skipped


def test_a_key_that_is_not_enforced_is_a_violation(tmp_path, bench, schema_server):
    """
    NOT ENFORCED, new in PostgreSQL 18, declares a key and lets every orphan in.
    """
    if schema_server.version < 180000:
        pytest.skip("NOT ENFORCED is new in PostgreSQL 18")
    ddl = """
    CREATE TABLE parents (id int PRIMARY KEY);
    CREATE TABLE children (parent_id int REFERENCES parents NOT ENFORCED);
    """
    project = bench(miniature(tmp_path, revisions=[ddl]))

    found = project.violations(CHECK)

    assert [one.where for one in found] == ["children.parent_id"] * 2


def test_orphans_come_in_and_joins_lose_them(project):
    """
    The harm is real: with its triggers disabled the key is listed, and a join drops the row.
    """
    with project.connection() as connection:
        connection.execute("INSERT INTO disabled VALUES (42)")
        keys = connection.execute(
            "SELECT count(*) FROM pg_constraint WHERE conrelid = 'disabled'::regclass"
            " AND contype = 'f' AND convalidated"
        ).fetchone()
        joined = connection.execute(
            "SELECT * FROM disabled JOIN parents ON parents.id = parent_id"
        ).fetchall()

    assert (keys, joined) == ((1,), [])
