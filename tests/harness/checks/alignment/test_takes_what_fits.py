"""alignment/takes-what-fits: schemas that use their columns to the end, and schemas that do not."""

import pytest

from tests.harness.checks.alignment.things import MODELS, SCHEMAS, TABLES, declared
from tests.harness.miniature import miniature

CHECK = "alignment/takes-what-fits"

# Of each class: its body, the field to blame, and what it refuses.
NARROW = {
    "ShortName": ("name: Annotated[str, Field(max_length=9), Storable]", "name", '"xxxxxxxxxa"'),
    "NinetyNine": ("n: Annotated[int, Field(ge=0, le=99)]", "n", "refuses 100 (its CHECK)"),
    "FromOne": ("n: Annotated[int, Field(ge=1, le=100)]", "n", "refuses 0 (its CHECK)"),
    "OneStatus": ('status: Literal["new"] = "new"', "status", 'refuses "old" (its CHECK)'),
    "OneMood": ('mood: Literal["glad"] = "glad"', "mood", 'refuses "sad" (enum mood)'),
    "Cheap": ("price: Annotated[Decimal, Field(le=9999, decimal_places=2)]", "price", '"9999.99"'),
}
# What nobody wrote down for the column may be narrower in the schema.
MEANT = {
    "Named": "name: Annotated[str, Field(min_length=1, max_length=10), Storable]",
    "Required": "note: Note",
    "Short": "note: Annotated[str, Field(max_length=5), Storable] | None = None",
    "Few": "small: Annotated[int, Field(ge=1, le=5)]",
    "Address": 'name: Annotated[str, Field(max_length=10, pattern="^.+@.+$"), Storable]',
}


@pytest.fixture(scope="module")
def things(tmp_path_factory, bench_for_module):
    """
    One project with every Create.
    """
    bodies = {name: body for name, (body, *_) in NARROW.items()} | MEANT
    source = SCHEMAS + declared(bodies, "ThingCreate", "create")
    folder = tmp_path_factory.mktemp("things")
    return bench_for_module(miniature(folder, models=MODELS, schemas=source, revisions=[TABLES]))


@pytest.mark.parametrize("name", NARROW)
def test_a_schema_that_stops_short_is_a_warning(things, name):
    """
    The last value that the column was made for is told.
    """
    _, field, found = NARROW[name]

    (violation,) = things.proof(CHECK, f"Thing/create {name}").violations

    assert violation.where == f"{name}.{field}"
    assert found in violation.found


@pytest.mark.parametrize(
    "target",
    [
        "Thing/create ThingCreate",
        "Thing/update ThingUpdate",
        "OrderItem/create OrderItemCreate",
        *(f"Thing/create {name}" for name in MEANT),
    ],
)
def test_a_schema_that_takes_what_was_written_down_is_proved(things, target):
    """
    A text that must not be empty, or look like an address, keeps nothing out of reach.
    """
    proof = things.proof(CHECK, target)

    assert (proof.violations, proof.status) == ((), "proved")


def test_the_value_that_is_refused_is_one_that_the_table_takes(things):
    """
    The harm is real: SQL stores what no client of NinetyNine can.
    """
    with things.connection() as connection:
        connection.execute("INSERT INTO owners VALUES (gen_random_uuid())")
        inserted = connection.execute(
            "INSERT INTO things (owner_id, name, n) SELECT id, 'a', 100 FROM owners"
        )

    assert inserted.rowcount == 1
