"""alignment/response-reads-rows: every row that the table takes can be shown, or cannot."""

from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, ValidationError

from tests.harness.checks.alignment.things import MODELS, SCHEMAS, TABLES, declared
from tests.harness.miniature import miniature

CHECK = "alignment/response-reads-rows"

# Of each class: its body, the field to blame, and the row that it does not read.
BAD = {
    "ShortName": ("name: Annotated[str, Field(max_length=9)]", "name", "a row with name = "),
    "Named": ("name: Annotated[str, Field(min_length=1)]", "name", 'a row with name = "" that'),
    "NoNull": ("note: str", "note", "a row with note = null that"),
    "OneStatus": ('status: Literal["new"]', "status", 'a row with status = "old" that'),
    "OneMood": ('mood: Literal["glad"] | None', "mood", 'a row with mood = "sad" that'),
    "Below": ("n: Annotated[int, Field(lt=100)]", "n", "a row with n = 100 that"),
    "Flat": ("data: dict[str, int] | None", "data", "a row with data = {"),
    "Naive": ("made_at: NaiveDatetime", "made_at", "a row with made_at = "),
    "Coloured": ("colour: str", "colour", "colour: Field required"),
}
GOOD = {
    "Nested": "owner: OwnerShown",
    "Little": "pass",
}
CRASHING = """
class Crashing(ThingResponse):
    @computed_field
    def share(self) -> float:
        return 1 / self.n
"""


@pytest.fixture(scope="module")
def things(tmp_path_factory, bench_for_module):
    """
    One project with every Response.
    """
    shown = "class OwnerShown(BaseModel):\n    model_config = ConfigDict(from_attributes=True)\n"
    shown += "    id: UUID\n\n\n"
    bodies = {name: body for name, (body, *_) in BAD.items()} | GOOD
    source = SCHEMAS + shown + declared(bodies, "ThingResponse", "response")
    source += CRASHING + 'ALIGNMENTS.append((models.Thing, Crashing, "response"))\n'
    folder = tmp_path_factory.mktemp("things")
    return bench_for_module(miniature(folder, models=MODELS, schemas=source, revisions=[TABLES]))


@pytest.mark.parametrize("name", BAD)
def test_a_legal_row_that_is_not_read_is_a_violation(things, name):
    """
    The field is named with the value that it does not read.
    """
    _, field, found = BAD[name]

    (violation,) = things.proof(CHECK, f"Thing/response {name}").violations

    assert violation.where == f"{name}.{field}"
    assert found in violation.found


def test_a_computed_field_that_raises_is_a_violation(things):
    """
    A row that is read and cannot be written as JSON is not shown to anybody.
    """
    (violation,) = things.proof(CHECK, "Thing/response Crashing").violations

    assert violation.where == "Crashing"
    assert "ZeroDivisionError" in violation.found


@pytest.mark.parametrize(
    "target",
    [
        "Thing/response ThingResponse",
        "OrderItem/response OrderItemResponse",
        *(f"Thing/response {name}" for name in GOOD),
    ],
)
def test_a_response_that_reads_every_row_is_proved(things, target):
    """
    With relationships, computed fields, properties and odd names.
    """
    proof = things.proof(CHECK, target)

    assert (proof.violations, proof.status) == ((), "proved")
    assert proof.seen[0].startswith("reads ")


def test_rows_that_no_driver_reads_are_left_out_and_told(tmp_path, bench):
    """
    A time without an end is no fault of the Response, and is not passed over in silence.
    """
    tables = TABLES.replace(" CHECK (isfinite(made_at) AND made_at > '0001-01-01')", "")
    source = SCHEMAS + declared({}, "ThingResponse", "response")
    project = bench(miniature(tmp_path, models=MODELS, schemas=source, revisions=[tables]))

    proof = project.proof(CHECK, "Thing/response ThingResponse")

    assert proof.violations == ()
    assert "left out, with values that Python cannot load" in proof.seen[0]


def test_a_table_that_takes_no_row_is_skipped(things):
    """
    Where nothing could be read nothing was proved.
    """
    proof = things.proof(CHECK, "Impossible/response ImpossibleResponse")

    assert (proof.status, proof.violations) == ("skipped", ())
    assert "never" in proof.skipped


class _OneStatus(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    status: Literal["new"]


def test_the_row_that_is_not_read_is_an_error(things):
    """
    The harm is real: the table takes the row, and a Response with one status refuses it.
    """
    with things.connection() as connection:
        connection.execute("INSERT INTO owners VALUES (gen_random_uuid())")
        (status,) = connection.execute(
            "INSERT INTO things (owner_id, name, n, status) SELECT id, 'a', 1, 'old' FROM owners "
            "RETURNING status"
        ).fetchone()

    with pytest.raises(ValidationError):
        _OneStatus(status=status)


SILENT = """
class Wordless(TypeDecorator):
    impl = Text
    cache_ok = True

    def process_result_value(self, value, dialect):
        raise LookupError


class Base(DeclarativeBase):
    pass


class Parcel(Base):
    __tablename__ = "parcels"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column({type})
"""
PARCELS = """
CREATE TABLE parcels (
    id int PRIMARY KEY, code text NOT NULL CHECK (md5(code) LIKE '827ccb0eea8a706c4c34a16891f84e7b')
)
"""
PARCEL = """
class ParcelResponse(BaseModel):
    id: int
    code: str


ALIGNMENTS = [(models.Parcel, ParcelResponse, "response")]
"""
HINT = "\n[[tool.schemaproof.hints]]\ntable = 'parcels'\nvalues.code = '12345'\n"
READING = "Parcel/response ParcelResponse"


def test_a_hint_is_heeded_where_no_search_finds_a_row(tmp_path, bench):
    """
    Without it nothing is read, and with it the row that it gives.
    """
    models = SILENT.replace("{type}", "Text")
    for name in ("without", "with"):
        (tmp_path / name).mkdir()
        miniature(tmp_path / name, models=models, schemas=PARCEL, revisions=[PARCELS])
    with (tmp_path / "with" / "pyproject.toml").open("a") as file:
        file.write(HINT)

    proofs = [bench(tmp_path / name).proof(CHECK, READING) for name in ("without", "with")]

    assert [proof.status for proof in proofs] == ["skipped", "proved"]
    assert "say which row it takes in [[tool.schemaproof.hints]]" in proofs[0].skipped
    assert proofs[1].seen[0].startswith("reads ")


def test_a_model_that_raises_without_a_word_is_a_violation(tmp_path, bench):
    """
    What has nothing to say is told by its name.
    """
    models = SILENT.replace("{type}", "Wordless")
    tables = "CREATE TABLE parcels (id int PRIMARY KEY, code text NOT NULL)"
    project = bench(miniature(tmp_path, models=models, schemas=PARCEL, revisions=[tables]))

    (violation,) = project.proof(CHECK, READING).violations

    assert "the model cannot load it: LookupError" in violation.found
