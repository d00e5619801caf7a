"""
Time proofs by graph: how many random graphs of rows are put to the law and to the server a second.

    python benchmarks/graphs.py [--runs 5] [--graphs 200] [--processes 2]

Each graph is drawn by Hypothesis, inserted, changed by a delete or an update that is drawn too,
read back, compared with what the law says, and rolled back. The floor is the same statements, sent
bare through psycopg by as many processes: no Hypothesis, no law, no rows in Python. Medians of
several runs. Exit status 1 if an aim was missed; if the law and the server part, it stops there.
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from schemaproof.catalog import snapshot  # noqa: E402 - needs the path above
from schemaproof.postgres import Database, Databases  # noqa: E402
from schemaproof.postgres.server import conninfo  # noqa: E402
from schemaproof.project import Project  # noqa: E402
from schemaproof.rows import (  # noqa: E402
    Graph,
    Law,
    Operation,
    Patterns,
    Planting,
    Refused,
    Row,
    law_of,
    learn_patterns,
)
from schemaproof.rows.strategies import graphs, operations  # noqa: E402
from schemaproof.runner import Order, opened  # noqa: E402
from tests.harness.rows.zoo import ZOO  # noqa: E402

AIM = 150  # graphs a second, on two cores
GUARD = "tr_profiles_delete_guard"


@dataclass(frozen=True, kw_only=True)
class Figure:
    """
    One line of the table.

    Attributes:
        name: Which schema.
        rows: How many rows a graph had, on average.
        proven: How many graphs a second the harness proved.
        bare: Of how many graphs a second the statements were sent bare.
    """

    name: str
    rows: float
    proven: float
    bare: float

    @property
    def is_missed(self) -> bool:
        """
        Whether the aim was not reached.
        """
        return self.proven < AIM

    def __str__(self) -> str:
        return (
            f"{self.name:<28}{self.rows:>6.1f}{self.proven:>10.0f}/s{self.bare:>9.0f}/s"
            f"{self.bare / self.proven:>8.2f}{AIM:>8}/s  {'missed' if self.is_missed else 'met'}"
        )


class Noted(psycopg.Cursor[Any]):
    """A cursor that remembers what it sent."""

    sent: list[Any] = []  # noqa: RUF012 - one for the process, which is what is wanted

    def execute(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        self.sent.append(query)
        return super().execute(query, *args, **kwargs)


def prove(url: str, number: int, how_many: int) -> tuple[float, float, float]:
    """
    Prove graphs on one database, then send what was sent once more.

    Returns:
        Rows in a graph on average, and the seconds for each graph, proven and bare.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        catalog = snapshot(connection)
        patterns = learn_patterns(catalog, connection, _joined(catalog.foreign_keys))
        law = law_of(catalog, connection, is_one_transaction=True)
        planting = Planting(catalog, connection)
        connection.cursor_factory = Noted
        Noted.sent.clear()
        rows: list[int] = []

        @seed(number)
        @settings(
            max_examples=how_many,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=[*HealthCheck],
        )
        @given(st.data())
        def hold(data: st.DataObject) -> None:
            rows.append(_hold(data, patterns, planting, law))

        started = time.perf_counter()
        hold()
        proven_s = (time.perf_counter() - started) / len(rows)
    return sum(rows) / len(rows), proven_s, _bare_s(url, Noted.sent) / len(rows)


def _hold(data: st.DataObject, patterns: Patterns, planting: Planting, law: Law) -> int:
    graph = data.draw(graphs(patterns))
    with planting.planted(graph) as rows:
        if rows:
            operation = data.draw(operations(patterns, rows))
            expected, answer = operation.under(law, rows), planting.answer(operation)
            assert _is_guarded(graph, operation, answer) or _told(expected) == _told(answer)
        return len(rows)


def _told(answer: list[Row] | Refused) -> object:
    if isinstance(answer, Refused):
        return answer
    return Counter((row.table, *row.values.values()) for row in answer)


def _is_guarded(graph: Graph, operation: Operation, answer: list[Row] | Refused) -> bool:
    # PixCrawler's own trigger; what it must do no key tells.
    if not isinstance(answer, Refused) or answer.by != GUARD:
        return False
    active = {row.values["user_id"] for row in graph.rows if _is_active(row)}
    return operation.changes is None and any(row.values["id"] in active for row in operation.rows)


def _is_active(row: Row) -> bool:
    return row.table.name == "projects" and row.values.get("status", "active") == "active"


def _bare_s(url: str, sent: Sequence[Any]) -> float:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET enable_indexscan = off; SET enable_bitmapscan = off")
        statements = [one for one in sent if b"VACUUM" not in bytes(str(one), "utf-8")]
        started = time.perf_counter()
        for statement in statements:
            try:
                connection.execute(statement)
            except psycopg.Error:
                continue  # refused, as it was the first time
        return time.perf_counter() - started


def _joined(keys: Sequence[Any]) -> list[Any]:
    return sorted({key.table for key in keys} | {key.target for key in keys}, key=str)


def measure(
    name: str, databases: Databases, template: Database, given: argparse.Namespace
) -> Figure:
    """
    Run the proofs on a schema, several times, in as many processes, each on a clone of its own.
    """
    proven, bare, rows = [], [], []
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(given.processes, mp_context=spawned) as pool:
        for run in range(given.runs):
            clones = [databases.clone(template) for _ in range(given.processes)]
            urls = [conninfo(clone.__enter__().url) for clone in clones]
            seeds = range(run * given.processes, (run + 1) * given.processes)
            done = [*pool.map(prove, urls, seeds, [given.graphs] * given.processes)]
            for clone in clones:
                clone.__exit__(None, None, None)
            rows.extend(count for count, _, _ in done)
            proven.append(sum(1 / proven_s for _, proven_s, _ in done))
            bare.append(sum(1 / bare_s for _, _, bare_s in done))
    return Figure(
        name=name,
        rows=statistics.mean(rows),
        proven=statistics.median(proven),
        bare=statistics.median(bare),
    )


def figures(given: argparse.Namespace) -> Iterator[Figure]:
    """
    Measure this repository's schema, and one of the zoo.
    """
    with opened(Project.load(ROOT), Order()) as subject:
        databases = subject.databases
        yield measure("PixCrawler", databases, subject.migrated, given)

        def build(database: Database) -> None:
            with database.connect(autocommit=True) as connection:
                connection.execute(ZOO["tenants"])

        yield measure("zoo: tenants", databases, databases.template("zoo", build), given)


def main() -> int:
    """
    Print the table.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--graphs", type=int, default=200)
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    print(f"{'graphs a second':<28}{'rows':>6}{'proven':>12}{'floor':>11}{'ratio':>8}{'aim':>10}")
    missed = 0
    for figure in figures(given):
        print(figure, flush=True)
        missed += figure.is_missed
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
