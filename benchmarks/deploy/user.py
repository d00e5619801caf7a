"""
Let a user at the database, as pgbench plays him, and time him.

Three times of four he looks at a page of a job's images; else what was done is logged and a job
moved on. Nobody but him keeps the server busy, so that what another session costs him is seen.

Source: https://www.postgresql.org/docs/current/pgbench.html
"""

from __future__ import annotations

import re
import subprocess
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


class User:
    """
    One who uses a staging database.

    Args:
        stage: The database.
        folder: Where his scripts go.
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

    def served(self, seconds: int) -> float:
        """
        Return how many milliseconds a transaction takes on average, one after the other.

        Args:
            seconds: For how long.
        """
        url = self._stage.database.url
        done = subprocess.run(
            [
                find_binaries(None).program("pgbench"),
                *("--no-vacuum", "--time", str(seconds), "--protocol", "prepared"),
                *self._scripts,
                *("--host", str(url.query["host"]), "--username", str(url.username)),
                str(url.database),
            ],
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        found = re.search(r"latency average = ([\d.]+) ms", done.stdout)
        if done.returncode or found is None:
            raise SystemExit(f"pgbench failed: {done.stdout}")
        return float(found[1])
