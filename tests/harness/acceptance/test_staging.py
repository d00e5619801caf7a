"""The command staging: what its planner knows leaves a database, and nothing of its rows."""

import json
import subprocess
import sys

import pytest


def schemaproof(*arguments, cwd):
    return subprocess.run(
        [sys.executable, "-m", "schemaproof", *arguments],
        cwd=cwd, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.fixture
def staging(schema_databases):
    """The URL of a database with a secret in it."""
    with schema_databases.clone() as database:
        with database.connect(autocommit=True) as connection:
            connection.execute(
                "CREATE TABLE people AS SELECT 'secret ' || n % 9 AS name"
                " FROM generate_series(1, 1000) n"
            )
            connection.execute("ANALYZE people")
        yield database.url.render_as_string(hide_password=False)


def test_statistics_are_written_to_a_file(staging, tmp_path):
    """
    The exit status is 0, and standard error tells that a write was refused.
    """
    done = schemaproof("staging", staging, "--export-statistics", "out.json", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert "a write was refused" in done.stderr
    assert "without any value" in done.stderr
    text = (tmp_path / "out.json").read_text()
    assert "secret" not in text
    assert [each["rows"] for each in json.loads(text)["relations"]] == [1000]


def test_values_are_kept_when_asked_for(staging, tmp_path):
    """
    Whoever asks for them is told.
    """
    done = schemaproof(
        "staging", staging, "--export-statistics", "out.json", "--with-values", cwd=tmp_path
    )

    assert "with values of its rows" in done.stderr
    assert "secret" in (tmp_path / "out.json").read_text()


@pytest.mark.parametrize(
    ("url", "file", "told"),
    [
        pytest.param("postgresql://u:p4ss@localhost:1/d", "o", "needs a PostgreSQL", id="nobody"),
        pytest.param("nonsense", "o", "named by a URL", id="no URL"),
        pytest.param(None, "missing/out.json", "cannot write missing/out.json", id="no folder"),
    ],
)
def test_what_is_impossible_is_told_in_a_sentence(staging, tmp_path, url, file, told):
    """
    The exit status is 2, there is no traceback, and no password.
    """
    done = schemaproof("staging", url or staging, "--export-statistics", file, cwd=tmp_path)

    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert "p4ss" not in done.stderr
