"""
One thing is broken at a time, and the command line says which object, what, why and what to do.
"""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.harness.acceptance.conftest import REPOSITORY

SCREEN = 50  # lines
# A check's line in the report of a run that proved everything.
COUNTED = re.compile(r"^([a-z]+/[a-z-]+) +(\d[\w ,]*?) +[\d.]+ s  ", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Break:
    """
    One change to the subject, and what must be said of it.

    Attributes:
        file: What is changed, as a glob pattern.
        old: The text to replace; all of it, if it stands there more often than once.
        new: What replaces it.
        only: The check or family that is run.
        says: Patterns of the check, object, found, because and fix, in this order.
    """

    file: str
    old: str
    new: str
    only: str
    says: tuple[str, ...]

    def apply(self, root: Path) -> None:
        (path,) = root.glob(self.file)
        text = path.read_text()
        assert self.old in text, f"{self.file} has changed: mend this test"
        path.write_text(text.replace(self.old, self.new))


BREAKS = {
    "ondelete in a model only": Break(
        file="models/image.py",
        old='ForeignKey("crawl_jobs.id", ondelete="CASCADE")',
        new='ForeignKey("crawl_jobs.id")',
        only="drift",
        says=(
            "drift/models-match-migrations",
            "images.fk_images_crawl_job_id_crawl_jobs",
            "NO ACTION.*CASCADE",
            "disagree",
            "Add a revision",
        ),
    ),
    "ondelete in a migration only": Break(
        file="migrations/versions/*_initial_schema.py",
        old='name="fk_images_crawl_job_id_crawl_jobs",\n            ondelete="CASCADE"',
        new='name="fk_images_crawl_job_id_crawl_jobs",\n            ondelete="RESTRICT"',
        only="references/on-delete-behaves",
        says=(
            "references/on-delete-behaves",
            "images.crawl_job_id",
            "declare ON DELETE CASCADE, but .*raw SQL.* refused by .*fk_images_crawl",
            "leaves rows of images behind",
            "make it again with ondelete='CASCADE'",
        ),
    ),
    "index dropped": Break(
        file="migrations/versions/*_initial_schema.py",
        old='    op.create_index("ix_images_crawl_job_id", "images", ["crawl_job_id"])\n',
        new="",
        only="references/fk-without-index",
        says=("references/fk-without-index", "images.crawl_job_id", "", "", "ndex on"),
    ),
    "constraint left NOT VALID": Break(
        file="migrations/versions/*_validated.py",
        old="    for table, name, _ in CHECKS:",
        new="    for table, name, _ in CHECKS[1:]:",
        only="drift",
        says=(
            "drift/models-match-migrations",
            "profiles.ck_profiles_role_known",
            "NOT VALID|not valid|validated|is_valid",
            "never checked",
            "Add a revision",
        ),
    ),
    "downgrade forgets a trigger": Break(
        file="migrations/versions/*_delete_guard_and_updated_at.py",
        old='        op.execute("DROP TRIGGER IF EXISTS tr_profiles_delete_guard ON profiles")\n'
        '        op.execute("DROP FUNCTION IF EXISTS profiles_delete_guard()")\n',
        new="",
        only="history/downgrade-restores-catalog",
        says=(
            "history/downgrade-restores-catalog",
            "0005: profiles.tr_profiles_delete_guard",
            "after the downgrade trigger .*tr_profiles_delete_guard is left over",
            "at no revision",
            r"Make downgrade\(\) the exact inverse of upgrade\(\) for the trigger",
            r"at +migrations/versions/2024-11-22-0915_delete_guard_and_updated_at\.py",
        ),
    ),
    "relationship without its pair": Break(
        file="models/image.py",
        old='relationship(back_populates="images", passive_deletes=True)',
        new="relationship(passive_deletes=True)",
        only="references/unpaired-relationship",
        says=(
            "references/unpaired-relationship",
            "Image.crawl_job",
            r"no back_populates: CrawlJob\.images follows the same key",
            "not seen on the CrawlJob side",
            r"Give Image\.crawl_job back_populates='images'",
            r"at +models/image\.py:60",
        ),
    ),
    "migration that raises": Break(
        file="migrations/versions/*_sorting_and_composite_indexes.py",
        old='("ix_projects_created_at", "projects", ["created_at"])',
        new='("ix_projects_created_at", "projects", ["made_at"])',
        only="indexes",
        says=(
            "history/upgrade-from-empty",
            "0002",
            'UndefinedColumn 42703: column "made_at" does not exist.*CREATE INDEX CONCURRENTLY',
            "the deploy stops here",
            "Mend the statement",
            r"at +migrations/versions/2024-11-18-1030_sorting_and_composite_indexes\.py:\d+",
        ),
    ),
    "models that raise on import": Break(
        file="models/profile.py",
        old="class Profile(",
        new='raise RuntimeError("not today")\n\n\nclass Profile(',
        only="drift/models-match-migrations",
        says=(
            "drift/models-configure",
            "models",
            "RuntimeError: not today",
            "nothing that uses the models can start",
            "Mend the class",
            r"at +models/profile\.py:\d+",
        ),
    ),
    "models that raise after their first table": Break(
        file="models/image.py",
        old='relationship(back_populates="images", passive_deletes=True)',
        new='relationship(back_populates="images", passive_deletes=True)\n\n\n'
        'raise RuntimeError("too late")',
        only="history",
        says=(
            "drift/models-configure",
            "models",
            "RuntimeError: too late",
            "nothing that uses the models can start",
            "Mend the class",
        ),
    ),
    "revision that is no Python": Break(
        file="migrations/versions/*_delete_guard_and_updated_at.py",
        old="def upgrade() -> None:",
        new="def upgrade( -> None:",
        only="history",
        says=(
            "history/upgrade-from-empty",
            "",
            "SyntaxError",
            "the deploy stops here",
            "Mend the statement",
            r"at +migrations/versions/2024-11-22-0915_delete_guard_and_updated_at\.py:\d+",
        ),
    ),
    "env.py that ends the process after the last step": Break(
        file="migrations/env.py",
        old="    migrate_online()\n",
        new="    migrate_online()\n    raise SystemExit(0)\n",
        only="history",
        says=(
            "history/upgrade-from-empty",
            r"env\.py",
            "SystemExit: 0",
            "the deploy stops here",
            "mend env.py",
            r"at +migrations/env\.py:\d+",
        ),
    ),
    "models that raise when configured": Break(
        file="models/image.py",
        old='relationship(back_populates="images"',
        new='relationship(back_populates="pictures"',
        only="references/unpaired-relationship",
        says=(
            "drift/models-configure",
            "CrawlJob|Image",
            "InvalidRequestError: .*pictures",
            "nothing that uses the models can start",
            "Mend the class",
        ),
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_one_thing_broken_is_named_and_explained(name, cli, subject):
    """
    Exit status 1, and the object, what was found, why it matters and how to mend it are printed.
    """
    broken = BREAKS[name]
    broken.apply(subject)

    done = cli("verify", subject, "--only", broken.only)

    assert (done.returncode, done.stderr) == (1, "")
    flat = " ".join(done.stdout.split())
    check, where, found, because, fix, *more = broken.says
    said = rf"{check} \S*{where}.* found .*{found}.* because .*{because}.* fix .*{fix}"
    assert re.search(said, flat), done.stdout
    for pattern in more:
        assert re.search(pattern, flat), done.stdout
    assert re.search("VIOLATED .* 1 violated", flat), done.stdout
    assert len(done.stdout.splitlines()) <= SCREEN, done.stdout


def test_this_repository_is_proved(cli, subject):
    done = cli("verify", subject, "--format", "json", "--json", subject / "report.json")

    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads(done.stdout)
    assert report["verdict"] == "proved"
    assert report["counts"]["violated"] == 0
    skipped = [one["check"] for one in report["checks"] if "skipped" in _statuses(one)]
    # Plans are compared on the version alone on which they were accepted.
    accepted = (
        f"PostgreSQL {json.loads((subject / 'benchmarks/plans.json').read_text())['postgresql']}."
    )
    is_theirs = report["environment"]["postgresql"].startswith(accepted)
    assert skipped == ([] if is_theirs else ["indexes/plan-changed"])
    assert report == json.loads((subject / "report.json").read_text())
    quoted = json.loads((REPOSITORY / "docs" / "measured.json").read_text())["revisions"]
    steady = [{key: one[key] for key in one if key != "stall"} for one in quoted]
    assert steady == report["revisions"], "run docs/measure.py"
    told = COUNTED.findall((REPOSITORY / "README.md").read_text())
    told = [(check, count) for check, count in told if check not in skipped]
    counted = [(one["check"], _counted(one)) for one in report["checks"]]
    assert told == [one for one in counted if one[0] not in skipped], "README is stale"


def _statuses(check: dict[str, Any]) -> list[str]:
    return [claim["status"] for claim in check["claims"]]


def _counted(check: dict[str, Any]) -> str:
    statuses = _statuses(check)
    counts = {status: statuses.count(status) for status in ("proved", "waived")}
    return ", ".join(f"{count} {status}" for status, count in counts.items() if count)


def test_a_terminal_sees_colour_and_progress(library):
    """
    Under a pseudo-terminal the result is coloured and a bar counts the claims.
    """
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "schemaproof", "verify", str(library), "--only", "indexes"],
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm-256color"},
    )
    os.close(theirs)
    seen = b""
    while True:
        try:
            chunk = os.read(ours, 65536)
        except OSError:  # Linux ends a pseudo-terminal so
            break
        if not chunk:
            break
        seen += chunk
    os.close(ours)

    assert process.wait() == 0
    assert b"\x1b[" in seen
    assert re.search(rb"\d/\d", seen)
