"""
A project's own ``env.py`` is led to the throwaway database, or stopped before it goes elsewhere.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from schemaproof.history import MigrationFailed
from schemaproof.history._environment import read_configuration
from schemaproof.history._leading import Lead, WrongDatabase
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

POOLS: list[Engine] = []

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
    An ``env.py`` with a URL of its own is led to ours; the other database is never connected to.
    """
    with schema_databases.clone() as production:
        url = production.url.render_as_string(hide_password=False)
        before = f"open('looked', 'w').close(); url = {url!r}"
        bench_ = bench(project(repr(url), before))

        assert "made" in _tables(bench_)

        with production.connect() as connection:
            seen = connection.execute(
                "SELECT sessions, to_regclass('made') FROM pg_stat_database "
                "WHERE datname = current_database()"
            ).fetchone()
    assert (bench_.subject.project.root / "looked").exists()
    # The one that asks is the only one.
    assert seen == (1, None)


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


def test_a_url_that_nobody_told_us_of_is_led_with_all_its_options(project, bench, monkeypatch):
    """
    What says where to, and who one is there, is ours; what else it says is kept.
    """
    options = "sslmode=verify-full&sslrootcert=/none&application_name=shop&options=-cwork_mem%3D5MB"
    url = f"postgresql+psycopg://me:s3cret@127.0.0.1:1/production?{options}"
    monkeypatch.setenv("THE_URL", url)
    step = Step(
        up='python:\nfound = op.get_bind().exec_driver_sql("SELECT current_setting('
        "'application_name') || current_setting('work_mem')\").scalar()\n"
        "op.execute(f'CREATE TABLE \"{found}\" (id int)')\n"
    )

    assert "shop5MB" in _tables(bench(project("os.environ['THE_URL']", step=step)))


@pytest.mark.parametrize(
    ("dialect", "parameters"),
    [
        pytest.param(
            PGDialect_psycopg,
            {"host": "a", "hostaddr": "1.2.3.4", "port": 1, "dbname": "x", "user": "u",
             "password": "s3cret", "sslmode": "require", "sslrootcert": "/r", "service": "s"},
            id="psycopg",
        ),
        pytest.param(
            PGDialect_asyncpg,
            {"host": "a", "port": 1, "database": "x", "user": "u", "password": "s3cret",
             "ssl": True, "direct_tls": True, "passfile": "/p"},
            id="asyncpg",
        ),
    ],
)  # fmt: skip
def test_what_leads_elsewhere_is_replaced_in_the_words_of_the_driver(
    dialect, parameters, schema_databases
):
    """
    Nothing is left by which a driver could go elsewhere, or ask for TLS that our server has not.
    """
    with schema_databases.clone() as database:
        ours = dialect().create_connect_args(database.url)[1]
        given = {**parameters, "timeout": 3}
        remembering = Remembering(dialect())

        Lead(database)._redirect(remembering, None, [], given)

    assert remembering.seen == {**ours, "timeout": 3}
    assert given == {**parameters, "timeout": 3}


class Remembering:
    """A dialect that keeps what it is to connect with, instead of connecting."""

    name = "postgresql"

    def __init__(self, dialect):
        self.create_connect_args = dialect.create_connect_args

    def connect(self, *_arguments, **parameters):
        self.seen = parameters


def test_two_databases_are_refused(project, bench):
    """
    One database cannot stand for two; no password is told.
    """
    url = "'postgresql+psycopg://me:s3cret@127.0.0.1/two'"
    before = f"create_engine({url.replace('two', 'one')}, poolclass=NullPool).connect().close()"
    bench_ = bench(project(url, before))

    with pytest.raises(WrongDatabase, match="connects to 'one' and 'two'") as raised:
        _ = bench_.subject.catalog

    assert "one project for each" in str(raised.value)
    assert "s3cret" not in str(raised.value)


def test_another_kind_of_database_is_refused(project, bench):
    with pytest.raises(WrongDatabase, match=r"connects to sqlite: name .* in url_env"):
        _ = bench(project("'sqlite://'")).subject.catalog


def test_a_pool_of_the_application_is_led_and_left_as_it_was(project, bench, schema_databases):
    """
    Its old connections are not used for a run, and none of a run's is left in it.
    """
    with schema_databases.clone() as elsewhere:
        engine = create_engine(elsewhere.url, pool_size=1, max_overflow=0)
        path = project("None", f"import sys; engine = sys.modules[{__name__!r}].POOLS.pop()")
        env = path / "migrations" / "env.py"
        env.write_text(env.read_text().replace("create_engine(url, poolclass=NullPool)", "engine"))
        ask = text("SELECT current_database(), to_regclass('made') IS NULL")
        with engine.connect() as connection:
            connection.execute(ask)
        POOLS[:] = [engine] * 2
        history = bench(path).subject.history

        for _ in range(2):
            with schema_databases.clone() as database:
                history.upgrade(database)
                with database.connect() as connection:
                    made = connection.execute("SELECT to_regclass('made')").fetchone()
                assert made == ("made",)

        with engine.connect() as connection:
            assert connection.execute(ask).one() == (elsewhere.name, True)
        engine.dispose()


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
