"""alignment/fields-match: fields that promise what their columns do, and fields that do not."""

import pytest

from tests.harness.checks.alignment.things import MODELS, SCHEMAS, TABLES, declared
from tests.harness.miniature import miniature

CHECK = "alignment/fields-match"

# Of each class: its body, the field to blame, and what is said of it.
WRITTEN = {
    "LongName": (
        "name: Annotated[str, Field(max_length=11), Storable]",
        "name",
        'takes "xxxxxxxxxxa" (char',
    ),
    "NullName": ("name: Name | None", "name", "takes null (NOT NULL)"),
    "Colour": ("colour: str", "colour", "Thing has no attribute 'colour'"),
    "Metadata": ("metadata: dict[str, Any]", "metadata", "that column is mapped as 'data'"),
    "Title": ("title: str", "title", "Thing has no attribute 'title'"),
    "Unbounded": ("n: int", "n", "takes 2147483648 (integer), -2147483649 (integer)"),
    "HundredOne": ("n: Annotated[int, Field(ge=0, le=101)]", "n", "takes 101 (CHECK percent)"),
    "Int4": (
        "small: Annotated[int, Field(ge=0, lt=2**31)] | None",
        "small",
        "takes 32768 (smallint)",
    ),
    "LongPrice": (
        "price: Annotated[Decimal, Field(max_digits=7, decimal_places=2)]",
        "price",
        'takes "10000" (numeric(6,2))',
    ),
    "FinePrice": (
        "price: Annotated[Decimal, Field(max_digits=6, decimal_places=3)]",
        "price",
        'takes "0.001" (numeric(6,2), which rounds it)',
    ),
    "OddStatus": ('status: Literal["new", "odd"] = "new"', "status", 'takes "odd" (CHECK known)'),
    "AnyStatus": ('status: str = "new"', "status", '"no such word" (CHECK known)'),
    "OddMood": ('mood: Literal["glad", "odd"] = "glad"', "mood", 'takes "odd" (enum mood)'),
    "Naive": (
        "at: Annotated[datetime, AfterValidator(within)]",
        "at",
        "takes it for the session's",
    ),
    "Aware": ("local: AwareDatetime", "local", "which drops the zone"),
    "OtherDefault": ('status: Status = "old"', "status", '"old" here and "new" there'),
}
READ = {
    "ShortName": ("name: Annotated[str, Field(max_length=9)]", "name", 'refuses "xxxxxxxxxa"'),
    "NoNull": ("note: str", "note", "refuses null (nullable)"),
    "OneStatus": ('status: Literal["new"]', "status", 'refuses "old"'),
    "OneMood": ('mood: Literal["glad"] | None', "mood", 'refuses "sad" (enum mood)'),
    "Below": ("n: Annotated[int, Field(lt=100)]", "n", "refuses 100"),
    "Tiny": ("small: Annotated[int, Field(lt=100)] | None", "small", "refuses 32767 (smallint)"),
    "Zoneless": ("at: NaiveDatetime | None", "at", "refuses"),
    "Zoned": ("local: AwareDatetime | None", "local", "refuses"),
    "Coloured": ("colour: str", "colour", "Thing has no attribute 'colour'"),
    "Cheap": ("price: Annotated[Decimal, Field(le=9999)] | None", "price", 'refuses "9999.99"'),
}
FIT = {
    "ByAlias": 'name: Name = Field(alias="title")',
    "ByChoice": 'name: Name = Field(validation_alias=AliasChoices("label", "name"))',
    "ByName": 'model_config = ConfigDict(populate_by_name=True)\nname: Name = Field(alias="label")',
    "Shorter": "name: Annotated[str, Field(max_length=5)]",
    "Owner": "owner: dict[str, Any] | None = None",
    "GivenZone": (
        "at: Annotated[datetime, AfterValidator(lambda at: at.astimezone())] | None = None"
    ),
    "MadeDefault": "made_at: AwareDatetime = Field(default_factory=datetime.now)",
    "Enumerated": (
        'class Known(str, Enum):\n    new = "new"\n    old = "old"\nstatus: Known = Known.new'
    ),
    "Strict": "model_config = ConfigDict(strict=True)",
}


def fields(cases):
    return {name: body for name, (body, *_) in cases.items()}


@pytest.fixture(scope="module")
def written(tmp_path_factory, bench_for_module):
    """
    One project with every Create, good or bad.
    """
    source = SCHEMAS + declared(fields(WRITTEN) | FIT, "ThingCreate", "create")
    folder = tmp_path_factory.mktemp("written")
    return bench_for_module(miniature(folder, models=MODELS, schemas=source, revisions=[TABLES]))


@pytest.fixture(scope="module")
def read(tmp_path_factory, bench_for_module):
    """
    One project with every Response.
    """
    source = SCHEMAS + declared(fields(READ), "ThingResponse", "response")
    folder = tmp_path_factory.mktemp("read")
    return bench_for_module(miniature(folder, models=MODELS, schemas=source, revisions=[TABLES]))


@pytest.mark.parametrize("name", WRITTEN)
def test_a_create_that_is_wider_than_its_table_is_a_violation(written, name):
    """
    The field is named with a value that it takes and the column does not hold.
    """
    _, field, found = WRITTEN[name]

    (violation,) = written.proof(CHECK, f"Thing/create {name}").violations

    assert violation.where == f"{name}.{field}"
    assert found in violation.found
    assert violation.location.file.read_text().splitlines()[violation.location.line - 1].strip()


@pytest.mark.parametrize("name", READ)
def test_a_response_that_is_narrower_than_its_table_is_a_violation(read, name):
    """
    The field is named with a value that the column holds and it refuses.
    """
    _, field, found = READ[name]

    (violation,) = read.proof(CHECK, f"Thing/response {name}").violations

    assert violation.where == f"{name}.{field}"
    assert found in violation.found


@pytest.mark.parametrize(
    "target",
    [
        "Thing/create ThingCreate",
        "Thing/update ThingUpdate",
        "Thing/response ThingResponse",
        "OrderItem/create OrderItemCreate",
        "OrderItem/response OrderItemResponse",
        *(f"Thing/create {name}" for name in FIT),
    ],
)
def test_schemas_that_fit_are_proved(written, target):
    """
    Aliases, enumerations, validators, strictness, computed fields and odd names mislead nobody.
    """
    proof = written.proof(CHECK, target)

    assert (proof.violations, proof.status) == ((), "proved")
    assert proof.seen[0].endswith("fields fit")


def test_a_violation_points_at_the_line_of_the_field(written):
    """
    The field is looked for in the class that defines it.
    """
    (violation,) = written.proof(CHECK, "Thing/create LongName").violations

    line = violation.location.file.read_text().splitlines()[violation.location.line - 1]
    assert line.strip() == WRITTEN["LongName"][0]


@pytest.mark.parametrize("check", [CHECK, "alignment/takes-what-fits"])
def test_a_column_that_is_only_in_the_model_is_not_called_a_fit(tmp_path, bench, check):
    """
    Where there is no column to set a field beside, nothing was proved.
    """
    tables = TABLES.replace("note text,", "")
    source = SCHEMAS + declared({}, "ThingCreate", "create")
    folder = miniature(tmp_path, models=MODELS, schemas=source, revisions=[tables])

    proof = bench(folder).proof(check, "Thing/create ThingCreate")

    assert (proof.status, proof.violations, proof.seen) == ("skipped", (), ())
    assert "the migrations make no column things.note" in proof.skipped


@pytest.mark.parametrize("word", ["user", "current", "it''s (new)"])
def test_a_default_that_reads_like_sql_is_a_text_all_the_same(tmp_path, bench, word):
    """
    USER is another one for each session, 'user' is not.
    """
    tables = TABLES.replace("'new'", f"'{word}'")
    ours = 'status: Literal["old"] = "old"'
    source = SCHEMAS + declared({"OtherDefault": ours}, "ThingCreate", "create")
    folder = miniature(tmp_path, models=MODELS, schemas=source, revisions=[tables])

    (violation,) = bench(folder).proof(CHECK, "Thing/create OtherDefault").violations

    assert violation.where == "OtherDefault.status"
    assert "the default of things.status is another one" in violation.found
