"""
Measure what a partition for each month costs and saves, on activity that is really loaded.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from benchmarks.floor import median_ms, took
from schemaproof.postgres import Connection

MONTHS = 24
RUNS = 5

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


def partitions(connection: Connection) -> Iterator[str]:
    """
    Yield what a partition for each month costs and saves.
    """
    _part(connection)
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


def _part(connection: Connection) -> None:
    create, names = PARTITIONED.rsplit(";", 1)
    connection.execute(create)
    for (statement,) in connection.execute(names).fetchall():
        connection.execute(statement)
    for statement in FILL.split(";"):
        connection.execute(statement)


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
