"""alignment/create-round-trips: payloads that come back as they were sent, and others."""

import json
import re

import psycopg
import pytest

from tests.harness.checks.alignment.things import MODELS, SCHEMAS, TABLES, declared
from tests.harness.miniature import miniature

CHECK = "alignment/create-round-trips"

# Of each class: its body, the field to blame, its smallest value, and what becomes of it.
BAD = {
    "LongName": (
        "name: Annotated[str, Field(max_length=11), Storable]",
        "name",
        "a" * 11,
        "PostgreSQL refuses it with 22001",
    ),
    "Nul": (
        "note: Annotated[str, NoHalf] | None = None",
        "note",
        "\x00",
        "the driver raises DataError",
    ),
    "Half": (
        "note: Annotated[str, NoNul] | None = None",
        "note",
        "\ud800",
        "the model raises UnicodeEncodeError",
    ),
    "NullName": ("name: Name | None", "name", None, "PostgreSQL refuses it with 23502"),
    "Huge": ("small: int | None = None", "small", 32768, "PostgreSQL refuses it with 22003"),
    "OddStatus": (
        'status: Literal["new", "odd"] = "new"',
        "status",
        "odd",
        'check constraint "known"',
    ),
    "Naive": (
        "at: Annotated[datetime, AfterValidator(within)] | None = None",
        "at",
        "2024-01-01",
        'comes back as "2024-01-01 00:00:00+00:00" and was "2024-01-01 00:00:00"',
    ),
    "Eternal": (
        "at: AwareDatetime | None = None",
        "at",
        "0001-01-01T00:00:00Z",
        "PostgreSQL refuses it with 23514",
    ),
    "FinePrice": (
        "price: Annotated[Decimal, Field(max_digits=6, decimal_places=3)] | None = None",
        "price",
        ".001",
        'comes back as "0.00" and was "0.001"',
    ),
    "JsonNul": (
        'data: dict[Annotated[str, Storable], Annotated[str, NoHalf]] = Field(alias="metadata")',
        "data",
        {"a": "\x00"},
        "PostgreSQL refuses it with 22P05",
    ),
    "JsonNan": (
        'data: dict[Annotated[str, Storable], float] = Field(alias="metadata")',
        "data",
        {"a": float("nan")},
        "PostgreSQL refuses it with 22P02",
    ),
    "Deep": (
        'data: Annotated[dict[str, Any], Storable] = Field(alias="metadata")',
        "data",
        None,
        "ThingResponse does not read it: PydanticSerializationError",
    ),
    "Crashing": (
        "n: Annotated[int, Field(ge=0, le=100), AfterValidator(lambda n: n // n * n)]",
        "n",
        0,
        "the schema raises ZeroDivisionError",
    ),
}
GOOD = {
    "Word": 'name: Annotated[str, Field(pattern="^[a-z]-[0-9]{2}$", examples=["a-12"])]',
    "Without": "model_config = ConfigDict(extra='ignore')",
}


@pytest.fixture(scope="module")
def things(tmp_path_factory, bench_for_module):
    """
    One project with every Create.
    """
    bodies = {name: body for name, (body, *_) in BAD.items()} | GOOD
    wanted = 'AfterValidator(lambda text: {"zq7": text}[text])'
    bodies["Unguessable"] = f"name: Annotated[str, {wanted}]"
    source = SCHEMAS + declared(bodies, "ThingCreate", "create")
    folder = tmp_path_factory.mktemp("things")
    return bench_for_module(miniature(folder, models=MODELS, schemas=source, revisions=[TABLES]))


@pytest.mark.parametrize("name", BAD)
def test_what_is_taken_and_not_kept_is_a_violation(things, name):
    """
    The smallest payload that shows it is told with the answer.
    """
    _, field, value, answer = BAD[name]

    violations = things.proof(CHECK, f"Thing/create {name}").violations

    (found,) = [one.found for one in violations if answer in one.found]
    assert {one.where for one in violations} == {f"{name}.{field}"}
    if value is not None:
        payload = json.loads(re.search(r"takes (\{.*?\});", found).group(1))
        assert repr(payload[{"data": "metadata"}.get(field, field)]) == repr(value)
        assert {*payload} <= {"owner_id", "name", "n", "metadata", field}


@pytest.mark.parametrize(
    "target",
    [
        "Thing/create ThingCreate",
        "Owner/create OwnerCreate",
        "OrderItem/create OrderItemCreate",
        *(f"Thing/create {name}" for name in GOOD),
    ],
)
def test_what_comes_back_equal_is_proved(things, target):
    """
    With aliases, without a Response, with names that look like placeholders.
    """
    proof = things.proof(CHECK, target)

    assert (proof.violations, proof.skipped) == ((), None)
    assert int(re.match(r"(\d+) payloads come back equal", proof.seen[0]).group(1)) > 3


def test_values_that_do_not_go_together_are_told_together(tmp_path, bench):
    """
    Where no field is to blame alone, those are named without which it would be kept.
    """
    limit = "ALTER TABLE things ADD CHECK (NOT (status = 'old' AND mood = 'glad'));"
    source = SCHEMAS + declared({}, "ThingCreate", "create")
    folder = miniature(tmp_path, models=MODELS, schemas=source, revisions=[TABLES, limit])

    (violation,) = bench(folder).proof(CHECK, "Thing/create ThingCreate").violations

    assert violation.where == "ThingCreate.status, mood"
    payload = json.loads(re.search(r"takes (\{.*?\});", violation.found).group(1))
    assert {*payload} == {"owner_id", "name", "n", "status", "mood"}
    assert (payload["status"], payload["mood"]) == ("old", "glad")


def test_a_row_that_is_there_already_says_nothing_of_the_payload(tmp_path, bench):
    """
    A value that another row has is refused for that row's sake, not for the payload's.
    """
    taken = "INSERT INTO owners VALUES ('00000000-0000-0000-0000-000000000000')"
    source = SCHEMAS + declared({}, "ThingCreate", "create")
    folder = miniature(tmp_path, models=MODELS, schemas=source, revisions=[TABLES, taken])

    proof = bench(folder).proof(CHECK, "Owner/create OwnerCreate")

    assert (proof.violations, proof.status) == ((), "proved")


def test_what_is_refused_at_the_end_of_the_transaction_is_a_violation(tmp_path, bench):
    """
    A constraint trigger that waits is made to speak.
    """
    trigger = (
        "CREATE FUNCTION no_sad() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF NEW.mood = 'sad' THEN RAISE 'no sadness' USING ERRCODE = 'check_violation'; END IF;"
        " RETURN NULL; END $$;"
        "CREATE CONSTRAINT TRIGGER no_sad AFTER INSERT ON things DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION no_sad()"
    )
    source = SCHEMAS + declared({}, "ThingCreate", "create")
    folder = miniature(tmp_path, models=MODELS, schemas=source, revisions=[TABLES, trigger])

    (violation,) = bench(folder).proof(CHECK, "Thing/create ThingCreate").violations

    assert violation.where == "ThingCreate.mood"
    assert '"mood": "sad"' in violation.found
    assert "no sadness" in violation.found


def test_the_text_that_was_taken_is_refused_by_the_server(things):
    """
    The harm is real: what LongName takes, an INSERT does not.
    """
    with things.connection() as connection:
        connection.execute("INSERT INTO owners VALUES (gen_random_uuid())")
        with pytest.raises(psycopg.errors.StringDataRightTruncation):
            connection.execute(
                "INSERT INTO things (owner_id, name, n) SELECT id, repeat('x', 11), 1 FROM owners"
            )


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("Impossible/create ImpossibleCreate", "constraint never"),
        ("Thing/create Unguessable", "give the field examples=[…]"),
    ],
)
def test_where_nothing_can_be_written_nothing_is_proved(things, target, why):
    """
    A table that takes no row and a field that takes no guess are told, not passed over.
    """
    proof = things.proof(CHECK, target)

    assert (proof.status, proof.violations) == ("skipped", ())
    assert why in proof.skipped
