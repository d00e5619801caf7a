"""
The reference and the how-to of the harness: complete, and their examples work.
"""

import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

import schemaproof.pytest_plugin as plugin
from schemaproof import configuration
from schemaproof.checks import Location, Violation, all_checks
from schemaproof.cli import commands
from schemaproof.project import Project
from schemaproof.report import Claim, NotCovered, Proof, Report, to_json
from schemaproof.workload import read_workload
from tests import docs_pages
from tests.docs_pages import ROOT, Block

REFERENCE = (ROOT / "docs" / "REFERENCE.md").read_text("utf-8")
PYTHON = docs_pages.blocks("python", page="docs/ADOPT.md")
WORKLOADS = [block for block in PYTHON if "QUERIES" in block.text]
EXAMPLES = [block for block in PYTHON if block not in WORKLOADS]
CONFIGURATIONS = docs_pages.blocks("toml", page="docs/ADOPT.md")


def told(name: str) -> bool:
    """Whether the reference has the word in a code span."""
    return (
        re.search(rf"`[^`\n]*(?<![\w-]){re.escape(name)}(?![\w-])[^`\n]*`", REFERENCE) is not None
    )


@pytest.mark.parametrize("name", sorted(commands.commands))
def test_every_command_and_option_is_told(name: str):
    """The reference names each sub-command and each of its options."""
    command = commands.commands[name]
    options = [param.opts[-1] for param in command.params if isinstance(param, click.Option)]

    assert [word for word in (f"schemaproof {name}", *options) if not told(word)] == []


def test_every_configuration_key_is_told():
    """The reference names each key of the configuration and of a waiver."""
    keys = {*configuration.REQUIRED, *configuration.OPTIONAL, *configuration.WAIVER, "until"}

    assert [key for key in sorted(keys) if not told(key)] == []


def test_every_fixture_and_option_of_pytest_is_told(pytestconfig: pytest.Config):
    """The reference names each public fixture of the plugin and each option it adds."""
    names = [
        name
        for name, value in vars(plugin).items()
        if is_fixture(value) and not name.startswith("_")
    ]
    options = re.findall(r'addoption\(\s*"(--[\w-]+)"', inspect.getsource(plugin))

    assert len(names) >= 8
    assert options
    assert [
        name for name in (*names, *options) if not name.startswith("_") and not told(name)
    ] == []


def is_fixture(value: object) -> bool:
    return type(value).__name__ == "FixtureFunctionDefinition"


def test_every_environment_variable_is_told():
    """The reference names each environment variable that the package reads."""
    sources = (ROOT / "schemaproof").rglob("*.py")
    named = {
        name for file in sources for name in re.findall(r"_?SCHEMAPROOF_[A-Z_]+", file.read_text())
    }

    assert named
    assert [name for name in sorted(named) if not told(name)] == []


def test_every_field_of_the_json_is_told():
    """The reference names each field of the JSON document."""
    check = all_checks()[0]
    violation = Violation(
        where="a", found="b", because="c", fix="d", location=Location(file=ROOT / "e", line=1)
    )
    proof = Proof(claim=Claim(check=check), violations=(violation,), waivers=(None,))
    document = Report(
        proofs=(proof,),
        not_covered=(NotCovered(where="f", why="g"),),
        environment=dict.fromkeys(("alembic", "postgresql", "python", "sqlalchemy"), "1"),
    )

    names = {*keys_of(json.loads(to_json(document, root=ROOT)))}

    assert {"version", "claims", "fingerprint", "line"} <= names
    assert [name for name in sorted(names) if not told(name)] == []


def keys_of(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        value = [*value.values()]
    for part in value if isinstance(value, list) else []:
        yield from keys_of(part)


@pytest.mark.parametrize("block", CONFIGURATIONS, ids=str)
def test_configuration_example_loads(block: Block, tmp_path: Path):
    """Each example of a configuration is taken by the program as it stands."""
    (tmp_path / "pyproject.toml").write_text(block.text)
    (tmp_path / "alembic.ini").touch()

    project = Project.load(tmp_path)

    assert project.metadata_name == "shop.models:Base.metadata"
    assert len(project.waivers) == block.text.count("waivers]]")


@pytest.mark.parametrize("block", WORKLOADS, ids=str)
def test_workload_example_is_read(block: Block):
    """The queries of the how-to are taken by the program as they stand."""
    names: dict[str, Any] = {}
    exec(compile(block.text, block.page, "exec"), names)  # noqa: S102 - our page

    workload = read_workload(names["QUERIES"], "queries")

    assert workload.queries
    assert workload.population is not None
    assert workload.population.at(1e9)


@pytest.mark.parametrize("block", EXAMPLES, ids=str)
def test_pytest_example_passes(block: Block, request: pytest.FixtureRequest):
    """The tests of the how-to pass, with the fixtures that they ask for."""
    names: dict[str, Any] = {}
    exec(compile(block.text, block.page, "exec"), names)  # noqa: S102 - our page

    tests = [value for name, value in names.items() if name.startswith("test_")]

    assert len(tests) >= 2
    for test in tests:
        test(*(request.getfixturevalue(name) for name in inspect.signature(test).parameters))
