"""alignment/needless-null: Responses that say null of what never is, and Responses that do not."""

import pytest

from tests.harness.checks.alignment.things import MODELS, SCHEMAS, TABLES, declared
from tests.harness.miniature import miniature

CHECK = "alignment/needless-null"

# Of each class: its body, and the field to blame.
NEEDLESS = {
    "OptionalName": ("name: str | None", "name"),
    "OldSpelling": ("name: Optional[str] = None", "name"),
    "WithinBounds": ("n: Annotated[int | None, Field(ge=0)]", "n"),
    "ByAlias": (
        'name: str | None = Field(validation_alias=AliasChoices("label", "name"))',
        "name",
    ),
    "Named": ('Text = TypeAliasType("Text", str | None)\nname: Text', "name"),
}
# Null is there, or nothing is said of it, or what is shown is no column.
FIT = {
    "Nullable": "note: str | None",
    "Anything": "name: Any",
    "Document": "data: JsonValue",
    "Relationship": "owner: dict[str, Any] | None = None",
    "Computed": "title: str | None",
    "NotRequired": 'name: str = "x"',
    "NullWithin": "name: str\ncode: list[str | None] | str | None",
}


@pytest.fixture(scope="module")
def things(tmp_path_factory, bench_for_module):
    """
    One project with every Response.
    """
    bodies = {name: body for name, (body, _) in NEEDLESS.items()} | FIT
    source = "from typing_extensions import TypeAliasType\n" + SCHEMAS
    source += declared(bodies, "ThingResponse", "response")
    folder = tmp_path_factory.mktemp("things")
    return bench_for_module(miniature(folder, models=MODELS, schemas=source, revisions=[TABLES]))


@pytest.mark.parametrize("name", NEEDLESS)
def test_a_null_that_never_comes_is_a_warning(things, name):
    """
    The field is named, however the null is spelt.
    """
    _, field = NEEDLESS[name]

    (violation,) = things.proof(CHECK, f"Thing/response {name}").violations

    assert violation.where == f"{name}.{field}"
    assert "is NOT NULL" in violation.found


@pytest.mark.parametrize(
    "target",
    [
        "Thing/response ThingResponse",
        "OrderItem/response OrderItemResponse",
        *(f"Thing/response {name}" for name in FIT),
    ],
)
def test_a_null_that_may_come_is_proved(things, target):
    """
    So is a field that says nothing of null.
    """
    proof = things.proof(CHECK, target)

    assert (proof.violations, proof.status) == ((), "proved")


def test_the_null_is_one_that_the_table_refuses(things):
    """
    It never comes: no row holds it.
    """
    with things.connection() as connection:
        connection.execute("INSERT INTO owners VALUES (gen_random_uuid())")
        with pytest.raises(Exception, match='null value in column "name"'):
            connection.execute("INSERT INTO things (owner_id, n) SELECT id, 1 FROM owners")
