"""history/no-live-models: migrations that import what changes under them."""

import pytest

from tests.harness.miniature import Step, miniature

CHECK = "history/no-live-models"

MODELS = """
class Base(DeclarativeBase):
    pass

class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)

tags = Table("tags", Base.metadata, Column("id", Integer))
STATES = ("new", "paid")

def normalise(text):
    return text
"""


def _project(folder, head):
    path = miniature(folder, models=MODELS, revisions=[Step(up="SELECT 1", down=None)])
    (models,) = path.glob("models_*.py")
    package = path / f"shop_{models.stem}"
    package.mkdir()
    (package / "__init__.py").write_text(f"from {models.stem} import Order, STATES\n")
    (package / "names.py").write_text("LONGEST = 63\n")
    (file,) = (path / "migrations" / "versions").glob("*.py")
    text = head.replace("SHOP", package.name).replace("MODELS", models.stem)
    text = file.read_text().replace("from alembic import op", f"from alembic import op\n{text}")
    file.write_text(text)
    return path


@pytest.mark.parametrize(
    ("head", "names"),
    [
        pytest.param("from MODELS import Order", ["MODELS.Order"], id="class"),
        pytest.param("from MODELS import Order as Old, STATES", ["MODELS.Order"], id="alias"),
        pytest.param("from MODELS import Base, tags", ["MODELS.Base", "MODELS.tags"], id="tables"),
        pytest.param("import MODELS", ["MODELS"], id="module"),
        pytest.param("from MODELS import *", ["MODELS.*"], id="star"),
        pytest.param("from SHOP import Order", ["SHOP.Order"], id="through another package"),
        pytest.param(
            "def helper():\n    import MODELS as m\n    return m", ["MODELS"], id="in a function"
        ),
        pytest.param(
            "try:\n    from MODELS import Order\nexcept ImportError:\n    pass",
            ["MODELS.Order"],
            id="in a try",
        ),
    ],
)
def test_an_imported_model_is_told(tmp_path, bench, head, names):
    """
    Each is named with the module that it was asked of, at the line of the import.
    """
    project = bench(_project(tmp_path, head))
    models = project.subject.project.metadata_name.partition(":")[0]
    wanted = [
        "r1: " + name.replace("SHOP", f"shop_{models}").replace("MODELS", models) for name in names
    ]

    found = project.violations(CHECK)

    assert [one.where for one in found] == wanted
    line = found[0].location.file.read_text().splitlines()[found[0].location.line - 1]
    assert "import" in line


@pytest.mark.parametrize(
    "head",
    [
        pytest.param("", id="nothing"),
        pytest.param("from MODELS import STATES, normalise", id="constant and function"),
        pytest.param("import SHOP", id="a package that only uses models"),
        pytest.param("from SHOP import names", id="submodule without models"),
        pytest.param("from SHOP.names import LONGEST", id="constant of a submodule"),
        pytest.param(
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from MODELS import Order",
            id="for type checkers alone",
        ),
        pytest.param(
            "try:\n    import no_such_thing\nexcept ImportError:\n    pass", id="not installed"
        ),
        pytest.param("Order = sa.table('orders', sa.column('id'))", id="the table as it was"),
    ],
)
def test_other_imports_are_proved(tmp_path, bench, head):
    """
    What stays when a model changes may be imported.
    """
    project = bench(_project(tmp_path, head))

    proof = project.proof(CHECK, "r1")
    assert proof.status == "proved", proof.skipped
    assert project.violations(CHECK) == []


def test_a_migration_that_queries_a_model_breaks_when_the_model_grows(tmp_path, bench):
    """
    The harm is real: a column that a later revision adds is selected by an earlier one.
    """
    path = miniature(
        tmp_path,
        models=MODELS.replace("primary_key=True)", "primary_key=True)\n    note: Mapped[str]", 1),
        revisions=[
            "CREATE TABLE orders (id serial PRIMARY KEY)",
            "python:from MODELS import Order\nop.get_bind().execute(sa.select(Order))",
            "ALTER TABLE orders ADD COLUMN note text NOT NULL DEFAULT ''",
        ],
    )
    (models,) = path.glob("models_*.py")
    (file,) = (path / "migrations" / "versions").glob("r2_*.py")
    file.write_text(file.read_text().replace("MODELS", models.stem))
    project = bench(path)

    assert [one.where.split(": ")[0] for one in project.violations(CHECK)] == ["r2"]
    (broken,) = project.violations("history/upgrade-from-empty")
    assert "UndefinedColumn" in broken.found
