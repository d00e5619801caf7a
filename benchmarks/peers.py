"""
Time a database for each test beside those that peers give, in one run on this machine.

    python benchmarks/peers.py [--tests 100] [--runs 5] [--write]

A private database for each test: the harness's ``schema_database`` and pytest-postgresql's, made
of its template; and for comparison a transaction that is rolled back (``schema_session``). All run
the same test on the same PostgreSQL, with their data on the same disk, as whole pytest processes;
the price of one test is what the last hundred add to the first. What the first costs is the server
and the schema.

PostgreSQL does not run as root, and pytest-postgresql does not step down: run this as an ordinary
user. Exit status 1 if the aim was missed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.floor import took  # noqa: E402 - needs the path above
from benchmarks.pages import write_between  # noqa: E402
from benchmarks.times import Time, table  # noqa: E402
from schemaproof.postgres import Databases, new_prefix, open_server  # noqa: E402
from schemaproof.postgres._binaries import find_binaries  # noqa: E402
from schemaproof.project import Project  # noqa: E402

PAGE = ROOT / "docs" / "BENCHMARKS.md"
AIM = 5.0
PROFILE = "INSERT INTO profiles (id, email) VALUES (gen_random_uuid(), 'ada@example.org')"

OURS = f"""
import pytest

@pytest.mark.parametrize("number", range({{tests}}))
def test_alone(schema_database, number):
    with schema_database.connect() as connection:
        connection.execute({PROFILE!r})
        assert connection.execute("SELECT count(*) FROM profiles").fetchone() == (1,)
"""
ROLLED_BACK = f"""
import pytest
from sqlalchemy import text

@pytest.mark.parametrize("number", range({{tests}}))
def test_alone(schema_session, number):
    schema_session.execute(text({PROFILE!r}))
    assert schema_session.scalar(text("SELECT count(*) FROM profiles")) == 1
"""
THEIRS = f"""
from pathlib import Path

import pytest
from pytest_postgresql import factories

proc = factories.postgresql_proc(executable={{pg_ctl!r}}, load=[Path({{schema!r}})])
database = factories.postgresql("proc")

@pytest.mark.parametrize("number", range({{tests}}))
def test_alone(database, number):
    database.execute({PROFILE!r})
    assert database.execute("SELECT count(*) FROM profiles").fetchone() == (1,)
"""


def databases(place: Path, tests: int, runs: int) -> tuple[list[Time], list[Time]]:
    """
    Return what a test with a database costs, and what its server costs, of each kind.
    """
    schema = place / "schema.sql"
    pg_ctl = str(find_binaries(None).program("pg_ctl"))
    dump_schema(schema)
    kinds = {
        "schemaproof, a database of its own": (OURS, "no:postgresql"),
        "schemaproof, a transaction": (ROLLED_BACK, "no:postgresql"),
        "pytest-postgresql, a database of its own": (THEIRS, "no:schemaproof"),
    }
    each, first = [], []
    for what, (source, without) in kinds.items():
        given = {"pg_ctl": pg_ctl, "schema": str(schema)}
        took_ms: dict[int, list[float]] = {1: [], tests + 1: []}
        for _ in range(runs):
            for number, kept in took_ms.items():
                kept.append(_pytest(place, source.format(tests=number, **given), without))
        alone, many = took_ms.values()
        price = [(long - short) / tests for short, long in zip(alone, many, strict=True)]
        each.append(Time(what=what, runs_ms=tuple(price)))
        first.append(Time(what=what, runs_ms=tuple(alone)))
    return each, first


def dump_schema(file: Path) -> None:
    """
    Write the migrated schema as SQL, for those who know no Alembic.
    """
    with open_server("embedded", prefix=new_prefix()) as server:
        own = Databases(server, prefix=new_prefix())
        with own.clone() as database:
            Project.load(ROOT).history.upgrade(database)
            url = database.url.set(drivername="postgresql").render_as_string(False)
            dump = [str(find_binaries(None).program("pg_dump")), "--schema-only", "--no-owner"]
            done = subprocess.run([*dump, "--dbname", url], check=True, capture_output=True)
        own.close()
    # psql's own words are no SQL.
    lines = (line for line in done.stdout.splitlines() if not line.startswith(b"\\"))
    file.write_bytes(b"\n".join(lines))


def main() -> int:
    """
    Print the tables, and write them into the page if asked to.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--tests", type=int, default=100)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    if os.geteuid() == 0:
        raise SystemExit("needs an ordinary user: pytest-postgresql starts no server as root")
    memory = Path("/dev/shm")  # noqa: S108 - where the harness has its data too
    place = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None))
    try:
        each, first = databases(place, asked.tests, asked.runs)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    lines = [
        *table("One more test", each),
        *table("A run of one test, with its server and schema", first),
    ]
    print("\n".join(lines))
    if asked.write:
        write_between(PAGE, "peers", lines)
    return 0 if each[-1].median_ms >= AIM * each[0].median_ms else 1


def _pytest(place: Path, source: str, without: str) -> float:
    folder = place / "tests"
    folder.mkdir(exist_ok=True)
    (folder / "test_alone.py").write_text(source, "utf-8")
    arguments = ["-q", "-p", "no:cacheprovider", "-p", without, "-p", "no:randomly"]
    arguments += ["--basetemp", str(place / "base"), "--rootdir", str(ROOT), "-c", os.devnull]

    def run() -> None:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *arguments, str(folder)],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode != 0:
            raise SystemExit(done.stdout + done.stderr)

    return 1e3 * took(run)


if __name__ == "__main__":
    sys.exit(main())
