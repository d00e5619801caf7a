"""
Projects whose ``env.py`` finds its database in a way of its own are proved as they are.
"""

from __future__ import annotations

import sys
import uuid

import pytest
from alembic.config import Config

from schemaproof.history import MigrationFailed
from schemaproof.history._leading import WrongDatabase
from tests.harness.adoption.everything import everything, trouble
from tests.harness.adoption.projects import notes

MIGRATE = """
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""
HEAD = "from alembic import context\nfrom sqlalchemy import *\nimport os\nconfig = context.config\n"
WITH_URL = HEAD + "with create_engine({url}, poolclass=NullPool).connect() as connection:" + MIGRATE
RUN = "def run(connection):" + MIGRATE

RAN: list[int] = []

ATTRIBUTES = {
    "ignores it": WITH_URL.format(url="config.get_main_option('sqlalchemy.url')"),
    "uses it if it is there": HEAD
    + RUN
    + """
connection = config.attributes.get("connection", None)
if connection is None:
    engine = engine_from_config(config.get_section("alembic"), poolclass=NullPool)
    with engine.connect() as connection:
        run(connection)
else:
    run(connection)
""",
    "takes an engine too": HEAD
    + RUN
    + """
connectable = config.attributes.get("connection", None) or engine_from_config(
    config.get_section("alembic"), poolclass=NullPool)
with connectable.connect() as connection:
    run(connection)
""",
    "knows no other way": HEAD + RUN + "run(config.attributes['connection'])\n",
    "asks, and refuses what is no Connection": HEAD
    + RUN
    + """
connection = config.attributes.get("connection")
if not isinstance(connection, Connection):
    raise TypeError(f"an open Connection is needed, not {connection!r}")
run(connection)
""",
    "asks, and leaves without a word": HEAD
    + RUN
    + """
if config.attributes.get("connection") is not None:
    run(config.attributes["connection"])
""",
}

OPTIONS = {
    "another main option": WITH_URL.format(url="config.get_main_option('db_url')"),
    "another option, with a driver": WITH_URL.format(url="config.get_main_option('async_url')"),
    "another section": WITH_URL.format(url="config.get_section_option('db', 'url')"),
    "parts in the section": WITH_URL.format(
        url="URL.create('postgresql+psycopg', host=config.get_section_option('parts', 'host'))"
    ),
    "written into env.py": WITH_URL.format(url="'postgresql+psycopg://me:pw@db.example/shop'"),
}
MORE_INI = """
[db]
url = postgresql+psycopg://me@db.example/shop
[parts]
host = db.example
"""


@pytest.mark.parametrize("way", ATTRIBUTES)
def test_a_connection_is_there_for_those_who_insist(way, tmp_path, bench):
    """
    And for nobody else, so that an ``env.py`` that can make its own makes its own.
    """
    report = everything(bench(notes(tmp_path, env=ATTRIBUTES[way])))

    assert trouble(report) == {}


def test_an_env_that_fails_with_a_connection_too_is_told_what_it_said_first(tmp_path, bench):
    env = HEAD + "config.attributes.get('connection')\nraise LookupError('first things first')\n"

    with pytest.raises(MigrationFailed, match="LookupError: first things first"):
        _ = bench(notes(tmp_path, env=env)).subject.catalog


def test_a_connection_that_is_there_and_not_used_is_not_taken_for_an_upgrade(tmp_path, bench):
    """
    An ``env.py`` that asks for it, and goes its own way past SQLAlchemy, is refused.
    """
    env = f"import sys\nsys.modules[{__name__!r}].RAN.append(1)\n" + HEAD
    root = notes(tmp_path, env=env + "config.attributes.get('connection')\n")
    RAN.clear()

    with pytest.raises(WrongDatabase, match="opens no connection by SQLAlchemy"):
        _ = bench(root).subject.catalog

    assert len(RAN) == 2


@pytest.mark.parametrize("way", OPTIONS)
def test_a_url_under_another_name_is_led_to_ours(way, tmp_path, bench):
    root = notes(tmp_path, env=OPTIONS[way])
    ini = root / "alembic.ini"
    options = "db_url = driver://user@localhost/db\nasync_url = postgresql+psycopg://a/%(here)s\n"
    ini.write_text(ini.read_text().replace("[alembic]\n", "[alembic]\n" + options) + MORE_INI)

    assert trouble(everything(bench(root))) == {}


SETTINGS = {
    "a module": ("import os\nurl = os.environ['SHOP_DB']\n", "{name}.url"),
    "an object": (
        "import os\nclass Settings:\n    def __init__(self):\n"
        "        self.url = os.environ['SHOP_DB']\n"
        "settings = Settings()\n",
        "{name}.settings.url",
    ),
    "a Pydantic object": (
        "import os\nfrom pydantic import BaseModel, ConfigDict, PostgresDsn\n"
        "class Settings(BaseModel):\n    model_config = ConfigDict(frozen=True)\n"
        "    url: PostgresDsn\n"
        "settings = Settings(url=os.environ['SHOP_DB'])\n",
        "str({name}.settings.url)",
    ),
    "an engine with a pool": (
        "import os\nfrom sqlalchemy import create_engine\n"
        "engine = create_engine(os.environ['SHOP_DB'])\n",
        None,
    ),
}


@pytest.mark.parametrize("is_set", [True, False], ids=["variable set", "variable not set"])
@pytest.mark.parametrize("kind", SETTINGS)
def test_settings_that_the_models_have_read_long_ago_are_led_to_ours(
    kind, is_set, tmp_path, bench, monkeypatch
):
    """
    The models import them before there is a database, and keep what they have read.
    """
    monkeypatch.delenv("SHOP_DB", raising=False)
    if is_set:
        monkeypatch.setenv("SHOP_DB", "postgresql+psycopg://me:pw@127.0.0.1:1/shop")
    name = f"settings_{uuid.uuid4().hex}"
    text, expression = SETTINGS[kind]
    (tmp_path / f"{name}.py").write_text(text)
    url = expression.format(name=name) if expression else "'none'"
    env = f"import {name}\n" + WITH_URL.format(url=url)
    if expression is None:
        env = env.replace("create_engine('none', poolclass=NullPool)", f"{name}.engine")
    root = notes(tmp_path, env=env, url_env=["SHOP_DB"])
    (models,) = root.glob("models_*.py")
    models.write_text(models.read_text().replace("annotations\n", f"annotations\nimport {name}\n"))

    try:
        assert trouble(everything(bench(root))) == {}
        assert name in sys.modules
    finally:
        sys.modules.pop(name, None)


@pytest.mark.parametrize("template", ["generic", "async", "pyproject", "pyproject_async"])
def test_every_template_of_alembic_works_as_it_is(template, tmp_path, bench):
    if "pyproject" in template and not hasattr(Config, "toml_alembic_config"):
        pytest.skip("Alembic has it since 1.16")

    assert trouble(everything(bench(notes(tmp_path, template=template)))) == {}
