"""
Time histories of 1, 50 and 400 revisions: Alembic alone, pytest-alembic, and the harness.

    python benchmarks/histories.py [--revisions 1 50 400] [--runs 3]

The floor is ``alembic upgrade head`` and ``alembic downgrade base``, as people type them. The peer
is pytest-alembic with its built-in tests, in an environment of its own, since its plugin breaks on
pytest 9. All three are whole commands on the same machine in the same run: imports, and for the
harness the server, included. Exit status 1 if an aim was missed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.generated_history import write_history  # noqa: E402 - needs the path above
from benchmarks.times import Time, table, timed  # noqa: E402
from schemaproof.postgres import Databases, new_prefix, open_server  # noqa: E402

PEER = ("pytest-alembic==0.13.1", "pytest<9", "alembic", "psycopg[binary]", "sqlalchemy")
PEER_CONFTEST = """
import os
import pytest
import sqlalchemy as sa

@pytest.fixture
def alembic_engine():
    engine = sa.create_engine(os.environ["DATABASE_URL"])
    yield engine
    with engine.begin() as connection:
        connection.execute(sa.text("DROP SCHEMA public CASCADE"))
        connection.execute(sa.text("CREATE SCHEMA public"))
    engine.dispose()
"""
# What pytest-alembic asks: one head, a whole upgrade, each revision up and down, models alike.
SAME = (
    "drift/models-match-migrations",
    "history/downgrade-restores-catalog",
    "history/single-head",
    "history/upgrade-from-empty",
)
PEER_AIM, FLOOR_AIM = 1 / 3, 4.0


class Contest:
    """
    One generated project and a database for those who need to be given one.
    """

    def __init__(self, project: Path, url: str, peer_python: Path) -> None:
        self.project, self.peer_python = project, peer_python
        # Whoever types these commands has modules that were compiled once.
        self.env = {**os.environ, "DATABASE_URL": url}
        self.env.pop("PYTHONDONTWRITEBYTECODE", None)

    def times(self, runs: int) -> list[Time]:
        """
        Return how long each takes; the harness's checks of the same are the last but one.
        """
        return [
            timed("alembic upgrade head, downgrade base", self._alembic, runs),
            timed("pytest-alembic, its built-in tests", self._pytest_alembic, runs),
            timed("schemaproof verify, checks of the same", lambda: self._verify(*SAME), runs),
            timed("schemaproof verify, everything", self._verify, runs),
        ]

    def _alembic(self) -> None:
        for step in (["upgrade", "head"], ["downgrade", "base"]):
            self._run([sys.executable, "-m", "alembic", *step])

    def _pytest_alembic(self) -> None:
        # Nothing of this environment is to be found in its own.
        argv = ["-E", "-m", "pytest", "-q", "--test-alembic", "-p", "no:cacheprovider"]
        self._run([str(self.peer_python), *argv])

    def _verify(self, *only: str) -> None:
        argv = [sys.executable, "-m", "schemaproof", "verify"]
        self._run(argv + [word for name in only for word in ("--only", name)])

    def _run(self, argv: list[str]) -> None:
        done = subprocess.run(
            argv, cwd=self.project, env=self.env, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(argv)}\n{done.stdout}\n{done.stderr}")


def contests(revisions: Iterable[int], runs: int) -> Iterator[tuple[int, list[Time]]]:
    """
    Yield how long each takes for a history of each length.
    """
    with (
        tempfile.TemporaryDirectory() as place,
        open_server("embedded", prefix=new_prefix()) as server,
    ):
        databases = Databases(server, prefix=new_prefix())
        peer_python = peer_environment(Path(place) / "peer")
        for number in revisions:
            project = Path(place) / f"project_{number}"
            write_history(project, number)
            # Where its plugin looks for one before it adds its tests.
            (project / "tests").mkdir()
            (project / "tests" / "conftest.py").write_text(PEER_CONFTEST)
            with databases.clone() as database:
                url = database.url.render_as_string(hide_password=False)
                yield number, Contest(project, url, peer_python).times(runs)
        databases.close()


def peer_environment(folder: Path) -> Path:
    """
    Make an environment with pytest-alembic and return its Python.
    """
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    install = [python, "-E", "-m", "pip", "install", "--quiet", *PEER]
    subprocess.run(install, check=True, stderr=subprocess.DEVNULL)
    return python


def main() -> int:
    """
    Print the tables.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--revisions", type=int, nargs="+", default=[1, 50, 400])
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    missed = False
    for revisions, times in contests(asked.revisions, asked.runs):
        lines = table(f"A history of {revisions:,} revisions", times)
        print("\n".join(lines), flush=True)
        missed |= revisions >= 400 and _is_missed(times)
    return 1 if missed else 0


def _is_missed(times: list[Time]) -> bool:
    alembic, peer, same, everything = (each.median_ms for each in times)
    return same > PEER_AIM * peer or everything > FLOOR_AIM * alembic


if __name__ == "__main__":
    sys.exit(main())
