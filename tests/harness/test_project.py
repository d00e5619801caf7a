"""
A configuration is read, or all that is wrong with it is told at once.
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import pytest

from schemaproof.configuration import BadConfiguration, NoProject
from schemaproof.loading import ModelsBroken
from schemaproof.project import Project

GOOD = 'metadata = "{module}:Base.metadata"\nalembic = "alembic.ini"\n'

MODELS = """
from sqlalchemy.orm import DeclarativeBase
class Base(DeclarativeBase): pass
"""


@pytest.fixture
def write(tmp_path, monkeypatch):
    """
    A function that writes a project: its configuration, its models, an empty ``alembic.ini``.
    """
    module = f"models_of_{tmp_path.name}"
    monkeypatch.setattr(sys, "path", [*sys.path])

    def project(table: str = GOOD, models: str = MODELS) -> Path:
        (tmp_path / "alembic.ini").touch()
        (tmp_path / f"{module}.py").write_text(models)
        text = f"[tool.schemaproof]\n{table.format(module=module)}"
        (tmp_path / "pyproject.toml").write_text(text)
        return tmp_path

    yield project
    sys.modules.pop(module, None)


@pytest.mark.parametrize("named", ["folder", "file"])
def test_a_good_configuration_is_read(named, write):
    root = write(
        GOOD
        + 'url_env = ["A", "B"]\nqueries = "q:Q"\ndeployed = "r1"\n'
        + 'alembic_section = "second"\nx_args = ["a=b"]\n'
        + 'bootstrap = "b:make"\nenv_context = "app:create"\n'
        + "traffic_rows = 5\nstall_budget_ms = 6\nlock_wait_ms = 7\n[[tool.schemaproof.waivers]]\n"
        + 'check = "a/b"\nwhere = "t"\nreason = "r"\nuntil = 2030-01-31\n'
        + '[[tool.schemaproof.hints]]\ntable = "s.t"\nvalues.a = "1"\nbreaks = "c"\n'
        + '[[tool.schemaproof.hints]]\ntable = "t"\nvalues.b = ""\n'
        + '[[tool.schemaproof.invariants]]\nname = "n"\nsql = "SELECT 1"\nbecause = "b"\n'
    )

    project = Project.load(root if named == "folder" else root / "pyproject.toml")

    assert project.root == root
    assert project.alembic == root / "alembic.ini"
    assert project.deployed == "r1"
    assert project.url_env == ("A", "B")
    assert (project.queries_name, project.schemas_name) == ("q:Q", None)
    assert (project.bootstrap_name, project.env_context_name) == ("b:make", "app:create")
    assert (project.history.setting.section, project.history.setting.x_arguments) == (
        "second",
        ("a=b",),
    )
    assert (project.traffic_rows, project.stall_budget_ms, project.lock_wait_ms) == (5, 6, 7)
    (waiver,) = project.waivers
    assert (waiver.check, waiver.where, waiver.reason) == ("a/b", "t", "r")
    assert waiver.until == dt.date(2030, 1, 31)
    assert [(hint.table, hint.values, hint.breaks) for hint in project.hints] == [
        ("s.t", {"a": "1"}, "c"),
        ("t", {"b": ""}, None),
    ]
    assert [(one.name, one.sql, one.because) for one in project.invariants] == [
        ("n", "SELECT 1", "b")
    ]


def test_every_mistake_is_told_at_once(write):
    root = write(
        'metadat = "m:B"\nalembic = "none.ini"\nurl_env = "X"\nschemas = "no colon"\nqueries = 3\n'
        "deployed = 4\n"
        'bootstrap = "make"\nx_args = [1]\nalembic_section = 2\nenv_context = "a"\n'
        "traffic_rows = 0\nstall_budget_ms = true\nlock_wait_ms = 1.5\n"
        '[[tool.schemaproof.waivers]]\ncheck = "a/b"\nwhere = " "\nuntil = "soon"\nwhy = "x"\n'
        '[[tool.schemaproof.hints]]\nvalues.a = 1\nbreaks = 2\nwhy = "x"\n'
        '[[tool.schemaproof.invariants]]\nname = "n"\nsql = " "\nwhy = "x"\n'
        '[[tool.schemaproof.invariants]]\nname = "n"\nsql = "SELECT 1"\nbecause = "b"\n'
    )

    with pytest.raises(BadConfiguration) as raised:
        Project.load(root)

    told = str(raised.value)
    for mistake in (
        "'metadata' is missing",
        "'metadat' is unknown (is 'metadata' meant?)",
        "'alembic' names 'none.ini', which is not a file",
        "'url_env' must be a list, not 'X'",
        "'schemas' must look like 'module:attribute', not 'no colon'",
        "'queries' must be a str, not 3",
        "'deployed' must be a str, not 4",
        "'bootstrap' must look like 'module:attribute', not 'make'",
        "'env_context' must look like 'module:attribute', not 'a'",
        "'x_args' must be a list of texts like 'name=value', not [1]",
        "'alembic_section' must be a str, not 2",
        "'traffic_rows' must be greater than 0, not 0",
        "'stall_budget_ms' must be greater than 0, not True",
        "'lock_wait_ms' must be a int, not 1.5",
        "waiver 1: 'where' must be a text",
        "waiver 1: 'reason' must be a text",
        "waiver 1: 'until' must be a date like 2025-06-30, not 'soon'",
        "waiver 1: 'why' is unknown",
        "hint 1: 'table' must be a text",
        "hint 1: 'values' must give columns their values as texts, not {'a': 1}",
        "hint 1: 'breaks' must name a constraint, not 2",
        "hint 1: 'why' is unknown",
        "invariant 1: 'sql' must be a text",
        "invariant 1: 'because' must be a text",
        "invariant 1: 'why' is unknown",
        "2 invariants are named 'n'",
    ):
        assert mistake in told, told
    assert "\n" not in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(None, "found none at", id="no file"),
        pytest.param("[project]\n", r"needs \[tool.schemaproof\]", id="no table"),
        pytest.param("[tool]\nschemaproof = 3\n", "schemaproof", id="no table but a number"),
        pytest.param("tool = 1\n", r"needs \[tool.schemaproof\]", id="tool is no table"),
        pytest.param("[tool.schemaproof\n", "is not valid TOML", id="no TOML"),
        pytest.param(
            '[tool.schemaproof]\nmetadata="m:B"\nalembic="a.ini"\nurl_env=[3]\n',
            "'url_env'",
            id="a number among the variables",
        ),
        pytest.param(
            '[tool.schemaproof]\nmetadata="m:B"\nalembic="a.ini"\nwaivers=["x"]\n',
            "waiver 1: must be a table",
            id="waiver is no table",
        ),
    ],
)
def test_what_is_no_configuration_is_told_so(text, told, tmp_path):
    (tmp_path / "a.ini").touch()
    if text is not None:
        (tmp_path / "pyproject.toml").write_text(text)

    with pytest.raises((NoProject, BadConfiguration), match=told):
        Project.load(tmp_path)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        pytest.param("{module}:Bass", "{module} has no 'Bass'", id="attribute"),
        pytest.param("{module}:Base.meta", "has no 'Base.meta'", id="attribute of attribute"),
        pytest.param("no_such_module:Base", "'no_such_module' cannot be found", id="module"),
        pytest.param("{module}:Base", "must name a sqlalchemy.MetaData; found", id="a class"),
    ],
)
def test_metadata_that_names_nothing_is_a_mistake_in_the_configuration(name, told, write):
    root = write(GOOD.replace("{module}:Base.metadata", name))
    told = told.format(module=f"models_of_{root.name}")

    with pytest.raises(BadConfiguration, match=told.replace("(", r"\(")):
        _ = Project.load(root).metadata


@pytest.mark.parametrize(
    ("models", "told", "line"),
    [
        pytest.param("import sys\n1 / 0\n", "ZeroDivisionError: division", 2, id="raise"),
        pytest.param("import no_such\n", "ModuleNotFoundError: .*no_such", 1, id="import"),
        pytest.param("class A:\n  x = (\n", "SyntaxError: .*never closed", 2, id="syntax"),
    ],
)
def test_models_that_raise_are_the_subjects_fault(models, told, line, write):
    root = write(models=models)

    with pytest.raises(ModelsBroken, match=told) as raised:
        _ = Project.load(root).metadata

    assert raised.value.where == f"models_of_{root.name}"
    assert raised.value.line == line
    assert (raised.value.path is not None) == (line is not None)


def test_models_that_cannot_be_configured_name_their_class(write):
    root = write(
        models=MODELS
        + "from sqlalchemy.orm import Mapped, mapped_column, relationship\n"
        + "class Book(Base):\n    __tablename__ = 'books'\n"
        + "    id: Mapped[int] = mapped_column(primary_key=True)\n"
        + "    author = relationship('Author')\n"
    )

    with pytest.raises(ModelsBroken, match="'Author' failed to locate a name") as raised:
        _ = Project.load(root).mappers

    assert raised.value.where == "Book"
