"""
In company a mutant is noticed as it is alone, and by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from schemaproof.mutation.alike.company import companies
from schemaproof.mutation.alike.judge import AlikeJudge, alike_judge
from schemaproof.mutation.mutant import Mutant
from tests.harness.miniature import miniature

TABLE_NAMES = ("apples", "pears", "plums")
MODELS = """
    class Base(DeclarativeBase):
        pass

    class Tree(Base):
        __tablename__ = "trees"
        id: Mapped[int] = mapped_column(primary_key=True)
""" + "".join(
    f"""
    class {name.title()}(Base):
        __tablename__ = "{name}"
        id: Mapped[int] = mapped_column(primary_key=True)
        weight: Mapped[int] = mapped_column(server_default="1")
        tree_id: Mapped[int] = mapped_column(ForeignKey("trees.id", name="fk_{name}"), index=True)
"""
    for name in TABLE_NAMES
)
TABLES = "CREATE TABLE trees (id serial PRIMARY KEY);" + "".join(
    f"""
    CREATE TABLE {name} (
        id serial PRIMARY KEY,
        weight int NOT NULL DEFAULT 1,
        tree_id int NOT NULL CONSTRAINT fk_{name} REFERENCES trees
    );
    CREATE INDEX ix_{name}_tree_id ON {name} (tree_id);
"""
    for name in TABLE_NAMES
)


@pytest.fixture
def judge(tmp_path, bench) -> Iterator[AlikeJudge]:
    """
    A judge of mutants of four tables; its databases go with the test.
    """
    subject = bench(miniature(tmp_path, models=MODELS, revisions=[TABLES])).subject
    with alike_judge(subject, {}) as lent:
        yield lent


def blind(name: str) -> Mutant:
    """
    A key whose triggers are off, under a name that no claim has.
    """
    return Mutant(where=f"key of {name}", detail="", sql=f"ALTER TABLE {name} DISABLE TRIGGER ALL")


def without_default(name: str) -> Mutant:
    sql = f"ALTER TABLE {name} ALTER COLUMN weight DROP DEFAULT"
    return Mutant(where=f"{name}.weight", detail="has no default", sql=sql)


@pytest.mark.parametrize(
    "blinded",
    [
        pytest.param((), id="nobody"),
        pytest.param(("pears",), id="one"),
        pytest.param(("apples", "plums"), id="two"),
    ],
)
def test_who_is_noticed_is_found_among_those_who_are_not(judge, blinded):
    harmless = [without_default(name) for name in TABLE_NAMES]
    noticed = [blind(name) for name in blinded]

    judged = judge.judge_together([*harmless, *noticed])

    assert {one.mutant.where: one.fate for one in judged} == {
        **{one.where: "survived" for one in harmless},
        **{one.where: "killed" for one in noticed},
    }


def test_those_who_do_not_go_together_are_judged_apart(judge):
    """
    The server refuses the second column of a name.
    """
    twice = [
        Mutant(where=where, detail="", sql="ALTER TABLE pears ADD COLUMN more int")
        for where in ("one", "other")
    ]

    judged = judge.judge_together([*twice, blind("plums")])

    assert {one.mutant.where: one.fate for one in judged} == {
        "one": "survived",
        "other": "survived",
        "key of plums": "killed",
    }


def test_companies_do_not_mix_mutants_of_one_object():
    mutants = [Mutant(where=where, detail=str(n), sql="") for n in range(3) for where in "abc"]

    grouped: Sequence[list[Mutant]] = [*companies(mutants)]

    assert sum(map(len, grouped)) == len(mutants)
    assert all(len({one.where for one in group}) == len(group) for group in grouped)


def test_what_is_gone_keeps_to_itself():
    """
    It takes claims with it that would have noticed others.
    """
    gone = Mutant(operator="column/drop", where="a", detail="", sql="")
    others = [Mutant(operator="column/type", where=where, detail="", sql="") for where in "bc"]

    assert [*companies([gone, *others])] == [others, [gone]]
