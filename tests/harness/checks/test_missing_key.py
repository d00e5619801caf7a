"""
A key that only the models have is told by those checks whose violation it is, and by no other.
"""

import pytest

from tests.harness.miniature import miniature

MODELS = """
class Base(DeclarativeBase):
    pass

class Parent(Base):
    __tablename__ = "parents"
    id: Mapped[int] = mapped_column(primary_key=True)

class Child(Base):
    __tablename__ = "children"
    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int] = mapped_column(ForeignKey("parents.id", name="fk_parent"))
"""
TABLES = """
CREATE TABLE parents (id serial PRIMARY KEY);
CREATE TABLE children (id serial PRIMARY KEY, parent_id int NOT NULL);
"""
TELLING = ("on-delete-behaves", "orphan-insert-rejected")
SILENT = ("fk-type-mismatch", "nullable-composite-fk", "set-null-on-not-null")


@pytest.fixture(scope="module")
def project(tmp_path_factory, bench_for_module):
    """
    A project whose migrations forget the key.
    """
    folder = tmp_path_factory.mktemp("forgetful")
    return bench_for_module(miniature(folder, models=MODELS, revisions=[TABLES]))


@pytest.mark.parametrize("name", TELLING)
def test_who_relies_on_the_key_reports_that_it_is_missing(project, name):
    """
    The fix is the revision that makes it.
    """
    (violation,) = project.proof(f"references/{name}", "children.parent_id").violations

    assert violation.fix == "Add a revision that makes fk_parent."


@pytest.mark.parametrize("name", SILENT)
def test_who_has_nothing_to_look_at_says_who_tells(project, name):
    """
    It is skipped: nothing was proved of a key that is not there.
    """
    proof = project.proof(f"references/{name}", "children.parent_id")

    assert (proof.status, proof.violations) == ("skipped", ())
    assert proof.skipped.endswith("see references/on-delete-behaves")
