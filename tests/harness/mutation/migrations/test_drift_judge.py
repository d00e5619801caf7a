"""
What leaves the catalogue as it was is equivalent only if it is an expression written anew.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from schemaproof.mutation.migrations.judge import NORMALISED, DriftJudge, drift_judge
from schemaproof.mutation.mutant import Mutant
from tests.harness.miniature import miniature

MODELS = """
    class Base(DeclarativeBase):
        pass

    class Author(Base):
        __tablename__ = "authors"
        id: Mapped[int] = mapped_column(primary_key=True)
        height: Mapped[int] = mapped_column(CheckConstraint("height > 0", name="ck_height"))
"""
TABLES = """
    CREATE TABLE authors (
        id serial PRIMARY KEY, height int NOT NULL CONSTRAINT ck_height CHECK (height > 0)
    )
"""


@pytest.fixture
def judge(tmp_path, bench) -> Iterator[DriftJudge]:
    """
    A judge of mutants of one table; its database goes with the test.
    """
    subject = bench(miniature(tmp_path, models=MODELS, revisions=[TABLES])).subject
    with drift_judge(subject) as lent:
        yield lent


def check(demand: str, *, is_respelt: bool) -> Mutant:
    sql = f"""
        ALTER TABLE authors DROP CONSTRAINT ck_height;
        ALTER TABLE authors ADD CONSTRAINT ck_height CHECK ({demand})
    """
    return Mutant(where="authors.ck_height", detail=demand, sql=sql, is_respelt=is_respelt)


@pytest.mark.parametrize(
    ("mutant", "fate"),
    [
        pytest.param(check("height > 1", is_respelt=True), "killed", id="another number"),
        pytest.param(check("(height) > (0)", is_respelt=True), "equivalent", id="more brackets"),
        pytest.param(check("height > 0", is_respelt=False), "survived", id="no trace"),
        pytest.param(check("height >", is_respelt=True), "refused", id="no SQL"),
    ],
)
def test_the_fate_of_a_mutant(judge, mutant, fate):
    judged = judge.judge(mutant)

    assert judged.fate == fate
    assert (judged.why == NORMALISED) is (fate == "equivalent")


def test_one_mutant_leaves_nothing_to_the_next(judge):
    """
    The database is rolled back, also after what the server refused.
    """
    nothing = Mutant(where="", detail="", sql="SELECT 1", is_respelt=True)
    mutants = [
        check("height > 1", is_respelt=True),
        nothing,
        check("nonsense", is_respelt=True),
        nothing,
    ]

    fates = [judge.judge(mutant).fate for mutant in mutants]

    assert fates == ["killed", "equivalent", "refused", "equivalent"]
