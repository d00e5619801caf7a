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
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.floor import median_ms, took  # noqa: E402 - needs the path above
from benchmarks.generated_history import write_history  # noqa: E402
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

    def __init__(self, project: Path, url: str, peer_python: Path, runs: int) -> None:
        self.project, self.peer_python, self.runs = project, peer_python, runs
        # Whoever types these commands has modules that were compiled once.
        self.env = {**os.environ, "DATABASE_URL": url}
        self.env.pop("PYTHONDONTWRITEBYTECODE", None)

    def alembic(self) -> float:
        """
        Return the milliseconds of ``upgrade head`` and ``downgrade base``.
        """
        steps = (["upgrade", "head"], ["downgrade", "base"])
        return median_ms(
            lambda: sum(self._time([sys.executable, "-m", "alembic", *step]) for step in steps),
            self.runs,
        )

    def pytest_alembic(self) -> float:
        """
        Return the milliseconds of its built-in tests.
        """
        argv = [
            str(self.peer_python),
            "-m",
            "pytest",
            "-q",
            "--test-alembic",
            "-p",
            "no:cacheprovider",
        ]
        return median_ms(lambda: self._time(argv), self.runs)

    def schemaproof(self, *only: str) -> float:
        """
        Return the milliseconds of ``verify``.
        """
        argv = [sys.executable, "-m", "schemaproof", "verify"]
        argv += [word for name in only for word in ("--only", name)]
        return median_ms(lambda: self._time(argv), self.runs)

    def _time(self, argv: list[str]) -> float:
        def run() -> None:
            done = subprocess.run(
                argv, cwd=self.project, env=self.env, capture_output=True, text=True, check=False
            )
            if done.returncode != 0:
                raise SystemExit(f"{' '.join(argv)}\n{done.stdout}\n{done.stderr}")

        return took(run)


def peer_environment(folder: Path) -> Path:
    """
    Make an environment with pytest-alembic and return its Python.
    """
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    install = [python, "-m", "pip", "install", "--quiet", *PEER]
    subprocess.run(install, check=True, stderr=subprocess.DEVNULL)
    return python


def main() -> int:
    """
    Print the table.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--revisions", type=int, nargs="+", default=[1, 50, 400])
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    print(f"median of {asked.runs} runs, in seconds; in brackets the ratio to alembic")
    print(
        f"{'revisions':>9}{'alembic':>10}{'pytest-alembic':>18}{'the same':>16}{'everything':>16}"
    )
    missed = False
    with (
        tempfile.TemporaryDirectory() as place,
        open_server("embedded", prefix=new_prefix()) as server,
    ):
        peer_python = peer_environment(Path(place) / "peer")
        databases = Databases(server, prefix=new_prefix())
        for revisions in asked.revisions:
            project = Path(place) / f"project_{revisions}"
            write_history(project, revisions)
            # Where its plugin looks for one before it adds its tests.
            (project / "tests").mkdir()
            (project / "tests" / "conftest.py").write_text(PEER_CONFTEST)
            with databases.clone() as database:
                url = database.url.render_as_string(hide_password=False)
                contest = Contest(project, url, peer_python, asked.runs)
                figures = {
                    "alembic": contest.alembic(),
                    "peer": contest.pytest_alembic(),
                    "same": contest.schemaproof(*SAME),
                    "all": contest.schemaproof(),
                }
            print(_line(revisions, figures), flush=True)
            missed |= revisions >= 400 and _is_missed(figures)
        databases.close()
    return 1 if missed else 0


def _line(revisions: int, figures: Mapping[str, float]) -> str:
    words = [f"{revisions:>9}{figures['alembic'] / 1e3:>10.2f}"]
    for name, width in (("peer", 18), ("same", 16), ("all", 16)):
        text = f"{figures[name] / 1e3:.2f} ({figures[name] / figures['alembic']:.1f})"
        words.append(f"{text:>{width}}")
    return "".join(words)


def _is_missed(figures: Mapping[str, float]) -> bool:
    return (
        figures["same"] > PEER_AIM * figures["peer"]
        or figures["all"] > FLOOR_AIM * figures["alembic"]
    )


if __name__ == "__main__":
    sys.exit(main())
