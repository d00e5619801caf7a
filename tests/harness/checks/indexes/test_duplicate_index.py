"""indexes/duplicate-index: one history with a table for each case, looked at case by case."""

import pytest

from tests.harness.miniature import miniature

CHECK = "indexes/duplicate-index"

LONG = "x" * 63

SCHEMA = f"""
CREATE TABLE twice (a int, b int);
CREATE INDEX twice_1 ON twice (a);
CREATE INDEX twice_2 ON twice (a);

CREATE TABLE promised (a int UNIQUE, b int);
CREATE INDEX promised_again ON promised (a);

CREATE TABLE keyed (id int PRIMARY KEY);
CREATE UNIQUE INDEX keyed_again ON keyed (id);

CREATE TABLE turned (a int, b int);
CREATE INDEX turned_1 ON turned (a, b DESC);
CREATE INDEX turned_2 ON turned (a DESC, b);

CREATE TABLE half (a int, b int);
CREATE INDEX half_1 ON half (a) WHERE b > 0;
CREATE INDEX half_2 ON half (a) WHERE b > 0;

CREATE TABLE carrying (a int, b int, c int);
CREATE INDEX carrying_1 ON carrying (a) INCLUDE (b, c);
CREATE INDEX carrying_2 ON carrying (a) INCLUDE (c, b);

CREATE TABLE "Order Items" ("select" int);
CREATE INDEX "Order Items 1" ON "Order Items" ("select");
CREATE INDEX "{LONG}" ON "Order Items" ("select");

CREATE TABLE nulls (a int, CONSTRAINT nulls_z_strict UNIQUE NULLS NOT DISTINCT (a));
ALTER TABLE nulls ADD CONSTRAINT nulls_a_lax UNIQUE (a);

CREATE TABLE different (a int, b int, t text);
CREATE INDEX different_plain ON different (a);
CREATE INDEX different_mixed ON different (a, b DESC);
CREATE INDEX different_nulls ON different (a NULLS FIRST);
CREATE INDEX different_partial ON different (a) WHERE b > 0;
CREATE INDEX different_predicate ON different (a) WHERE b > 1;
CREATE INDEX different_hash ON different USING hash (a);
CREATE INDEX different_include ON different (a) INCLUDE (b);
CREATE INDEX different_order_ab ON different (a, b);
CREATE INDEX different_order_ba ON different (b, a);
CREATE INDEX different_text ON different (t);
CREATE INDEX different_pattern ON different (t text_pattern_ops);
CREATE INDEX different_collation ON different (t COLLATE "C");
CREATE INDEX different_expression ON different (lower(t));

CREATE TABLE torn (a int);
CREATE INDEX torn_good ON torn (a);
CREATE UNIQUE INDEX torn_bad ON torn (a);
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'torn_bad'::regclass;
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory, bench_for_module):
    return bench_for_module(miniature(tmp_path_factory.mktemp("indexes"), revisions=[SCHEMA]))


@pytest.mark.parametrize(
    ("index", "better"),
    [
        pytest.param("twice_2", "twice_1", id="of two the later name"),
        pytest.param("promised_again", "promised_a_key", id="beside a unique constraint"),
        pytest.param("keyed_again", "keyed_pkey", id="beside a primary key"),
        pytest.param("turned_2", "turned_1", id="read from its other end"),
        pytest.param("half_2", "half_1", id="partial"),
        pytest.param("carrying_2", "carrying_1", id="INCLUDE in any order"),
        pytest.param(LONG, "Order Items 1", id="exotic names"),
        pytest.param("nulls_a_lax", "nulls_z_strict", id="the one that enforces less"),
        pytest.param("torn_bad", "torn_good", id="the one no query may use"),
    ],
)
def test_a_double_is_reported_once(project, index, better):
    """
    Of two indexes that do the same work the dispensable one is named, and the other is not.
    """
    (found,) = project.proof(CHECK, index).violations

    assert found.where == index
    assert f"{better} is on the same keys" in found.found
    assert project.proof(CHECK, better).status == "proved"


def test_indexes_that_differ_are_silent(project):
    """
    Another order, predicate, method, payload, collation or operator class is other work.
    """
    proofs = project.proofs(CHECK)
    different = {name: p.violations for name, p in proofs.items() if name.startswith("different_")}

    assert len(different) == 13
    assert not any(different.values())


def test_the_fix_of_a_constraint_is_to_drop_the_constraint(project):
    """
    DROP INDEX refuses an index behind a constraint, so the fix does not ask for it.
    """
    (found,) = project.proof(CHECK, "nulls_a_lax").violations

    assert found.fix == "Drop the constraint nulls_a_lax of nulls."


def test_the_model_that_declares_it_is_pointed_at(tmp_path, bench):
    """
    The violation's location is the line of the model that names the index.
    """
    models = """
    class Base(DeclarativeBase):
        pass

    class Order(Base):
        __tablename__ = "orders"
        __table_args__ = (
            Index("orders_a", "a"),
            Index("orders_b", "a"),
        )
        id: Mapped[int] = mapped_column(primary_key=True)
        a: Mapped[int]
    """
    ddl = """
    CREATE TABLE orders (id serial PRIMARY KEY, a int NOT NULL);
    CREATE INDEX orders_a ON orders (a);
    CREATE INDEX orders_b ON orders (a)
    """
    project = bench(miniature(tmp_path, models=models, revisions=[ddl]))

    (found,) = project.violations(CHECK)

    assert found.location is not None
    line = found.location.file.read_text().splitlines()[found.location.line - 1]
    assert line.strip() == 'Index("orders_b", "a"),'


def test_every_insert_writes_both(project):
    """
    The harm is real: one inserted row grows both indexes, and no query ever reads the second.
    """
    with project.connection() as connection:
        connection.execute("INSERT INTO twice SELECT n FROM generate_series(1, 5000) AS n")
        connection.execute("ANALYZE twice")
        sizes = connection.execute(
            "SELECT pg_relation_size('twice_1'), pg_relation_size('twice_2')"
        ).fetchone()
        plan = connection.execute("EXPLAIN SELECT * FROM twice WHERE a = 1").fetchall()

    assert sizes[0] == sizes[1] > 8192
    assert sum(name in str(plan) for name in ("twice_1", "twice_2")) == 1
