"""history/no-create-all: migrations that ask today's models what to make."""

import pytest

from tests.harness.miniature import Step, miniature

CHECK = "history/no-create-all"

MODELS = """
class Base(DeclarativeBase):
    pass

class Item(Base):
    __tablename__ = "Order Items"
    id: Mapped[int] = mapped_column(primary_key=True)
"""

SPELT = Step(
    up="""python:op.create_table("Order Items", sa.Column("id", sa.Integer, primary_key=True))""",
    down="""python:op.drop_table("Order Items")""",
)


def _project(folder, up, down):
    path = miniature(folder, models=MODELS, revisions=[Step(up=up, down=down)])
    (models,) = path.glob("models_*.py")
    (file,) = (path / "migrations" / "versions").glob("*.py")
    file.write_text(file.read_text().replace("MODELS", models.stem))
    return path


@pytest.mark.parametrize(
    ("up", "down", "where"),
    [
        pytest.param(
            "python:from MODELS import Base\nBase.metadata.create_all(op.get_bind())",
            'DROP TABLE "Order Items"',
            ["r1: upgrade"],
            id="create_all",
        ),
        pytest.param(
            "python:import MODELS\nMODELS.Item.__table__.create(op.get_bind())",
            'DROP TABLE "Order Items"',
            ["r1: upgrade"],
            id="one table",
        ),
        pytest.param(
            "python:import MODELS\nmetadata = MODELS.Base.metadata\n"
            "metadata.create_all(op.get_bind(), tables=[metadata.tables['Order Items']])",
            "python:import MODELS\nMODELS.Base.metadata.drop_all(op.get_bind())",
            ["r1: upgrade", "r1: downgrade"],
            id="some tables, and drop_all",
        ),
    ],
)
def test_a_migration_made_from_the_models_is_told(tmp_path, bench, up, down, where):
    """
    Each direction is named at its line, with the first statement that came of it.
    """
    project = bench(_project(tmp_path, up, down))

    found = project.violations(CHECK)

    assert [one.where for one in found] == where
    assert 'CREATE TABLE "Order Items"' in found[0].found
    lines = found[0].location.file.read_text().splitlines()
    assert "create" in lines[found[0].location.line - 1]


OWN = """python:
metadata = sa.MetaData()
sa.Table("Order Items", metadata, sa.Column("id", sa.Integer, primary_key=True))
metadata.create_all(op.get_bind())
"""


@pytest.mark.parametrize(
    ("up", "down"),
    [
        pytest.param(SPELT.up, SPELT.down, id="spelt out"),
        pytest.param(OWN, SPELT.down, id="a MetaData of the migration's own"),
        pytest.param(
            "python:from MODELS import Base\n"
            "op.create_table('Order Items', *[c.copy() for c in []], sa.Column('id', sa.Integer))",
            SPELT.down,
            id="imports the models without making anything of them",
        ),
        pytest.param('CREATE TABLE "Order Items" (id int)', SPELT.down, id="SQL"),
    ],
)
def test_a_migration_that_spells_it_out_is_proved(tmp_path, bench, up, down):
    """
    What the revision itself says is a record, whatever it is written with.
    """
    project = bench(_project(tmp_path, up, down))

    assert project.proof(CHECK, "r1").status == "proved"


def test_an_env_py_that_creates_the_tables_is_told(tmp_path, bench):
    """
    Tables that are made before the first revision runs are named as env.py's.
    """
    create = (
        "def run_migrations_online():\n"
        "    import MODELS\n"
        "    engine = engine_from_config(config.get_section(config.config_ini_section))\n"
        "    with engine.begin() as connection:\n"
        "        MODELS.Base.metadata.create_all(connection)\n"
        "    with engine.begin() as connection:\n"
        "        context.configure(connection=connection)\n"
        "        context.run_migrations()\n"
        "    engine.dispose()\n"
    )
    path = _project(tmp_path, "", "")
    (models,) = path.glob("models_*.py")
    file = path / "migrations" / "env.py"
    head, _, tail = file.read_text().partition("if context.is_offline_mode")
    file.write_text(
        head + create.replace("MODELS", models.stem) + "\n\nif context.is_offline_mode" + tail
    )
    project = bench(path)

    (found,) = project.violations(CHECK)

    assert (found.where, found.revision, found.location) == ("env.py", None, None)


def test_drift_is_blind_to_such_a_migration(tmp_path, bench):
    """
    The harm is real: a column that no migration spells out is no drift.
    """
    up = "python:from MODELS import Base\nBase.metadata.create_all(op.get_bind())"
    project = bench(_project(tmp_path, up, 'DROP TABLE "Order Items"'))

    assert project.proof("drift/models-match-migrations").status == "proved"
    assert len(project.violations(CHECK)) == 1
