"""
Time a table that is filled by `rows.load` beside COPY of the very same rows.

    python benchmarks/loading.py [--rows 1000000] [--runs 3]

The rows are PixCrawler's images, spread over a thousand crawl jobs by Zipf's law. COPY is given
them as text that was made beforehand, into the table as it is: with its indexes, CHECKs and foreign
key. The harness makes them on the server, which parses nothing, and looks for all parents at once.
Exit status 1 if it takes more than twice as long.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.floor import median_ms, took  # noqa: E402 - needs the path above
from schemaproof.catalog import QualifiedName, snapshot  # noqa: E402
from schemaproof.postgres import Connection, Databases, new_prefix, open_server  # noqa: E402
from schemaproof.project import Project  # noqa: E402
from schemaproof.rows import RowMaker, Spread, Volume, load  # noqa: E402

AIM = 2.0
PARENTS = ("profiles", "projects", "crawl_jobs")
IMAGES = QualifiedName("public", "images")
SKEWED = {"crawl_job_id": Spread(skew=1)}


def fill(maker: RowMaker, rows: int) -> float:
    """
    Return the seconds in which the harness fills the table.
    """
    maker.connection.execute("TRUNCATE images")
    volumes = {IMAGES: Volume(rows=rows, keys=SKEWED)}
    return took(lambda: _checked(load(maker, volumes)[IMAGES].obstacle))


def copy(connection: Connection, text: bytes) -> float:
    """
    Return the seconds in which COPY does.
    """
    connection.execute("TRUNCATE images")

    def run() -> None:
        with connection.cursor().copy("COPY images FROM STDIN") as stream:
            stream.write(text)
        connection.execute("ANALYZE images")

    return took(run)


def main() -> int:
    """
    Print both, and how many rows a second that is.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    with open_server("embedded", prefix=new_prefix()) as server:
        databases = Databases(server, prefix=new_prefix())
        with databases.clone() as database, database.connect(autocommit=True) as connection:
            Project.load(ROOT).history.upgrade(database)
            maker = RowMaker(catalog=snapshot(connection), connection=connection)
            load(maker, {QualifiedName("public", name): Volume(rows=1000) for name in PARENTS})
            harness_ms = median_ms(lambda: fill(maker, asked.rows), asked.runs)
            with connection.cursor().copy("COPY images TO STDOUT") as stream:
                text = b"".join(map(bytes, stream))
            floor_ms = median_ms(lambda: copy(connection, text), asked.runs)
        databases.close()
    print(f"median of {asked.runs} runs, {asked.rows:,} rows")
    for name, ms in (("rows.load", harness_ms), ("COPY", floor_ms)):
        print(f"{name:<10}{ms / 1e3:8.2f} s {asked.rows / ms * 1e3:12,.0f} rows/s")
    print(f"{harness_ms / floor_ms:.2f} of COPY; the aim is at most {AIM}")
    return 1 if harness_ms > AIM * floor_ms else 0


def _checked(obstacle: str | None) -> None:
    if obstacle is not None:
        raise SystemExit(obstacle)


if __name__ == "__main__":
    sys.exit(main())
