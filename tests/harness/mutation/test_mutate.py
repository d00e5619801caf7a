"""
`mutate` finds what no check notices, and says what became of the rest.
"""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from schemaproof.mutation import (
    SIDES,
    Choice,
    ControlFailed,
    Judged,
    Mutant,
    Score,
    UnknownOperator,
    mutate,
    print_score,
    to_json,
)
from schemaproof.mutation.run import NothingToBreak
from schemaproof.project import Project
from schemaproof.runner import Order
from tests.harness.miniature import NO_MODELS, Step, miniature

MODELS = """
    class Base(DeclarativeBase):
        pass

    class Author(Base):
        __tablename__ = "authors"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str] = mapped_column(Text, CheckConstraint("name <> ''", name="ck_name"))
        height: Mapped[int] = mapped_column(comment="in cm")
        __table_args__ = (Index("ix_name", "name"),)
"""
UP = """
    CREATE TABLE authors (
        id serial PRIMARY KEY,
        name text NOT NULL CONSTRAINT ck_name CHECK (name <> ''),
        height int NOT NULL
    );
    COMMENT ON COLUMN authors.height IS 'in cm';
    CREATE INDEX ix_name ON authors (name)
"""
HISTORY = [Step(up=UP, down="DROP TABLE authors")]
DRIFT = "drift/models-match-migrations"


def score(root: Path, *only: str, skip: tuple[str, ...] = ()) -> Score:
    choice = Choice(sides=("migrations",), only=only, skip=skip)
    return mutate(Project.load(root), Order(jobs=2), choice)


def test_what_only_the_migrations_lose_is_drift(tmp_path):
    """
    Every mutant of a schema that its models declare is killed by the one check.
    """
    found = score(miniature(tmp_path, models=MODELS, revisions=HISTORY))

    assert found.of("survived") == ()
    # 18 takes some that older servers do not know.
    assert len(found.of("killed")) > 35
    assert found.by_check == {DRIFT: len(found.made)}
    assert found.percent == 100


def test_what_nobody_notices_survives(tmp_path):
    """
    A waiver hides the loss of the index: that mutant survives, the others do not.
    """
    root = miniature(tmp_path, models=MODELS, revisions=HISTORY, waivers=[(DRIFT, "ix_name")])

    found = score(root, "index")

    told = [(one.mutant.operator, one.mutant.where) for one in found.of("survived")]
    assert told == [("index/drop", "ix_name")]
    assert len(found.of("killed")) == len(found.made) - 1 > 0


def test_alembics_own_table_is_left_alone(tmp_path):
    found = score(miniature(tmp_path, models=MODELS, revisions=HISTORY), "table", "column")

    assert {one.mutant.where.partition(".")[0] for one in found.made} == {"authors"}


def test_what_a_new_database_has_is_no_promise_of_the_project(tmp_path):
    """
    The schema ``public`` is PostgreSQL's, and a project without tables has nothing to break.
    """
    with pytest.raises(NothingToBreak):
        score(miniature(tmp_path, revisions=[Step(up="SELECT 1")]))


def test_what_the_project_makes_of_public_is_its_promise(tmp_path):
    """
    What it revokes there can be granted again.
    """
    revoke = "REVOKE USAGE ON SCHEMA public FROM PUBLIC"
    models = f"{NO_MODELS}\nevent.listen(Base.metadata, 'after_create', DDL('{revoke}'))\n"
    root = miniature(tmp_path, models=models, revisions=[Step(up=revoke)])

    found = score(root, "privileges", "comment")

    assert {one.mutant.where for one in found.of("killed")} == {"public"}


def test_a_schema_that_is_not_proved_is_not_broken_further(tmp_path):
    """
    The control: what fires on the original says nothing of a mutant.
    """
    root = miniature(tmp_path, models=MODELS, revisions=["CREATE TABLE books (id int)"])

    with pytest.raises(ControlFailed, match=f"found {DRIFT}: authors: .*run 'schemaproof verify'"):
        score(root)


def test_a_history_that_fails_is_not_broken_further(tmp_path):
    with pytest.raises(ControlFailed, match=r"blocked by history/upgrade-from-empty.*nonsense"):
        score(miniature(tmp_path, models=MODELS, revisions=["nonsense"]))


def test_operators_that_find_nothing_are_not_a_score_of_a_hundred(tmp_path):
    with pytest.raises(NothingToBreak, match="needs at least one mutant"):
        score(miniature(tmp_path, models=MODELS, revisions=HISTORY), "policy")


KNOWN = {
    "index/drop": ("migrations", "alike"),
    "check/drop": ("migrations", "alike"),
    "schema/field": ("schemas",),
}


class TestChoice:
    def test_a_family_or_an_operator(self, tmp_path):
        root = miniature(tmp_path, models=MODELS, revisions=HISTORY)

        found = score(root, "check", "index/drop", skip=("check/drop",))

        made = {one.mutant.operator for one in found.made}
        assert {"check/expression", "index/drop"} <= made
        assert not made & {"check/drop", "index/order"}

    def test_an_unknown_name_is_told_with_the_nearest(self):
        with pytest.raises(UnknownOperator, match=r"found 'indx'.*meant: index.*families are"):
            Choice(only=("indx",)).check(KNOWN)

    @pytest.mark.parametrize(
        ("sides", "only", "told"),
        [
            pytest.param(("migrations",), "schema", "for schemas: add --side schemas", id="family"),
            pytest.param(("schemas",), "check/drop", "alike and migrations", id="operator"),
        ],
    )
    def test_what_is_for_another_side_is_told_with_that_side(self, sides, only, told):
        with pytest.raises(UnknownOperator, match=told):
            Choice(sides=sides, only=(only,)).check(KNOWN)

    def test_what_is_for_one_of_the_sides_is_taken(self):
        Choice(sides=("migrations", "schemas"), only=("schema", "index")).check(KNOWN)

    def test_nothing_left_is_refused(self):
        with pytest.raises(UnknownOperator, match=r"needs at least one operator"):
            Choice(skip=("index",)).check({"index/drop": SIDES})


def test_survivors_come_with_the_claims_that_could_not_see_them(tmp_path):
    """
    No search finds a row that this condition takes: whoever needs one is skipped, as in `verify`.
    """
    condition = "md5(name) = 'd41d8cd98f00b204e9800998ecf8427f'"
    models = MODELS.replace("name <> ''", condition)
    up = UP.replace("name <> ''", condition)
    root = miniature(tmp_path, models=models, revisions=[Step(up=up, down="DROP TABLE authors")])
    choice = Choice(sides=("alike",), only=("check/drop",))
    console = Console(record=True, file=io.StringIO(), width=200)

    found = mutate(Project.load(root), Order(jobs=2), choice)
    print_score(found, console)

    assert found.untried > 0
    told = f"skipped on the schema as it is, which notice nothing: {found.untried}; run"
    assert told in console.export_text()


def test_json_has_this_shape():
    judged = [
        ("a", "killed", DRIFT, None),
        ("b", "survived", None, None),
        ("c", "equivalent", None, "it reads the same"),
        ("d", "refused", None, "syntax error"),
    ]
    mutants = [
        Judged(
            mutant=Mutant(operator="check/drop", where=where, detail="is gone", sql="SELECT 1"),
            fate=fate,
            by=by,
            why=why,
        )
        for where, fate, by, why in judged
    ]

    document = json.loads(to_json(Score(judged=tuple(mutants), environment={}, elapsed_s=1.0)))

    named = {"operator": "check/drop", "detail": "is gone"}
    assert document["version"] == 1
    assert (document["made"], document["killed"]) == (3, 1)
    assert document["survived"] == [{**named, "where": "b"}]
    assert document["equivalent"] == [{**named, "where": "c", "why": "it reads the same"}]
    assert document["by_check"] == {DRIFT: 1}
    (line,) = document["operators"]
    counts = [line[key] for key in ("made", "killed", "equivalent", "survived")]
    assert counts == [3, 1, 1, 1]
