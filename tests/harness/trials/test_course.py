"""
A trial is made before each revision, from where the history starts, and leaves no database behind.
"""

from __future__ import annotations

import sys
import uuid

from schemaproof.trials.traffic import LockWaits
from tests.harness.checks.history.test_gives_up_on_locks import (
    CHECK,
    CONFIGURATION,
    HALF_DONE,
    TABLES,
)
from tests.harness.miniature import Step, miniature


def test_tables_that_were_there_before_the_first_revision_are_used(tmp_path, bench):
    """
    The history starts on what ``bootstrap`` makes.
    """
    name = f"making_{uuid.uuid4().hex}"
    path = miniature(tmp_path, revisions=["ALTER TABLE old ADD COLUMN more int"])
    (path / f"{name}.py").write_text(
        "from sqlalchemy import text\n\n\ndef make(connection):\n"
        "    connection.execute(text('CREATE TABLE old (id int PRIMARY KEY)'))\n"
    )
    with (path / "pyproject.toml").open("a") as file:
        file.write(f'{CONFIGURATION}bootstrap = "{name}:make"\n')
    (found,) = bench(path).violations(CHECK)
    sys.modules.pop(name)

    assert "it waits for ACCESS EXCLUSIVE on old" in found.found


def test_no_copy_is_left(tmp_path, bench, bench_admin):
    """
    Neither of a revision that gave up and failed again, nor of one that ended above or below.
    """
    last = Step(up="ALTER TABLE orders ADD n int", down="ALTER TABLE orders DROP n")
    project = bench(miniature(tmp_path, revisions=[TABLES, HALF_DONE, last]))
    waits = LockWaits(longest_s=1.2, undone={"r3"})
    waits.observe(project.subject.history, project.databases, foreseen=project.subject.catalog)
    project.databases.close()
    assert [len([*waits.steps_of(one)]) for one in project.subject.history.revisions] == [1, 1, 2]

    query = "SELECT datname FROM pg_database WHERE starts_with(datname, %s) AND NOT datistemplate"
    assert bench_admin.execute(query, [project.databases.prefix]).fetchall() == []
