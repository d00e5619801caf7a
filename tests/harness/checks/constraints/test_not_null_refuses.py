"""constraints/not-null-refuses: columns that refuse a NULL, whoever else has a word in it."""

import pytest

from schemaproof.rows import Shapes
from schemaproof.trials.offers import Offers
from tests.harness.fix_bench import CHECKS
from tests.harness.miniature import miniature

CHECK = "constraints/not-null-refuses"

LONG = "x" * 63

SCHEMA = f"""
CREATE TABLE plain (a int NOT NULL, b text NOT NULL DEFAULT 'b', c text);
CREATE TABLE keyed (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n serial);
CREATE TABLE children (keyed_id bigint NOT NULL REFERENCES keyed);
CREATE TABLE made (a int NOT NULL, b int, twice int GENERATED ALWAYS AS (a * 2) STORED NOT NULL,
    more int GENERATED ALWAYS AS (b + 1) STORED NOT NULL);
CREATE DOMAIN wanted AS int NOT NULL;
CREATE TABLE typed (twofold wanted NOT NULL);
CREATE TABLE parted (k int NOT NULL, v int NOT NULL) PARTITION BY RANGE (k);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (100);
CREATE TABLE "Order Items" ("select" int NOT NULL, "50%" int NOT NULL);
CREATE TABLE "{LONG}" ("{LONG}" int NOT NULL);

CREATE FUNCTION fill_it() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN NEW.code := coalesce(NEW.code, 'filled'); RETURN NEW; END $$;
CREATE TABLE filled (code text NOT NULL);
CREATE TRIGGER fill BEFORE INSERT ON filled FOR EACH ROW EXECUTE FUNCTION fill_it();

CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN IF NEW.a IS NULL THEN RAISE 'not today'; END IF; RETURN NEW; END $$;
CREATE TABLE guarded (a int NOT NULL);
CREATE TRIGGER guard BEFORE INSERT ON guarded FOR EACH ROW EXECUTE FUNCTION refuse();

CREATE TABLE swallowing (a int NOT NULL);
CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER swallow BEFORE INSERT ON swallowing FOR EACH ROW EXECUTE FUNCTION swallow();
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory, bench_for_module):
    return bench_for_module(miniature(tmp_path_factory.mktemp("nulls"), revisions=[SCHEMA]))


@pytest.mark.parametrize(
    "column",
    [
        pytest.param("plain.a", id="plain"),
        pytest.param("plain.b", id="with a default"),
        pytest.param("keyed.id", id="identity and primary key"),
        pytest.param("keyed.n", id="serial"),
        pytest.param("children.keyed_id", id="foreign key"),
        pytest.param("made.more", id="generated from a nullable column"),
        pytest.param("typed.twofold", id="domain that is NOT NULL too"),
        pytest.param("parted.v", id="partitioned table"),
        pytest.param("Order Items.select", id="exotic name"),
        pytest.param("Order Items.50%", id="name like a placeholder"),
        pytest.param(f"{LONG}.{LONG}", id="63 bytes"),
    ],
)
def test_a_null_is_refused(project, column):
    """
    The evidence is the SQLSTATE of a refusal that names this column.
    """
    proof = project.proof(CHECK, column)

    assert (proof.status, proof.violations, proof.seen) == ("proved", (), ("23502 for NULL",))


def test_every_not_null_column_and_no_other_is_asked(project):
    """
    A nullable column promises nothing, and a partition promises what its table does.
    """
    asked = project.proofs(CHECK)

    assert [name for name in asked if name.startswith(("plain", "parted"))] == [
        "parted.k",
        "parted.v",
        "plain.a",
        "plain.b",
    ]


@pytest.mark.parametrize(
    ("column", "seen"),
    [
        pytest.param(
            "filled.code",
            "NULL is replaced by 'filled'; 23502, once trigger fill is out of the way",
            id="trigger that fills",
        ),
        pytest.param(
            "guarded.a",
            "23502 for NULL, once trigger guard is out of the way",
            id="trigger that refuses",
        ),
        pytest.param(
            "made.twice",
            "23502 for NULL, once NOT NULL of a is out of the way",
            id="generated from a NOT NULL column",
        ),
        pytest.param("parted.k", "23514: NULL finds no partition", id="partition key"),
    ],
)
def test_what_the_server_did_instead_is_said(project, column, seen):
    """
    Who answers before the column is named, and the column is asked again without it.
    """
    assert project.proof(CHECK, column).seen == (seen,)


def test_a_table_that_swallows_rows_is_not_called_proved(project):
    """
    Where no row ever arrives nothing was shown.
    """
    proof = project.proof(CHECK, "swallowing.a")

    assert proof.status == "skipped"
    assert "a trigger or rule that swallows inserts" in proof.skipped


def test_nulls_before_a_not_null_that_is_not_valid_are_a_violation(tmp_path, bench, schema_server):
    """
    NOT NULL … NOT VALID, new in PostgreSQL 18, leaves the NULLs that were there.
    """
    if schema_server.version < 180000:
        pytest.skip("a NOT NULL that is NOT VALID is new in PostgreSQL 18")
    ddl = """
    CREATE TABLE t (old int, new int);
    INSERT INTO t (new) VALUES (1), (2);
    ALTER TABLE t ADD CONSTRAINT old_given NOT NULL old NOT VALID;
    ALTER TABLE t ADD CONSTRAINT new_given NOT NULL new NOT VALID;
    """
    project = bench(miniature(tmp_path, revisions=[ddl]))

    (found,) = project.violations(CHECK)

    assert (found.where, found.found) == (
        "t.old",
        "2 rows hold NULL, and the NOT NULL is NOT VALID",
    )


def test_a_null_that_is_taken_is_a_violation(tmp_path, bench):
    """
    What the server does counts, whatever the catalogue said of it.
    """
    project = bench(miniature(tmp_path, revisions=["CREATE TABLE t (a int NOT NULL)"])).subject
    (column,) = [one for one in project.catalog.columns if one.table.name == "t"]
    loose = project.databases.template("loose", _loosened, source=project.migrated)
    offers = Offers(project.databases, loose, project.catalog, Shapes(), {})

    (found,) = CHECKS[CHECK].run(not_null=column, offers=offers)

    assert (found.where, found.found) == ("t.a", "a row with NULL is accepted")


def _loosened(database):
    with database.connect(autocommit=True) as connection:
        connection.execute("ALTER TABLE t ALTER a DROP NOT NULL")
