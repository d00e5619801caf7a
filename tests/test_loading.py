"""
The code can be loaded, in any order and without a warning, and says what it is.
"""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fix_alembic import ROOT

FOLDERS = ("models", "schemas", "migrations")
FILES = [file for folder in FOLDERS for file in sorted((ROOT / folder).rglob("*.py"))]
EACH_FILE = pytest.mark.parametrize(
    "file", [pytest.param(file, id=str(file.relative_to(ROOT))) for file in FILES]
)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text())


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param(
            "import models; from sqlalchemy.orm import configure_mappers; configure_mappers()",
            id="models",
        ),
        pytest.param("import schemas", id="schemas"),
        pytest.param("from models.image import Image; Image(crawl_job=None)", id="one-model"),
    ],
)
def test_loads_without_a_warning(statement: str):
    """Models and schemas load in a fresh interpreter in which every warning is an error."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", statement],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr


def test_processes_keep_their_bytecode():
    """What one process of the suite has compiled, the next need not compile again."""
    statement = "import sys; sys.exit(sys.dont_write_bytecode)"

    assert subprocess.run([sys.executable, "-c", statement], check=False).returncode == 0


@EACH_FILE
def test_everything_public_has_a_docstring(file: Path):
    """Every module, public class and public function says what it is."""
    module = parsed(file)
    public = [
        node
        for node in ast.walk(module)
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)) and not node.name.startswith("_")
    ]

    assert ast.get_docstring(module)
    assert [node.name for node in public if not ast.get_docstring(node)] == []


@EACH_FILE
def test_every_function_is_typed(file: Path):
    """Every argument and every result has a type."""
    functions = [node for node in ast.walk(parsed(file)) if isinstance(node, FUNCTIONS)]
    untyped = [
        f"{function.name}({argument.arg})"
        for function in functions
        for argument in [
            *function.args.posonlyargs,
            *function.args.args,
            *function.args.kwonlyargs,
            *filter(None, [function.args.vararg, function.args.kwarg]),
        ]
        if argument.annotation is None and argument.arg not in {"self", "cls"}
    ]

    assert untyped == []
    assert [function.name for function in functions if function.returns is None] == []


def attributes(folder: str) -> list:
    return [
        pytest.param(node, id=f"{file.stem}.{node.name}")
        for file in FILES
        if file.parent == ROOT / folder
        for node in parsed(file).body
        if isinstance(node, ast.ClassDef)
    ]


@pytest.mark.parametrize("class_", attributes("models"))
def test_every_mapped_attribute_is_typed(class_: ast.ClassDef):
    """A column or relationship is declared as ``Mapped[...]``; nothing is assigned untyped."""
    assigned = {
        target.id
        for node in class_.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    annotated = [node for node in class_.body if isinstance(node, ast.AnnAssign)]

    assert {name for name in assigned if not name.startswith("__")} <= {"metadata"}
    assert [ast.unparse(node) for node in annotated if "Mapped[" not in ast.unparse(node)] == []


@pytest.mark.parametrize("class_", attributes("schemas"))
def test_every_field_is_typed(class_: ast.ClassDef):
    """A field of a schema is never assigned untyped."""
    assigned = {
        target.id
        for node in class_.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }

    assert assigned <= {"model_config"}
