"""
What an index is there for is noticed by who plans the registered queries.
"""

from __future__ import annotations

import pytest

from schemaproof.mutation import Choice, mutate
from schemaproof.project import Project
from schemaproof.runner import Order
from tests.harness.miniature import Step, miniature

MODELS = """
    class Base(DeclarativeBase):
        pass

    class Book(Base):
        __tablename__ = "books"
        id: Mapped[int] = mapped_column(primary_key=True)
        shelf: Mapped[str]
        made_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True))
        __table_args__ = (Index("ix_shelf", "shelf", "made_at"),)
"""
UP = """
    CREATE TABLE books (
        id serial PRIMARY KEY, shelf varchar NOT NULL, made_at timestamptz NOT NULL
    );
    CREATE INDEX ix_shelf ON books (shelf, made_at)
"""
QUERIES = """
QUERIES = [
    Query(
        name="a shelf, newest first",
        statement="SELECT * FROM books WHERE shelf = 'x' ORDER BY made_at DESC LIMIT 10",
        index="ix_shelf", condition=("shelf",), is_ordered=True, sizes=(1e6,),
    ),
]
"""


@pytest.fixture(scope="module")
def killers(tmp_path_factory):
    root = miniature(
        tmp_path_factory.mktemp("shelves"),
        models="import datetime\n" + MODELS.replace("\n    ", "\n"),
        revisions=[Step(up=UP, down="DROP TABLE books")],
        queries=QUERIES,
    )
    choice = Choice(sides=("alike",), only=("index",))
    found = mutate(Project.load(root), Order(jobs=2), choice)
    return {one.mutant.detail: one.by for one in found.made}


@pytest.mark.parametrize(
    "detail",
    [
        "is gone",
        "shelf is left out",
        "made_at is left out",
        "btree becomes brin",
        "made_at becomes made_at NULLS FIRST",
        "its keys are turned round",
        "only WHERE (shelf IS NULL)",
    ],
)
def test_an_index_that_serves_no_longer_is_noticed(killers, detail):
    """
    A query is planned without it, or with a sort that it spared.
    """
    found = {key: by for key, by in killers.items() if key.startswith(detail)}

    assert found
    assert all((by or "").startswith("indexes/") for by in found.values())


def test_an_order_that_serves_as_well_survives(killers):
    """
    A B-tree is read from either end.
    """
    assert killers["made_at becomes made_at DESC"] is None
