"""
Time the harness beside its peers, in one run on this machine.

    python benchmarks/peers.py [--tests 100] [--runs 5] [--revisions 50] [--image NAME] [--write]

A private database for each test: the harness's ``schema_database``, pytest-postgresql's, made
of its template, and a container by testcontainers; and for comparison a transaction that is rolled
back (``schema_session``). All run the same test as whole pytest processes, and but for the
container on the same PostgreSQL, with their data on the same disk; the price of one test is what
the last hundred add to the first. What the first costs is the server and the schema. Then a history
beside Alembic and pytest-alembic (`benchmarks.histories`). Where there is no engine or no image for
containers, the page says so.

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
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.floor import took  # noqa: E402 - needs the path above
from benchmarks.histories import contests  # noqa: E402
from benchmarks.pages import write_between  # noqa: E402
from benchmarks.peer_tests import CONTAINER, KINDS, Kind, lacking  # noqa: E402
from benchmarks.times import Time, table  # noqa: E402
from schemaproof.postgres import Databases, new_prefix, open_server  # noqa: E402
from schemaproof.postgres._binaries import find_binaries  # noqa: E402
from schemaproof.project import Project  # noqa: E402

PAGE = ROOT / "docs" / "BENCHMARKS.md"
AIM = 5.0


def databases(
    place: Path, kinds: Iterable[Kind], tests: int, runs: int, image: str
) -> tuple[list[Time], list[Time]]:
    """
    Return what a test with a database costs, and what its server costs, of each kind.
    """
    schema = place / "schema.sql"
    pg_ctl = str(find_binaries(None).program("pg_ctl"))
    dump_schema(schema)
    each, first = [], []
    for kind in kinds:
        given = {"pg_ctl": pg_ctl, "schema": str(schema), "image": image}
        added = min(tests, kind.most)
        took_ms: dict[int, list[float]] = {1: [], added + 1: []}
        for _ in range(runs):
            for number, kept in took_ms.items():
                kept.append(_pytest(place, kind.source.format(tests=number, **given), kind.without))
        alone, many = took_ms.values()
        price = [(long - short) / added for short, long in zip(alone, many, strict=True)]
        each.append(Time(what=kind.what, runs_ms=tuple(price)))
        first.append(Time(what=kind.what, runs_ms=tuple(alone)))
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
    # psql's own words are no SQL; a container's server may be older than this setting.
    not_there = (b"\\", b"SET transaction_timeout")
    lines = (line for line in done.stdout.splitlines() if not line.startswith(not_there))
    file.write_bytes(b"\n".join(lines))


def main() -> int:
    """
    Print the tables, and write them into the page if asked to.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--tests", type=int, default=100)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--revisions", type=int, nargs="*", default=[50])
    parser.add_argument("--image", default="postgres:18-alpine")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    if os.geteuid() == 0:
        raise SystemExit("needs an ordinary user: pytest-postgresql starts no server as root")
    why = lacking(asked.image)
    memory = Path("/dev/shm")  # noqa: S108 - where the harness has its data too
    place = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None))
    try:
        kinds = KINDS if why else (*KINDS, CONTAINER)
        each, first = databases(place, kinds, asked.tests, asked.runs, asked.image)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    lines = [
        *table("One more test", each),
        *table("A run of one test, with its server and schema", first),
        *(["", f"{CONTAINER.what}: not measured, {why}."] if why else []),
    ]
    for revisions, contest in contests(asked.revisions, asked.runs):
        lines += table(f"A history of {revisions:,} revisions", contest)
    print("\n".join(lines))
    if asked.write:
        write_between(PAGE, "peers", lines)
    return 0 if each[2].median_ms >= AIM * each[0].median_ms else 1


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
