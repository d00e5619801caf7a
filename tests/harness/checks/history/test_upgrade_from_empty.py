"""history/upgrade-from-empty: revisions that raise, and the many ways to be told the URL."""

import os

import pytest

from tests.harness.miniature import Step, miniature

CHECK = "history/upgrade-from-empty"

# The line of a generated env.py that decides where to connect.
READS_INI = "config.get_section(config.config_ini_section, {})"


def env_reading(path, url):
    """
    Make the project's env.py take its URL from the Python expression ``url``.
    """
    env = path / "migrations" / "env.py"
    text = env.read_text()
    assert READS_INI in text
    env.write_text("import os\n" + text.replace(READS_INI, f'{{"sqlalchemy.url": {url}}}'))
    return path


def test_a_history_that_runs_is_proved(tmp_path, bench):
    """
    Evidence counts the revisions and the tables they make, Alembic's own included.
    """
    project = bench(miniature(tmp_path, revisions=["CREATE TABLE a (id int)", ""]))

    proof = project.proof(CHECK)

    assert (proof.status, proof.seen) == ("proved", ("2 revisions, 2 tables",))


def test_refused_sql_is_a_violation_with_the_servers_words(tmp_path, bench):
    """
    A statement that the server refuses is reported with file, statement and SQLSTATE.
    """
    bad = ["CREATE TABLE a (id int)", "ALTER TABLE missing ADD COLUMN b int"]
    project = bench(miniature(tmp_path, revisions=bad))

    (found,) = project.violations(CHECK)

    assert found.where == "r2"
    assert found.location is not None
    assert found.location.file.name == "r2_step.py"
    assert "UndefinedTable 42P01" in found.found
    assert "ALTER TABLE missing ADD COLUMN b int" in found.found


def test_raised_python_is_a_violation_with_its_line(tmp_path, bench):
    """
    An exception in upgrade() is reported with its type, its words and its line.
    """
    raises = Step(up="python:raise RuntimeError('no tenant is configured')")
    project = bench(miniature(tmp_path, revisions=["", raises]))

    (found,) = project.violations(CHECK)

    assert "RuntimeError: no tenant is configured" in found.found
    assert found.location is not None
    line = found.location.file.read_text().splitlines()[found.location.line - 1]
    assert "raise RuntimeError" in line


@pytest.mark.parametrize(
    ("file", "text"),
    [
        pytest.param("versions/r1_step.py", "import no_such_module_anywhere", id="revision"),
        pytest.param("env.py", "raise RuntimeError('no settings')", id="env.py"),
    ],
)
def test_a_file_that_cannot_be_imported_is_a_violation(tmp_path, bench, file, text):
    """
    A revision or env.py that raises while it is imported is the project's fault, not ours.
    """
    path = miniature(tmp_path, revisions=[""])
    broken = path / "migrations" / file
    broken.write_text(f"{text}\n{broken.read_text()}")
    project = bench(path)

    (found,) = project.violations(CHECK)

    assert found.location is not None
    assert found.location.file == broken


def test_a_parent_that_is_not_there_is_a_violation(tmp_path, bench, recwarn):
    """
    A down_revision that names no file is reported, not raised.
    """
    project = bench(miniature(tmp_path, revisions=[Step(up="", parents=("gone",))]))

    (found,) = project.violations(CHECK)

    assert "gone" in found.found


def test_what_depends_on_the_run_is_a_violation(tmp_path, bench):
    """
    A name that comes from a random number differs between two upgrades, and is told.
    """
    random = Step(
        up="python:import uuid\nop.execute(f'CREATE TABLE t_{uuid.uuid4().hex} (id int)')"
    )
    project = bench(miniature(tmp_path, revisions=[random]))

    found = project.violations(CHECK)

    assert len(found) == 2
    assert all(one.where.startswith("t_") for one in found)
    assert "two upgrades from empty differ" in found[0].found


def test_checks_that_need_the_database_are_blocked_not_proved(tmp_path, bench):
    """
    When the history does not run, what is judged by its result is skipped and says by what.
    """
    project = bench(miniature(tmp_path, revisions=["SELECT 1/0"]))

    proof = project.proof("drift/models-match-migrations")

    assert (proof.status, proof.blocked_by) == ("skipped", CHECK)


def test_exotic_names_survive_the_upgrade(tmp_path, bench):
    """
    Quoted, reserved and 63-byte names are told as PostgreSQL would write them.
    """
    names = ["Order Items", "select", "ü" * 31 + "x", "100%"]
    project = bench(
        miniature(tmp_path, revisions=[f'CREATE TABLE "{name}" (id int)' for name in names])
    )

    proof = project.proof(CHECK)

    assert proof.seen == ("4 revisions, 5 tables",)
    assert set(names) < {table.name for table in project.subject.catalog.tables}


def test_an_async_env_is_run_as_it_is(tmp_path, bench):
    """
    The env.py of ``alembic init --template async`` needs no change.
    """
    pytest.importorskip("greenlet")
    path = miniature(tmp_path, revisions=["CREATE TABLE a (id int)"], template="async")
    project = bench(path)

    proof = project.proof(CHECK)

    assert "asyncio.run" in (path / "migrations" / "env.py").read_text()
    assert proof.seen == ("1 revisions, 2 tables",)


def test_an_env_that_reads_the_environment_is_given_it(tmp_path, bench, monkeypatch):
    """
    A variable named in url_env holds the throwaway database's URL while env.py runs, and only then.
    """
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/production")
    path = miniature(
        tmp_path, revisions=["CREATE TABLE a (id int)"], url_env=["DATABASE_URL", "OTHER_URL"]
    )
    project = bench(env_reading(path, 'os.environ["DATABASE_URL"]'))

    proof = project.proof(CHECK)

    assert proof.status == "proved"
    assert os.environ["DATABASE_URL"].endswith("/production")
    assert "OTHER_URL" not in os.environ


def test_an_env_that_reads_x_arguments_is_given_them(tmp_path, bench):
    """
    ``-x url=`` is there for an env.py that asks for it.
    """
    path = miniature(tmp_path, revisions=["CREATE TABLE a (id int)"])
    project = bench(env_reading(path, 'context.get_x_argument(as_dictionary=True)["url"]'))

    assert project.proof(CHECK).status == "proved"


def test_an_env_that_connects_elsewhere_is_led_to_ours(tmp_path, bench, schema_server):
    """
    An env.py that insists on another database migrates ours, and nothing is in the other.
    """
    elsewhere = schema_server.database_url("postgres").render_as_string(hide_password=False)
    path = miniature(tmp_path, revisions=["CREATE TABLE must_not_be_there (id int)"])
    project = bench(env_reading(path, repr(elsewhere)))

    assert project.proof(CHECK).status == "proved"
    assert [table.name for table in project.subject.catalog.tables] == [
        "alembic_version",
        "must_not_be_there",
    ]
    with schema_server.connect("postgres") as connection:
        assert connection.execute("SELECT to_regclass('must_not_be_there')").fetchone() == (None,)


def test_what_ran_before_the_failure_is_committed_already(tmp_path, bench):
    """
    The harm is real: with a transaction per migration, a failed deploy stops half way.
    """
    autocommit = Step(
        up="python:\n"
        "with op.get_context().autocommit_block():\n"
        "    op.execute('CREATE TABLE half (id int)')\n"
        "op.execute('SELECT 1/0')"
    )
    project = bench(miniature(tmp_path, revisions=[autocommit]))
    databases, history = project.databases, project.subject.history

    with databases.clone() as database:
        with pytest.raises(Exception, match="DivisionByZero"):
            history.upgrade(database)
        with database.connect() as connection:
            assert connection.execute("SELECT * FROM half").fetchall() == []
