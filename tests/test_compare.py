"""
Two revisions are compared: what a revision took away is seen.
"""

import re
import subprocess
import sys

import pytest

from benchmarks.compare import Compared
from tests.fix_alembic import ROOT

LOST = '    op.create_index("ix_images_crawl_job_id", "images", ["crawl_job_id"])\n'
IDENTITY = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")


def git(folder, *words):
    subprocess.run(
        ["git", *IDENTITY, *words],  # noqa: S607 - whichever git there is
        cwd=folder,
        check=True,
        capture_output=True,
    )


@pytest.fixture
def repository(tmp_path):
    """A repository with this project, and a commit on top that lost an index."""
    folder = tmp_path / "repository"
    git(tmp_path, "clone", "--shared", "--quiet", str(ROOT), str(folder))
    (revision,) = (folder / "migrations" / "versions").glob("*initial_schema.py")
    text = revision.read_text("utf-8")
    assert LOST in text
    revision.write_text(text.replace(LOST, ""), "utf-8")
    git(folder, "commit", "--all", "--quiet", "--message", "Lose an index")
    return folder


def compare(repository, *words):
    return subprocess.run(
        [
            *(sys.executable, str(ROOT / "benchmarks" / "compare.py")),
            *("--repository", str(repository), "--rows", "1e4", "--rounds", "5", *words),
        ],
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_lost_index_is_seen(repository):
    """The query that relied on it touches ten times the blocks; another as many as ever."""
    done = compare(
        repository,
        *("HEAD~1", "HEAD", "--query", "crawl_jobs with images by crawl_job_id"),
        *("--query", "recent activity"),
    )

    assert done.returncode == 0, done.stderr
    blocks = {
        line.split(" | ")[0].removeprefix("| "): [
            int(each.replace(",", "")) for each in re.findall(r"([\d,]+) → ([\d,]+)", line)[0]
        ]
        for line in done.stdout.splitlines()
        if "→" in line and "A → B" not in line
    }
    before, after = blocks["crawl_jobs with images by crawl_job_id"]
    assert after > 10 * before
    before, after = blocks["recent activity"]
    assert after == before


def test_what_is_no_revision_is_told(repository):
    """A name that git does not know ends it in a sentence."""
    done = compare(repository, "HEAD", "nowhere")

    assert done.returncode == 1
    assert "'nowhere'" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("factor", "rounds", "verdict"),
    [
        (2.0, 41, "slower"),
        (0.5, 41, "faster"),
        (1.0, 41, "within the noise"),
        (1.02, 41, "hardly different"),
        (2.0, 5, "too few rounds to tell"),
    ],
)
def test_a_verdict_says_what_is_known(factor, rounds, verdict):
    """A difference is called one if it is no noise, worth a word, and seen often enough."""
    before = [1.0 + 0.001 * (number % 5) for number in range(rounds)]
    found = Compared(
        name="a look-up",
        times_s=(before, [factor * each for each in reversed(before)]),
        blocks=(4, 4),
        is_same=True,
    )

    assert found.line(comparisons=32).endswith(f"| {verdict} |")
