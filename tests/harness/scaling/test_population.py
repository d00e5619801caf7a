"""Populations: what nobody declared is assumed, what cannot be had stands in nobody's way."""

import pytest

from schemaproof.configuration import BadConfiguration
from schemaproof.rows import Population, Spread, Volume
from schemaproof.scaling import NoSample, Planning, Terms, grow
from schemaproof.workload import Query, Workload
from tests.harness.miniature import miniature

SCHEMA = """
CREATE SCHEMA "Ware House";
CREATE TABLE owners (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL);
CREATE TABLE grades (n smallint PRIMARY KEY, label text NOT NULL);
CREATE TABLE never (id serial PRIMARY KEY, a int NOT NULL CHECK (a > 3 AND a < 2));
CREATE TABLE after_never (
    id bigint PRIMARY KEY, never_id int REFERENCES never, owner_id uuid REFERENCES owners
);
CREATE INDEX after_never_never_id ON after_never (never_id);
CREATE TABLE "Ware House"."Items %" (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, owner_id uuid NOT NULL REFERENCES owners,
    grade smallint REFERENCES grades, price numeric NOT NULL,
    twice numeric GENERATED ALWAYS AS (price * 2) STORED
);
CREATE INDEX items_owner ON "Ware House"."Items %" (owner_id);
CREATE TABLE visits (
    id bigint GENERATED ALWAYS AS IDENTITY, at timestamptz NOT NULL,
    owner_id uuid NOT NULL REFERENCES owners, PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE TABLE visits_2025 PARTITION OF visits FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE visits_2026 PARTITION OF visits FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE INDEX visits_owner ON visits (owner_id, at);
CREATE MATERIALIZED VIEW totals AS
    SELECT owner_id, sum(price) FROM "Ware House"."Items %" GROUP BY 1;
CREATE VIEW seen AS SELECT owner_id FROM visits;
"""
OWNER = {"id": "7f000000-0000-4000-8000-000000000001"}


def q(statement, **parameters):
    return Query(name=statement, statement=statement, parameters=parameters)


OF_OWNER = q('SELECT * FROM "Ware House"."Items %" WHERE owner_id = :id', **OWNER)
NEVER = q("SELECT * FROM never WHERE id = 7")
AFTER_NEVER = q("SELECT * FROM after_never WHERE never_id = 7")
BY_GRADE = q("SELECT * FROM grades WHERE n = 7")
VISITS = q("SELECT * FROM visits WHERE owner_id = :id ORDER BY at DESC LIMIT 5", **OWNER)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """A cache of the test's own."""
    monkeypatch.setenv("SCHEMAPROOF_CACHE_DIR", str(tmp_path))


@pytest.fixture(scope="module")
def planning(tmp_path_factory, bench_for_module):
    """A function that makes a planning for volumes, of which the first is counted."""
    folder = tmp_path_factory.mktemp("population")
    subject = bench_for_module(miniature(folder, revisions=[SCHEMA])).subject

    def make(volumes=None):
        population = Population(counted=next(iter(volumes)), volumes=volumes) if volumes else None
        return Planning(
            subject.migrated,
            subject.databases,
            subject.catalog,
            subject.shapes,
            Workload(population=population),
        )

    return make


def test_a_table_that_takes_no_row_is_in_the_way_of_its_own_queries_alone(planning):
    """
    What does not read it is planned; what does is not, and what hangs from it is not either.
    """
    own = planning()

    assert own.explained(OF_OWNER, 1e6).plan.indexes == {"items_owner"}
    with pytest.raises(NoSample, match=r"a row of never .* hint"):
        own.explained(NEVER, 1e6)
    with pytest.raises(NoSample, match="no row of never to refer to"):
        own.explained(AFTER_NEVER, 1e6)


def test_a_table_has_no_more_rows_than_its_key_can_number(planning):
    """
    Of a smallint there are 65,536 values, however large the others are.
    """
    own = planning()

    plan = own.explained(q("SELECT * FROM grades"), 1e6).plan

    assert plan.rows == 10_000
    assert own.explained(BY_GRADE, 1e6).plan.indexes == {"grades_pkey"}


def test_parents_that_nobody_declared_are_as_many_as_their_children_take(planning):
    """
    Without any, all children would have one and the same.
    """
    volumes = {"Ware House.Items %": Volume(rows=1000, keys={"owner_id": Spread(fan_out=20)})}

    plan = planning(volumes).explained(OF_OWNER, 1e6).plan

    assert plan.rows == pytest.approx(20, rel=0.2)


def test_partitions_may_be_declared(planning):
    """
    Each of them with moments that it takes.
    """
    volumes = {
        f"visits_{year}": Volume(
            rows=1000,
            keys={"owner_id": Spread(fan_out=20)},
            ranges={"at": (f"{year}-01-02", f"{year}-12-30")},
        )
        for year in (2025, 2026)
    }

    plan = planning(volumes).explained(VISITS, 1e6).plan

    assert {node.relation for node in plan.walk() if node.relation} == {*volumes}
    assert len(plan.indexes) == 2
    assert not plan.sorts


@pytest.mark.parametrize(
    ("table", "declared", "told"),
    [
        pytest.param("owner", {}, r"no table owner \(is owners meant\?\)", id="no table"),
        pytest.param("seen", {}, "seen is a view", id="view"),
        pytest.param("totals", {"varied": ["sum"]}, "totals .* only rows", id="materialised view"),
        pytest.param("visits", {}, "partitioned .*: declare visits_2025, visits_2026", id="parts"),
        pytest.param("owners", {"varied": ["nam"]}, r"no column nam \(is name", id="no column"),
        pytest.param("owners", {"keys": {"name": Spread()}}, "in no foreign key", id="no key"),
        pytest.param(
            "Ware House.Items %", {"ranges": {"twice": ("1", "2")}}, "generated", id="generated"
        ),
    ],
)
def test_what_cannot_be_declared_is_refused(planning, table, declared, told):
    """
    With a way out, where there is one.
    """
    with pytest.raises(BadConfiguration, match=told):
        planning({table: Volume(rows=10, **declared)})


def test_what_nobody_says_the_size_of_is_named_beside_the_plan(planning):
    """
    A view that holds rows, or a table outside the population; not what is only written.
    """
    own, terms = planning({"owners": Volume(rows=10)}), Terms(sizes=(1e3,))

    found = [
        grow(own, q(statement), terms, server="").unknown
        for statement in (
            "SELECT * FROM totals JOIN owners ON owner_id = id JOIN visits USING (owner_id)",
            "INSERT INTO visits (at, owner_id) SELECT '2025-06-06', id FROM owners",
        )
    ]

    assert found == [("totals", "visits_2025", "visits_2026"), ()]
