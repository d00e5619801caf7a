"""
What a report is about is looked up where somebody wants to see it, and nowhere else.
"""

from __future__ import annotations

import pytest

from schemaproof.background import place_of
from schemaproof.catalog import QualifiedName
from schemaproof.project import Project
from schemaproof.runner import Order, verify
from schemaproof.selection import Selection
from tests.harness.miniature import Step, miniature

MODELS = """
    class Base(DeclarativeBase):
        pass

    class Parent(Base):
        __tablename__ = "parents"
        id: Mapped[int] = mapped_column(primary_key=True)
        children: Mapped[list["Child"]] = relationship(back_populates="parent")

    class Child(Base):
        __tablename__ = "children"
        id: Mapped[int] = mapped_column(primary_key=True)
        parent_id: Mapped[int | None] = mapped_column(ForeignKey("parents.id"), index=True)
        parent: Mapped["Parent"] = relationship(back_populates="children")
"""
UP = """
    CREATE TABLE parents (id serial PRIMARY KEY);
    CREATE TABLE children (id serial PRIMARY KEY, parent_id int REFERENCES parents);
    CREATE INDEX ix_children_parent_id ON children (parent_id)
"""
ONLY = (
    "references",
    "constraints/not-null-refuses",
    "indexes/invalid-index",
    "history/single-head",
)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory):
    """
    What is said of two tables, with what it is about.
    """
    folder = tmp_path_factory.mktemp("two") / "shop"
    folder.mkdir()
    miniature(
        folder,
        models=MODELS,
        revisions=[Step(up=UP, down="DROP TABLE children; DROP TABLE parents")],
    )
    order = Order(selection=Selection(only=ONLY), is_pictured=True, jobs=2)
    return verify(Project.load(folder), order)


@pytest.mark.parametrize(
    ("claim", "table", "kind", "identity"),
    [
        ("references/fk-without-index[children.parent_id]", "children", "foreign key", None),
        ("references/blast-radius[parents]", "parents", "table", "public.parents"),
        ("references/unpaired-relationship[Child.parent]", "children", "relationship", None),
        ("constraints/not-null-refuses[parents.id]", "parents", "column", "public.parents.id"),
        ("indexes/invalid-index[ix_children_parent_id]", "children", "index", None),
    ],
)  # fmt: skip
def test_claims_are_placed_in_the_catalogue(report, claim, table, kind, identity):
    place = report.background.places[claim]

    assert (place.table, place.kind) == (QualifiedName("public", table), kind)
    assert identity in (None, place.identity)


def test_an_object_of_a_claim_is_that_of_the_catalogue(report):
    """
    A key's place is by the name under which the catalogue has it.
    """
    known = {each.key for each in report.background.catalog}
    places = report.background.places.values()
    found = {
        (one.kind, one.identity) for one in places if one.kind not in ("relationship", "table")
    }

    assert found
    assert found <= known


def test_a_claim_about_the_whole_is_nowhere(report):
    assert "history/single-head" not in report.background.places
    assert place_of(None) is None
    assert place_of("r1") is None


def test_the_project_and_its_history_are_told(report):
    background = report.background

    assert background.name == "shop"
    assert background.command == "schemaproof verify"
    assert [revision.id for revision in background.revisions] == ["r1"]
    assert background.growths == ()
    assert background.checklist is None


def test_without_a_page_nothing_is_looked_up(tmp_path):
    folder = miniature(tmp_path, models=MODELS, revisions=[Step(up=UP)])

    report = verify(
        Project.load(folder), Order(selection=Selection(only=("references/fk-type-mismatch",)))
    )

    assert report.background is None
