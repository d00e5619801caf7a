"""data/outside-schema: values in live rows that the schema which reads them refuses."""

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from tests.harness.checks.live import live
from tests.harness.miniature import miniature

CHECK = "data/outside-schema"

MODELS = """
class Base(DeclarativeBase):
    pass

class Thing(Base):
    __tablename__ = "things"
    id: Mapped[int] = mapped_column(primary_key=True)
    mood: Mapped[str] = mapped_column(Text)
    level: Mapped[int | None]
    name: Mapped[str | None] = mapped_column(Text)
    shade: Mapped[str | None] = mapped_column(Text)
    price: Mapped[float | None] = mapped_column(Numeric(10, 2))
    note: Mapped[str | None] = mapped_column('N"o%te', Text)
    body: Mapped[dict | None] = mapped_column(JSON)
"""
SCHEMAS = """
class Shade(Enum):
    light = "light"
    dark = "dark"

class ThingResponse(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    id: int
    mood: Literal["sad", "glad"]
    level: Optional[Annotated[int, Field(ge=0, lt=100)]]
    name: Optional[Annotated[str, Field(min_length=2, max_length=5)]]
    shade: Optional[Shade]
    price: Optional[Annotated[Decimal, Field(gt=0)]]
    note: Optional[str]
    body: Optional[dict]

    @field_validator("shade", mode="before")
    def lower(cls, value):
        return value.lower() if isinstance(value, str) else value

class ThingRequest(BaseModel):
    mood: Literal["sad"]

class Strict(ThingResponse):
    note: str
    body: dict

ALIGNMENTS = [
    (models.Thing, ThingResponse, "response"),
    (models.Thing, ThingRequest, "create"),
    (models.Thing, Strict, "response"),
]
"""
TABLES = """
CREATE TABLE things (
    id int PRIMARY KEY, mood text NOT NULL, level int, name text, shade text, price numeric(10, 2),
    "N""o%te" text, body json
)
"""
GOOD = """
INSERT INTO things VALUES
    (1, 'sad', 0, 'ab', 'dark', 0.01, '', '{}'), (2, 'glad', 99, 'abcde', 'LIGHT', NULL, NULL, NULL)
"""
BAD = """
INSERT INTO things VALUES
    (3, 'SECRET mood', 100, 'a', 'grey', 0, NULL, NULL),
    (4, 'glad', -1, 'abcdef', NULL, NULL, NULL, NULL),
    (5, 'SECRET mood', 5, 'äöü€😀', 'light', 1, 'x', '[]')
"""
RESPONSE, STRICT = "Thing/response ThingResponse", "Thing/response Strict"


@pytest.fixture(scope="module")
def shop(tmp_path_factory, bench_for_module):
    """A project whose schemas say more than its table."""
    folder = tmp_path_factory.mktemp("things")
    return bench_for_module(miniature(folder, models=MODELS, schemas=SCHEMAS, revisions=[TABLES]))


def unreadable(there, name):
    """The keys of the rows that the class really cannot read, by field."""
    alignment = there.bench.subject.alignments[name]
    engine = create_engine(there.database.url)
    found = {}
    with Session(engine) as session:
        for row in session.query(alignment.model):
            try:
                alignment.schema.model_validate(row)
            except ValueError as error:
                for one in error.errors():
                    found.setdefault(one["loc"][0], set()).add(str(row.id))
    engine.dispose()
    return found


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        pytest.param(RESPONSE, (GOOD,), id="values that it takes"),
        pytest.param(RESPONSE, (GOOD, BAD), id="values that it refuses"),
        pytest.param(STRICT, (GOOD, BAD), id="NULL, and more"),
    ],
)
def test_what_is_said_of_each_field_is_what_the_class_does_with_each_row(shop, name, rows):
    """
    Literals, enumerations, bounds, lengths and NULL; a validator may take more than is described.
    """
    with live(shop, "r1", *rows) as there:
        said = there.said(CHECK, responding=shop.subject.alignments[name])
        expected = unreadable(there, name)

    found = {
        one.where.partition(".")[2]: set(one.found.partition("refuses: ")[2].split(", "))
        for one in said.violations
    }
    # A list in a JSON column is no matter of what the column's description can say.
    expected.pop("body", None) if name == RESPONSE else expected["body"].discard("5")
    assert found == expected
    assert not said.skipped


def test_no_value_is_told(shop):
    """
    Keys and numbers alone: what a row holds is nobody's business.
    """
    with live(shop, "r1", GOOD, BAD) as there:
        said = there.said(CHECK, responding=shop.subject.alignments[RESPONSE])

    assert said.found[0] == "2 rows hold 1 value of things.mood that it refuses: 3, 5"
    assert "SECRET" not in repr(said.violations)


def test_more_values_than_are_offered_are_said_to_be_more(shop):
    """
    Fifty different values are offered to the class.
    """
    many = "INSERT INTO things SELECT n, 'mood ' || n FROM generate_series(1, 80) AS n"
    with live(shop, "r1", many) as there:
        said = there.said(CHECK, responding=shop.subject.alignments[RESPONSE])

    assert said.found[0].startswith(
        "at least 50 rows hold at least 50 values of things.mood that it refuses: 1,"
    )


def test_a_table_that_is_not_there_is_not_called_proved(shop):
    """
    A database at an earlier revision may lack it.
    """
    with live(shop, None) as there:
        said = there.said(CHECK, responding=shop.subject.alignments[RESPONSE])

    assert said.skipped == ["its class has no table of its own in this database"]
    assert not said.violations
