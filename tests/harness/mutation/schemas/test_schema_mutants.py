"""
Pydantic schemas that are off by a little are noticed by the alignment checks.
"""

from __future__ import annotations

import pytest

from schemaproof.mutation import Choice, Score, mutate
from schemaproof.project import Project
from schemaproof.runner import Order
from tests.harness.miniature import Step, miniature

MODELS = """
    class Base(DeclarativeBase):
        pass

    class Author(Base):
        __tablename__ = "authors"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str] = mapped_column(String(10))
        kind: Mapped[str] = mapped_column(
            Text, CheckConstraint("kind IN ('poet', 'critic')", name="ck_kind")
        )
        note: Mapped[str | None] = mapped_column(String(5))
"""
UP = """
    CREATE TABLE authors (
        id serial PRIMARY KEY,
        name varchar(10) NOT NULL,
        kind text NOT NULL CONSTRAINT ck_kind CHECK (kind IN ('poet', 'critic')),
        note varchar(5)
    )
"""
SCHEMAS = r"""
def storable(value):
    if "\x00" in value or any("\ud800" <= one <= "\udfff" for one in value):
        raise ValueError("not storable")
    return value


class AuthorCreate(BaseModel):
    name: Annotated[str, Field(max_length=10), AfterValidator(storable)]
    kind: Literal["poet", "critic"]
    note: Annotated[str, Field(max_length=5), AfterValidator(storable)] | None = None


class AuthorResponse(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    id: int
    name: str
    kind: Literal["poet", "critic"]
    note: str | None


ALIGNMENTS = [
    (models.Author, AuthorCreate, "create"),
    (models.Author, AuthorResponse, "response"),
]
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Score:
    """
    What became of every mutant of two schemas of one table.
    """
    history = [Step(up=UP, down="DROP TABLE authors")]
    folder = tmp_path_factory.mktemp("authors")
    root = miniature(folder, models=MODELS, schemas=SCHEMAS, revisions=history)
    return mutate(Project.load(root), Order(jobs=2), Choice(sides=("schemas",)))


def killer(found: Score, where: str, detail: str) -> str | None:
    (one,) = (
        one
        for one in found.made
        if one.mutant.where.endswith(where) and one.mutant.detail == detail
    )
    return one.by


@pytest.mark.parametrize(
    ("where", "detail", "by"),
    [
        ("AuthorCreate.name", "max_length 10 becomes 11", "alignment/fields-match"),
        ("AuthorCreate.name", "max_length 10 becomes 9", "alignment/takes-what-fits"),
        ("AuthorCreate.note", "max_length 5 becomes 6", "alignment/fields-match"),
        ("AuthorCreate.name", "takes null", "alignment/fields-match"),
        ("AuthorCreate.name", "is gone", "alignment/fields-match"),
        ("AuthorCreate.kind", "refuses 'poet'", "alignment/takes-what-fits"),
        ("AuthorResponse.kind", "refuses 'critic'", "alignment/fields-match"),
        ("AuthorResponse.note", "refuses null", "alignment/fields-match"),
    ],
)
def test_what_is_off_by_a_little_is_noticed(found, where, detail, by):
    assert killer(found, where, detail) == by


@pytest.mark.parametrize(
    ("where", "detail"),
    [
        pytest.param("AuthorCreate.note", "refuses null", id="what nobody has to be able to say"),
        pytest.param("AuthorResponse.name", "is gone", id="what nobody has to be shown"),
    ],
)
def test_what_a_schema_is_free_to_do_survives(found, where, detail):
    assert killer(found, where, detail) is None


def test_each_mutant_is_a_class_that_can_be_made(found):
    assert found.of("refused") == ()
    assert len(found.made) == len({one.mutant.key for one in found.made}) > 15
