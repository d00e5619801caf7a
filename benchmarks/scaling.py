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
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.pages import write_between  # noqa: E402 - needs the path above
from benchmarks.partitions import partitions  # noqa: E402
from schemaproof.catalog import QualifiedName  # noqa: E402
from schemaproof.plans import Plan  # noqa: E402
from schemaproof.project import Project  # noqa: E402
from schemaproof.rows import RowMaker, load  # noqa: E402
from schemaproof.runner import Order, opened  # noqa: E402
from schemaproof.subject import Subject  # noqa: E402

PAGE = ROOT / "docs" / "SCALING.md"
SIZES = (1e6, 1e7, 1e8, 1e9, 1e10)
GIB = 1 << 30
BLOCK = 8192
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


if __name__ == "__main__":
    sys.exit(main())
