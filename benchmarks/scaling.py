"""
Find out where one machine, and one table, stop being enough; the figures of docs/SCALING.md.

    python benchmarks/scaling.py [--rows 1000000] [--write]

What the tables weigh and what the planner says at up to ten billion images comes from posed tables.
What partitions cost and save is measured on tables that are loaded: plain ones, and the same rows
in partitions. Times are medians; machines differ, so that the ratios are what to look at.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.floor import median_ms, took  # noqa: E402 - needs the path above
from benchmarks.pages import write_between  # noqa: E402
from schemaproof.catalog import QualifiedName  # noqa: E402
from schemaproof.plans import Plan  # noqa: E402
from schemaproof.postgres import Connection  # noqa: E402
from schemaproof.project import Project  # noqa: E402
from schemaproof.rows import RowMaker, load  # noqa: E402
from schemaproof.runner import Order, opened  # noqa: E402
from schemaproof.subject import Subject  # noqa: E402

PAGE = ROOT / "docs" / "SCALING.md"
SIZES = (1e6, 1e7, 1e8, 1e9, 1e10)
GIB = 1 << 30
BLOCK = 8192
MONTHS = 24
RUNS = 5
TABLES = ("images", "activity_logs", "crawl_jobs", "profiles")
ASKED = (
    "user by email",
    "a user's projects, newest first",
    "jobs that are pending",
    "a project's jobs by status",
    "a job's images, paged",
    "a user's activity, newest first",
    "a user's activity in the last week",
    "recent activity",
    "cascade to images by crawl_job_id",
    "cascade to activity_logs by user_id",
)

# The same rows, a partition for each month.
PARTITIONED = """
CREATE TABLE activity_parted (LIKE activity_logs INCLUDING DEFAULTS) PARTITION BY RANGE (timestamp);
SELECT format(
    'CREATE TABLE activity_parted_%s PARTITION OF activity_parted FOR VALUES FROM (%L) TO (%L)',
    n, '2024-01-01Z'::timestamptz + n * interval '1 month',
    '2024-01-01Z'::timestamptz + (n + 1) * interval '1 month')
FROM generate_series(0, 23) n
"""
FILL = """
ALTER TABLE activity_parted ADD PRIMARY KEY (id, timestamp);
CREATE INDEX ON activity_parted (user_id);
CREATE INDEX ON activity_parted (timestamp);
CREATE INDEX ON activity_parted (user_id, timestamp);
INSERT INTO activity_parted SELECT * FROM activity_logs;
VACUUM ANALYZE activity_parted
"""
NEWEST = "SELECT * FROM {} WHERE user_id = %s ORDER BY timestamp DESC LIMIT 50"
WEEK = "SELECT * FROM {} WHERE user_id = %s AND timestamp > '2025-12-24' ORDER BY timestamp DESC"
CASCADE = "UPDATE ONLY {} SET user_id = NULL WHERE user_id = %s"


def weights(subject: Subject) -> Iterator[str]:
    """
    Yield what each table weighs at each size, and how high its highest tree is.
    """
    yield "| images | " + " | ".join(TABLES) + " | highest tree | all |"
    yield "|---|" + "---|" * (len(TABLES) + 2)
    indexes = {
        QualifiedName(index.table.schema, index.name): index.table
        for index in subject.catalog.indexes
    }
    for rows in SIZES:
        statistics = subject.planning.statistics(rows)
        cells = []
        for name in TABLES:
            table = QualifiedName("public", name)
            heap = statistics[table].pages * BLOCK / GIB
            trees = sum(each.pages for key, each in statistics.items() if indexes.get(key) == table)
            cells.append(f"{heap:,.1f} + {trees * BLOCK / GIB:,.1f} GiB")
        highest = max(each.height or 0 for each in statistics.values())
        whole = sum(each.pages for each in statistics.values()) * BLOCK / GIB
        yield f"| {rows:,.0f} | {' | '.join(cells)} | {highest + 1} levels | {whole:,.0f} GiB |"


def plans(subject: Subject) -> Iterator[str]:
    """
    Yield what the planner says of some queries at each size.
    """
    yield "| query | " + " | ".join(f"{rows:,.0f}" for rows in SIZES) + " |"
    yield "|---|" + "---|" * len(SIZES)
    for name in ASKED:
        query = subject.workload.named(name)
        assert query is not None
        found = [subject.planning.explained(query, rows).plan for rows in SIZES]
        cells = [f"{_access(plan)} {plan.total_cost:,.0f}" for plan in found]
        yield f"| {name} | {' | '.join(cells)} |"


def partitions(connection: Connection) -> Iterator[str]:
    """
    Yield what a partition for each month costs and saves.
    """
    create, names = PARTITIONED.rsplit(";", 1)
    connection.execute(create)
    for (statement,) in connection.execute(names).fetchall():
        connection.execute(statement)
    for statement in FILL.split(";"):
        connection.execute(statement)
    (user,) = connection.execute(
        "SELECT user_id FROM activity_logs GROUP BY 1 ORDER BY abs(count(*) - 1000) LIMIT 1"
    ).fetchone() or (None,)
    (rows,) = connection.execute("SELECT count(*) FROM activity_logs").fetchone() or (0,)
    yield f"| {rows:,} rows | one table | {MONTHS} partitions | ratio |"
    yield "|---|---|---|---|"
    for label, query in (("a user's newest 50", NEWEST), ("a user's last week", WEEK)):
        plain, parted = (
            _measured(connection, query.format(table), user)
            for table in ("activity_logs", "activity_parted")
        )
        for number, unit in enumerate(("blocks", "ms to plan", "ms to run")):
            yield _line(f"{label}, {unit}", plain[number], parted[number])
    single = median_ms(lambda: _insert(connection, "activity_logs"), RUNS)
    parted_ms = median_ms(lambda: _insert(connection, "activity_parted"), RUNS)
    yield _line("insert 10,000 rows, ms", single, parted_ms)
    yield _line(
        "forget the oldest month, ms",
        1e3 * took(lambda: _delete_month(connection)),
        1e3 * took(lambda: connection.execute("DROP TABLE activity_parted_0")),
    )


def main() -> int:
    """
    Print the tables, and write them into the page if asked to.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--rows", type=float, default=1e6)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    with opened(Project.load(ROOT), Order()) as subject:
        found = {"weights": [*weights(subject)], "plans": [*plans(subject)]}
        with (
            subject.databases.clone(subject.migrated) as database,
            database.connect(autocommit=True) as connection,
        ):
            volumes = subject.planning.volumes(asked.rows)
            maker = RowMaker(catalog=subject.catalog, connection=connection, shapes=subject.shapes)
            kept = ("profiles", "activity_logs")
            load(maker, {key: each for key, each in volumes.items() if key.name in kept})
            connection.execute("VACUUM ANALYZE activity_logs")
            found["partitions"] = [*partitions(connection)]
    for name, lines in found.items():
        print(f"\n{name}\n" + "\n".join(lines))
        if asked.write:
            write_between(PAGE, name, lines)
    return 0


def _access(plan: Plan) -> str:
    return [node.node for node in plan.walk() if node.relation or node.index][-1]


def _measured(connection: Connection, query: str, user: object) -> tuple[float, float, float]:
    found = []
    for _ in range(RUNS):
        statement = f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {query}"
        row = connection.execute(statement, [user], prepare=False).fetchone()
        (whole,) = row[0] if row else [{}]
        blocks = whole["Plan"]["Shared Hit Blocks"] + whole["Plan"]["Shared Read Blocks"]
        found.append((blocks, whole["Planning Time"], whole["Execution Time"]))
    blocks, plan_ms, run_ms = (sorted(column)[RUNS // 2] for column in zip(*found, strict=True))
    return blocks, plan_ms, run_ms


def _insert(connection: Connection, table: str) -> float:
    statement = (
        f"INSERT INTO {table} (id, user_id, action, timestamp) SELECT 1e12 + n, user_id, 'x',"
        " timestamp FROM (SELECT *, row_number() OVER () AS n FROM activity_logs"
        " ORDER BY timestamp DESC LIMIT 10000) AS newest"
    )
    with connection.transaction(force_rollback=True):
        started = time.perf_counter()
        connection.execute(statement)
        return time.perf_counter() - started


def _delete_month(connection: Connection) -> None:
    connection.execute("DELETE FROM activity_logs WHERE timestamp < '2024-02-01Z'")
    connection.execute("VACUUM activity_logs")


def _line(label: str, plain: float, parted: float) -> str:
    return f"| {label} | {plain:,.2f} | {parted:,.2f} | {parted / max(plain, 1e-3):,.2f} |"


if __name__ == "__main__":
    sys.exit(main())
