"""
A project's own ``.squawk.toml`` is read, and what is wrong with it is told.
"""

from __future__ import annotations

import pytest

from schemaproof.linting import SquawkFailed
from tests.harness.checks.history.test_sql_lint import CHECK, TABLES
from tests.harness.miniature import Step, miniature


def test_the_projects_own_rules_go_before_ours(tmp_path, bench):
    """
    A ``.squawk.toml`` in a folder above chooses: what it leaves out is not told, what is in is.
    """
    (tmp_path / ".squawk.toml").write_text(
        'excluded_rules = ["require-concurrent-index-creation", "prefer-text-field"]\n'
        'assume_in_transaction = true\npg_version = "10.0"\n'
    )
    (tmp_path / "below").mkdir()
    sql = (
        "CREATE INDEX ON customers (name); CREATE TABLE t (n varchar(3), c char(3));"
        "ALTER TABLE customers ADD COLUMN old int DEFAULT 3"
    )
    alone = (
        "python:with op.get_context().autocommit_block():\n"
        "    op.execute('CREATE INDEX CONCURRENTLY i ON customers (name)')"
    )
    steps = [Step(up=TABLES, down=None), sql, alone]
    project = bench(miniature(tmp_path / "below", revisions=steps))

    found = {one.where: one for one in project.violations(CHECK) if one.revision != "r1"}

    assert not any("require-concurrent" in where or "prefer-text" in where for where in found)
    (char,) = [one for where, one in found.items() if "ban-char-field" in where]
    assert char.because == "the project's .squawk.toml asks for that rule"
    # Before 11 the table was written anew.
    assert "r2: adding-field-with-default at customers" in found
    # Scripts say themselves where transactions begin; that is not for it to choose.
    assert not any("transaction" in where for where in found)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param('excluded_rules = ["no-such-rule"]', "no-such-rule", id="unknown rule"),
        pytest.param("excluded_rules = [", r"squawk\.toml is not valid TOML", id="no TOML"),
    ],
)
def test_a_broken_configuration_of_squawk_is_impossible(tmp_path, bench, text, told):
    """
    Squawk's own words say what is wrong with it.
    """
    (tmp_path / ".squawk.toml").write_text(text)
    project = bench(miniature(tmp_path, revisions=["SELECT 1"]))

    with pytest.raises(SquawkFailed, match=told):
        project.proofs(CHECK)
