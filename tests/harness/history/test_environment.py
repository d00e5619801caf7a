"""
A project's own ``env.py`` is led to the throwaway database, or stopped before it goes elsewhere.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from schemaproof.history import MigrationFailed
from schemaproof.history._environment import WrongDatabase, read_configuration
from schemaproof.postgres.server import conninfo
from tests.harness.miniature import Step, miniature

ENV = """
from alembic import context
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool
import os
{before}
url = {url}
with create_engine(url, poolclass=NullPool).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""

ENV_AROUND = """
import psycopg
from alembic import context
from sqlalchemy import create_engine
with {engine}.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""

MAKES = Step(up="CREATE TABLE made (id int)", down="DROP TABLE made")


@pytest.fixture
def project(tmp_path):
    """
    A function that writes a project whose ``env.py`` finds its database in a way of its own.
    """

    def write(url: str, before: str = "", step: Step = MAKES, **options):
        miniature(tmp_path, revisions=[step], **options)
        (tmp_path / "migrations" / "env.py").write_text(ENV.format(url=url, before=before))
        return tmp_path

    return write


def _tables(bench) -> set[str]:
    return {table.name for table in bench.subject.catalog.tables}


WAYS = {
    "sqlalchemy.url": ("context.config.get_main_option('sqlalchemy.url')", ()),
    "-x url=": ("context.get_x_argument(as_dictionary=True)['url']", ()),
    "an environment variable": ("os.environ['THE_URL']", ("THE_URL",)),
    "the second of two": ("os.environ['OTHER_URL']", ("THE_URL", "OTHER_URL")),
    "the ini section": (
        "context.config.get_section(context.config.config_ini_section)['sqlalchemy.url']",
        (),
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_url_is_wherever_people_look_for_it(way, project, bench):
    url, url_env = WAYS[way]

    assert "made" in _tables(bench(project(url, url_env=url_env)))


def test_the_environment_is_as_before_afterwards(project, bench, monkeypatch):
    monkeypatch.setenv("THE_URL", "postgresql://elsewhere/production")
    monkeypatch.delenv("OTHER_URL", raising=False)
    before, folder = dict(os.environ), Path.cwd()

    _tables(bench(project("os.environ['THE_URL']", url_env=("THE_URL", "OTHER_URL"))))

    assert dict(os.environ) == before
    assert Path.cwd() == folder


def test_another_database_is_not_connected_to(project, bench, schema_databases):
    """
    An ``env.py`` with a URL of its own is refused before it connects; the database stays as it was.
    """
    with schema_databases.clone() as production:
        url = production.url.render_as_string(hide_password=False)
        before = f"open('looked', 'w').close(); url = {url!r}"
        subject = bench(project(repr(url), before)).subject

        with pytest.raises(WrongDatabase, match=f"connects to '{production.name}': .*url_env"):
            subject.history.upgrade(production.__class__(production.server, "throwaway"))

        with production.connect() as connection:
            seen = connection.execute(
                "SELECT sessions, to_regclass('made') FROM pg_stat_database "
                "WHERE datname = current_database()"
            ).fetchone()
    assert (subject.project.root / "looked").exists()
    assert seen is not None
    assert seen[1] is None


@pytest.mark.parametrize("way", ["a creator", "no SQLAlchemy"])
def test_a_way_around_the_engine_is_not_taken_for_an_upgrade(way, project, bench, schema_databases):
    """
    A connection that is not made from a URL is refused too, before anything is migrated by it.
    """
    with schema_databases.clone() as production:
        connect = f"psycopg.connect({conninfo(production.url)!r})"
        target = (
            f"create_engine('postgresql+psycopg://', creator=lambda: {connect})"
            if way == "a creator"
            else "None"
        )
        path = project("None")
        run = ENV_AROUND if way == "a creator" else "import psycopg\n" + connect + ".close()\n"
        (path / "migrations" / "env.py").write_text(run.format(engine=target))

        with pytest.raises(WrongDatabase, match="must migrate the throwaway database"):
            _ = bench(path).subject.catalog

        with production.connect() as connection:
            made = connection.execute("SELECT to_regclass('made')").fetchone()
    assert made == (None,)


def test_an_environment_variable_that_is_not_named_is_refused(project, bench, monkeypatch):
    monkeypatch.setenv("THE_URL", "postgresql+psycopg://me:s3cret@127.0.0.1:1/production")
    bench_ = bench(project("os.environ['THE_URL']"))

    with pytest.raises(WrongDatabase, match="connects to 'production'") as raised:
        _ = bench_.subject.catalog

    assert "s3cret" not in str(raised.value)


def test_logging_is_left_as_it_is(project, bench):
    """
    The ``fileConfig`` of every generated ``env.py`` would silence the loggers of the harness.
    """
    logger = logging.getLogger("schemaproof.tests")
    root = logging.getLogger()
    before = (root.level, list(root.handlers))
    configure = "from logging.config import fileConfig\nfileConfig(context.config.config_file_name)"

    _tables(bench(project("context.config.get_main_option('sqlalchemy.url')", configure)))

    assert (root.level, list(root.handlers)) == before
    assert not logger.disabled


def test_what_a_migration_prints_is_no_result(project, bench, capsys):
    step = Step(up="python:\nprint('chatter')\nop.execute('CREATE TABLE made (id int)')")
    url = "context.config.get_main_option('sqlalchemy.url')"

    assert "made" in _tables(bench(project(url, step=step)))

    out, err = capsys.readouterr()
    assert out == ""
    assert "chatter" in err


def test_a_driver_of_the_projects_choice_is_kept(tmp_path, bench):
    """
    A URL for psycopg would be of no use to an ``env.py`` that makes a psycopg2 or asyncpg engine.
    """
    root = miniature(tmp_path, revisions=[MAKES])
    ini = root / "alembic.ini"
    ini.write_text(
        ini.read_text().replace("driver://user:pass@localhost/dbname", "postgresql+asyncpg:///x")
    )
    (root / "migrations" / "env.py").write_text(
        "from alembic import context\n"
        "raise LookupError(context.config.get_main_option('sqlalchemy.url').partition(':')[0])\n"
    )

    with pytest.raises(MigrationFailed, match=r"LookupError: postgresql\+asyncpg"):
        _ = bench(root).subject.catalog


def test_an_env_that_raises_is_blamed_by_file_and_line(project, bench):
    subject = bench(project("1 / 0")).subject

    with pytest.raises(MigrationFailed) as raised:
        _ = subject.catalog

    assert raised.value.path == subject.project.root / "migrations" / "env.py"
    assert raised.value.told == "ZeroDivisionError: division by zero"
    assert raised.value.path.read_text().splitlines()[raised.value.line - 1] == "url = 1 / 0"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        pytest.param("prepend_sys_path = .", "", id="its own folder"),
        pytest.param("prepend_sys_path = lib", "lib", id="another"),
        pytest.param("prepend_sys_path = gone", None, id="no folder"),
        pytest.param("", None, id="none"),
    ],
)
def test_paths_of_alembic_ini_do_not_depend_on_where_we_are(tmp_path, written, meant):
    """
    What stands in the file is relative to the file.
    """
    (tmp_path / "lib").mkdir()
    (tmp_path / "alembic.ini").write_text(f"[alembic]\n{written}\n")

    found = read_configuration(tmp_path / "alembic.ini").get_main_option("prepend_sys_path")

    wanted = written.rpartition(" ")[2] or None
    assert found == (wanted if meant is None else str(tmp_path / meant))
