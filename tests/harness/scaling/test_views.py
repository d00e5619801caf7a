"""Materialised views: they are planned at the size that is declared, as loaded ones are."""

import pytest

from schemaproof.catalog import QualifiedName, snapshot
from schemaproof.rows import RowMaker, Shapes, Spread, Volume, load
from schemaproof.scaling import NoSample
from tests.harness.fix_own_databases import built, planned, sizes_of

SCHEMA = """
CREATE TABLE owners (id bigint PRIMARY KEY, name text NOT NULL);
CREATE TABLE items (
    id bigint PRIMARY KEY, owner_id bigint NOT NULL REFERENCES owners, price int NOT NULL
);
CREATE MATERIALIZED VIEW "To tals" AS
    SELECT o.id, o.name, count(*) AS items, sum(price) AS price
    FROM owners o JOIN items i ON i.owner_id = o.id GROUP BY o.id WITH NO DATA;
CREATE UNIQUE INDEX totals_id ON "To tals" (id);
CREATE INDEX totals_price ON "To tals" (price DESC);
CREATE MATERIALIZED VIEW above AS SELECT id FROM "To tals" WHERE items > 1 WITH NO DATA;
CREATE INDEX above_id ON above (id);
CREATE MATERIALIZED VIEW nothing AS SELECT id FROM items WHERE price < 0;
"""
OWNERS, ITEMS, TOTALS, ABOVE, NOTHING = (
    QualifiedName("public", name) for name in ("owners", "items", "To tals", "above", "nothing")
)
OWNED = 60_000
VOLUMES = {
    OWNERS: Volume(rows=OWNED),
    ITEMS: Volume(
        rows=OWNED * 4, keys={"owner_id": Spread(fan_out=4.0)}, ranges={"price": ("0", "9999")}
    ),
}
QUERIES = (
    'SELECT * FROM "To tals" WHERE id = 77',
    'SELECT * FROM "To tals" ORDER BY price DESC LIMIT 10',
    'SELECT * FROM "To tals" WHERE price > 20000',
    "SELECT * FROM above WHERE id = 77",
    'SELECT * FROM owners o JOIN "To tals" t USING (id) WHERE o.id = 77',
)


@pytest.fixture(scope="module")
def template(own_databases):
    """A template with the schema and no rows."""
    return built(own_databases, "views", SCHEMA)


@pytest.fixture(scope="module")
def sizes(own_databases, template):
    """Sizes of it."""
    return sizes_of(own_databases, template)


@pytest.fixture(scope="module")
def loaded(own_databases, template):
    """A copy with all rows, and how many each materialised view has."""
    database = own_databases.copy(template)
    rows = {}
    with database.connect(autocommit=True) as connection:
        maker = RowMaker(catalog=snapshot(connection), connection=connection, shapes=Shapes())
        load(maker, VOLUMES)
        for view in ('"To tals"', "above"):
            connection.execute(f"REFRESH MATERIALIZED VIEW {view}")
        # The first leaves blocks that REFRESH made ahead, and that are not known to be visible.
        connection.execute("VACUUM")
        connection.execute("VACUUM ANALYZE")
        for view in (TOTALS, ABOVE):
            counted = connection.execute(f'SELECT count(*) FROM "{view.name}"').fetchone()
            rows[view] = Volume(rows=counted[0])
    yield database, rows
    own_databases.drop(database)


def test_a_posed_view_is_planned_as_a_loaded_one(sizes, loaded):
    """
    The same plans, of about as many rows, at about the same cost; one that reads another as well.
    """
    database, rows = loaded

    with sizes.posed(sizes.statistics(VOLUMES | rows)) as posed:
        found = planned(posed, QUERIES)

    for plan, real in zip(found, planned(database, QUERIES), strict=True):
        assert [(node.node, node.index) for node in plan.walk()] == [
            (node.node, node.index) for node in real.walk()
        ]
        assert plan.rows == pytest.approx(real.rows, rel=0.15, abs=2)
        assert plan.total_cost == pytest.approx(real.total_cost, rel=0.25)


def test_only_a_view_is_looked_at(sizes):
    """
    It is filled from tables that nobody asks for.
    """
    found = sizes.statistics(VOLUMES | {TOTALS: Volume(rows=10**9)}, only={TOTALS})

    assert found[TOTALS].rows == 10**9
    assert found[QualifiedName("public", "totals_id")].height >= 3
    assert ITEMS not in found


def test_a_view_that_finds_nothing_has_no_sample(sizes):
    """
    The others do.
    """
    volumes = VOLUMES | {NOTHING: Volume(rows=10**6), TOTALS: Volume(rows=10**6)}

    with pytest.raises(NoSample, match="its query finds nothing") as caught:
        sizes.statistics(volumes)

    assert {*caught.value.refused} == {NOTHING}
    assert TOTALS in caught.value.statistics
