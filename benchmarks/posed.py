"""
Compare tables that are posed at a size with tables that were loaded to it, query by query.

    python benchmarks/posed.py [--rows 1000000] [--write]

Every registered query is planned in both, for the values that it is sent with and for any values.
The loaded tables are vacuumed and analysed as production's are. What counts is the shape of the
plan, then the rows that the planner expects (within a tenth) and the cost (within a quarter). Then
it times how long posing all tables takes at a billion rows. ``--write`` puts the table into
docs/POSED_TABLES.md. Exit status 1 if a shape differs or an aim is missed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.floor import median_ms, took  # noqa: E402 - needs the path above
from benchmarks.pages import write_between  # noqa: E402
from schemaproof.plans import Plan  # noqa: E402
from schemaproof.project import Project  # noqa: E402
from schemaproof.rows import RowMaker, load  # noqa: E402
from schemaproof.runner import Order, opened  # noqa: E402
from schemaproof.scaling import Desk, Sizes  # noqa: E402
from schemaproof.subject import Subject  # noqa: E402
from schemaproof.workload import Query  # noqa: E402

PAGE = ROOT / "docs" / "POSED_TABLES.md"
ROWS_WITHIN, COST_WITHIN = 0.10, 0.25
FEW = 5  # rows: fewer are a matter of luck with the sample
AIM_MS, BILLION = 100.0, 1e9
RUNS = 15


@dataclass(frozen=True, kw_only=True)
class Pair:
    """
    One query, planned twice.

    Attributes:
        query: The query.
        is_generic: Whether it was planned for any values.
        posed: The plan in the posed database.
        loaded: The plan in the loaded one.
    """

    query: Query
    is_generic: bool
    posed: Plan
    loaded: Plan

    @property
    def rows(self) -> tuple[int, int]:
        """
        The rows that the uppermost node that reads a table is to give, posed and loaded.
        """
        return _read(self.posed), _read(self.loaded)

    @property
    def differs(self) -> str | None:
        """
        What differs, if it is more than it may be.
        """
        if self.posed.shape != self.loaded.shape:
            return "shape"
        posed, loaded = self.rows
        if abs(posed - loaded) > max(ROWS_WITHIN * loaded, FEW):
            return "rows"
        if abs(self.posed.total_cost / self.loaded.total_cost - 1) > COST_WITHIN:
            return "cost"
        return None


def pairs(subject: Subject, rows: float) -> Iterator[Pair]:
    """
    Load the tables, and yield every query planned in them and in the posed ones.
    """
    workload, planning = subject.workload, subject.planning
    with subject.databases.clone(subject.migrated) as database:
        with database.connect(autocommit=True) as connection:
            maker = RowMaker(catalog=subject.catalog, connection=connection, shapes=subject.shapes)
            for table, made in load(maker, planning.volumes(rows)).items():
                if made.obstacle:
                    raise SystemExit(f"{table}: {made.obstacle}")
            connection.execute("VACUUM ANALYZE")
        desk = Desk(database, workload.settings)
        for query in workload.queries:
            for is_generic in (False, True):
                found = desk.explained(query.statement, query.parameters, is_generic=is_generic)
                posed = planning.explained(query, rows, is_generic=is_generic)
                yield Pair(query=query, is_generic=is_generic, posed=posed.plan, loaded=found.plan)
        desk.close()


def posing_ms(subject: Subject) -> tuple[float, float]:
    """
    Return how long it takes to pose all tables at a billion rows, and a bare copy to begin with.
    """
    sizes = Sizes(subject.migrated, subject.databases, subject.catalog, subject.shapes)
    statistics = subject.planning.statistics(BILLION)

    def pose() -> None:
        with sizes.posed(statistics):
            pass

    def copy() -> None:
        with subject.databases.copied(subject.migrated, is_unread=True):
            pass

    return median_ms(lambda: took(pose), RUNS), median_ms(lambda: took(copy), RUNS)


def table(found: list[Pair]) -> Iterator[str]:
    """
    Yield the lines of the table.
    """
    yield "| query | planned for | plan | rows, posed : loaded | cost, posed : loaded | |"
    yield "|---|---|---|---|---|---|"
    for pair in found:
        posed, loaded = pair.rows
        ratio = pair.posed.total_cost / pair.loaded.total_cost
        yield (
            f"| {pair.query.name} | {'any values' if pair.is_generic else 'its values'} "
            f"| {'the same' if pair.posed.shape == pair.loaded.shape else 'another'} "
            f"| {posed:,} : {loaded:,} "
            f"| {pair.posed.total_cost:,.2f} : {pair.loaded.total_cost:,.2f} ({ratio:.2f}) "
            f"| {pair.differs or ''} |"
        )


def main() -> int:
    """
    Print the table and the time, and write them into the page if asked to.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--rows", type=float, default=1e6)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    with opened(Project.load(ROOT), Order()) as subject:
        found = [*pairs(subject, asked.rows)]
        posed_ms, copy_ms = posing_ms(subject)
    different = [pair for pair in found if pair.differs]
    same = sum(pair.posed.shape == pair.loaded.shape for pair in found)
    lines = [
        *table(found),
        "",
        f"At {asked.rows:,.0f} images: {same} of {len(found)} plans have the same shape, "
        f"{len(found) - len(different)} also rows within {ROWS_WITHIN:.0%} and cost within "
        f"{COST_WITHIN:.0%}.",
        f"Posing all seven tables at a billion images takes {posed_ms:.0f} ms (median of {RUNS}), "
        f"of which a bare copy of the empty database takes {copy_ms:.0f} ms.",
    ]
    print("\n".join(lines))
    if asked.write:
        write_between(PAGE, "posed against loaded", lines)
    return 1 if same < len(found) or posed_ms > AIM_MS else 0


def _read(plan: Plan) -> int:
    return max(node.rows for node in plan.walk())


if __name__ == "__main__":
    sys.exit(main())
