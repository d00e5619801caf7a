"""
Let users at the database, as pgbench plays them, and time them.

Three of four look at a page of a job's images; the others log what was done and move a job on.
They come at half the pace that the server can bear, as they do where nobody complains.

Source: https://www.postgresql.org/docs/current/pgbench.html
"""

from __future__ import annotations

import contextlib
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.deploy.stage import Stage
from schemaproof.postgres._binaries import find_binaries

LOOK = """
\\set job random(1, {jobs})
SELECT id, original_url, storage_url, filename FROM images WHERE crawl_job_id = :job
ORDER BY id LIMIT 50;
"""
DO = """
\\set job random(1, {jobs})
INSERT INTO activity_logs (action, resource_type) VALUES ('job.moved', 'crawl_job');
UPDATE crawl_jobs SET downloaded_images = downloaded_images + 1 WHERE id = :job;
"""


@dataclass(frozen=True, kw_only=True)
class Served:
    """
    How users were served.

    Attributes:
        latency_ms: How long a transaction took on average, waiting for its turn included.
        per_s: How many were served in a second.
    """

    latency_ms: float
    per_s: float


class Users:
    """
    Those who use a staging database.

    Args:
        stage: The database.
        folder: Where their scripts go.
    """

    def __init__(self, stage: Stage, folder: Path) -> None:
        self._stage = stage
        with stage.connect() as connection:
            (jobs,) = connection.execute("SELECT max(id) FROM crawl_jobs").fetchone() or (1,)
        self._scripts = []
        for text, weight in ((LOOK, 3), (DO, 1)):
            script = folder / f"weight-{weight}.sql"
            script.write_text(text.format(jobs=jobs))
            self._scripts += ["-f", f"{script}@{weight}"]

    def served(self, seconds: int, *, per_s: float | None = None) -> Served:
        """
        Return how they are served for a time.

        Args:
            seconds: How long.
            per_s: At which pace they come; as fast as they are served if None.
        """
        with self.at_work(seconds, per_s=per_s) as pgbench:
            told, _ = pgbench.communicate()
        if pgbench.returncode:
            raise SystemExit(f"pgbench failed: {told}")
        return Served(
            latency_ms=float(_figure(r"latency average = ([\d.]+) ms", told)),
            per_s=float(_figure(r"tps = ([\d.]+)", told)),
        )

    @contextlib.contextmanager
    def at_work(
        self, seconds: int, *, per_s: float | None = None
    ) -> Iterator[subprocess.Popen[str]]:
        """
        Have them at work while the block runs, a time at most.
        """
        url = self._stage.database.url
        argv = [
            find_binaries(None).program("pgbench"),
            *("--no-vacuum", "--client", "2", "--time", str(seconds), "--protocol", "prepared"),
            *(() if per_s is None else ("--rate", f"{per_s:.0f}")),
            *self._scripts,
            *("--host", str(url.query["host"]), "--username", str(url.username)),
            str(url.database),
        ]
        pgbench = subprocess.Popen(
            argv, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        try:
            yield pgbench
        finally:
            pgbench.terminate()
            pgbench.wait()


def _figure(pattern: str, told: str) -> str:
    found = re.search(pattern, told)
    if found is None:
        raise SystemExit(f"pgbench says nothing of {pattern}: {told}")
    return found[1]
