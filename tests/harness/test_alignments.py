"""
Which schema stands for which table is read in any form, or all that is wrong with it is told.
"""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace
from typing import ClassVar

import pytest
from pydantic import BaseModel
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from schemaproof.alignment import read_alignments
from schemaproof.cli import main
from schemaproof.configuration import BadConfiguration
from tests.harness.miniature import miniature

SETTING = "schemas = 's:A'"


class Base(DeclarativeBase):
    metadata = MetaData()


class Thing(Base):
    __tablename__ = "things"
    id: Mapped[int] = mapped_column(primary_key=True)


class Shown(BaseModel):
    id: int


class OfPydantic1:
    __fields__: ClassVar = {}


GOOD = {"model": Thing, "schema": Shown, "role": "response"}


def read(found):
    return read_alignments(found, SETTING, Base.registry.mappers)


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(SimpleNamespace(**GOOD, note="more"), id="object"),
        pytest.param(GOOD | {"note": "more"}, id="mapping"),
        pytest.param((Thing, Shown, "response"), id="tuple"),
    ],
)
def test_an_entry_may_have_any_form(entry):
    """
    Whatever has a model, a schema and a role is an alignment.
    """
    (alignment,) = read(iter([entry]))

    assert (alignment.model, alignment.schema, alignment.role) == (Thing, Shown, "response")
    assert str(alignment) == "Thing/response Shown"


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        pytest.param({}, "model, schema, role is missing", id="nothing"),
        pytest.param(3, "needs model, schema, role; found 3", id="a number"),
        pytest.param((Thing, Shown), "needs model, schema, role; found (<class", id="a pair"),
        pytest.param({"model": Thing, "role": "create"}, "schema is missing", id="no schema"),
        pytest.param(GOOD | {"model": Shown}, "model must be a mapped class", id="not mapped"),
        pytest.param(GOOD | {"model": "Thing"}, "metadata, not 'Thing'", id="a name"),
        pytest.param(GOOD | {"schema": Thing}, "must be a class of Pydantic 2", id="swapped"),
        pytest.param(GOOD | {"schema": OfPydantic1}, "of Pydantic 2, not", id="Pydantic 1"),
        pytest.param(GOOD | {"schema": Shown(id=1)}, "of Pydantic 2, not Shown", id="an instance"),
        pytest.param(GOOD | {"role": "read"}, "create, update, response, not 'read'", id="role"),
        pytest.param(GOOD | {"role": ["create"]}, "not ['create']", id="a list of roles"),
    ],
)
def test_a_malformed_entry_is_told(entry, told):
    """
    With its number, from one, and what it needs.
    """
    with pytest.raises(BadConfiguration) as caught:
        read([GOOD, entry])

    assert str(caught.value).startswith(f"{SETTING}: entry 2: ")
    assert told in str(caught.value)


def test_every_mistake_is_told_at_once():
    """
    Whoever mends one need not run again to learn of the next.
    """
    with pytest.raises(BadConfiguration) as caught:
        read([{}, GOOD | {"role": "x", "model": None}, GOOD, GOOD])

    told = str(caught.value)
    assert "entry 1: model, schema, role is missing" in told
    assert "entry 2: model must be a mapped class" in told
    assert "entry 2: role must be one of" in told
    assert "entry 4: the same as entry 3" in told


@pytest.mark.parametrize("found", [None, 3, "things", GOOD, Thing], ids=repr)
def test_what_is_no_iterable_is_told(found):
    """
    A lone entry is no list of entries.
    """
    with pytest.raises(BadConfiguration, match="must name an iterable of alignments; found"):
        read(found)


MODELS = """
class Base(DeclarativeBase):
    pass

class Thing(Base):
    __tablename__ = "things"
    id: Mapped[int] = mapped_column(primary_key=True)
"""


@pytest.mark.parametrize(
    ("schemas", "told"),
    [
        pytest.param(
            "ALIGNMENTS = [(models.Thing, models.Thing, 'x')]", "entry 1: schema", id="bad"
        ),
        pytest.param("1 / 0", "cannot be imported: ZeroDivisionError", id="raises"),
        pytest.param("", "names nothing", id="nothing"),
    ],
)
def test_a_bad_declaration_ends_the_run_with_a_sentence(tmp_path, capsys, schemas, told):
    """
    It is nobody's violation: the exit status is 2.
    """
    miniature(tmp_path, models=MODELS, schemas=schemas, revisions=["CREATE TABLE things (id int)"])

    status = main(["verify", str(tmp_path), "--only", "alignment"])

    assert status == 2
    assert told in capsys.readouterr().err


def test_a_project_without_schemas_does_not_import_pydantic(tmp_path):
    """
    Whoever has no Pydantic is asked for none, whatever checks are run.
    """
    folder = miniature(tmp_path, models=MODELS, revisions=["CREATE TABLE things (id int)"])
    program = (
        "import sys; sys.modules['pydantic'] = sys.modules['pydantic_core'] = None\n"
        "from schemaproof.cli import main\n"
        f"main(['verify', {str(folder)!r}, '--only', 'indexes', '--only', 'alignment',"
        " '--only', 'history/single-head'])\n"
    )

    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )

    assert "PROVED" in ended.stdout, ended.stderr
