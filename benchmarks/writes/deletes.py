"""
What it costs to delete a parent, by the number of its children.

A parent is made with so many children in a table that is loaded already. It is timed with the index
of the child's key and without it, when the server goes through all of it for that one parent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from benchmarks.growth.loaded import Loaded
from benchmarks.noise import quartiles
from benchmarks.writes.undone import Cost, Trial, in_turn
from schemaproof.postgres import Connection

JOB, USER = 4_000_000_000, "5c4e3a5c-4e3a-4c4e-8a5c-4e3a5c4e3a5c"


@dataclass(frozen=True, kw_only=True)
class Cascade:
    """
    One foreign key, and how to give a parent children.

    Attributes:
        name: What the cascade is called.
        child: The table with the key.
        index: The index that serves it.
        others: Further indexes that would, and go with it in the control.
        parent: What makes the parent.
        children: What gives it ``{}`` children.
        delete: What deletes the parent.
    """

    name: str
    child: str
    index: str
    others: tuple[str, ...] = ()
    parent: str
    children: str
    delete: str


CASCADES = (
    Cascade(
        name="a job with its images (CASCADE)",
        child="images",
        index="ix_images_crawl_job_id",
        parent="INSERT INTO crawl_jobs (id, project_id, name, keywords)"
        f" SELECT {JOB}, min(id), 'lighthouses', '[\"lighthouse\"]' FROM projects",
        children="INSERT INTO images (crawl_job_id, original_url, filename) SELECT"
        f" {JOB}, 'https://images.example.org/' || n, n || '.jpg' FROM generate_series(1, {{}}) n",
        delete=f"DELETE FROM crawl_jobs WHERE id = {JOB}",
    ),
    Cascade(
        name="a profile with its activity (SET NULL)",
        child="activity_logs",
        index="ix_activity_logs_user_id",
        others=("ix_activity_logs_user_id_timestamp",),
        parent=f"INSERT INTO profiles (id, email) VALUES ('{USER}', 'ada@example.org')",
        children="INSERT INTO activity_logs (user_id, action) SELECT"
        f" '{USER}', 'image.downloaded' FROM generate_series(1, {{}}) n",
        delete=f"DELETE FROM profiles WHERE id = '{USER}'",
    ),
)


@dataclass(frozen=True, kw_only=True)
class DeleteCost:
    """
    What the delete of one parent took.

    Attributes:
        cascade: Which key.
        children: How many children the parent had.
        has_index: Whether the key's index was there.
        ms: Lower quartile, median and upper quartile.
        wal_bytes: Bytes written ahead.
        scanned: Rows of the child that were read by going through all of it.
    """

    cascade: Cascade
    children: int
    has_index: bool
    ms: tuple[float, float, float]
    wal_bytes: float
    scanned: int


def delete_costs(
    loaded: Loaded, images: float, fan_outs: tuple[int, ...], rounds: int
) -> Iterator[DeleteCost]:
    """
    Yield what deletes cost, when tables hold ``images`` images.
    """
    for cascade in CASCADES:
        for children in fan_outs:
            with loaded.copied(images) as database, database.connect(autocommit=True) as connection:
                yield from _costs(connection, cascade, children, rounds)


def _costs(
    connection: Connection, cascade: Cascade, children: int, rounds: int
) -> Iterator[DeleteCost]:
    connection.execute(cascade.parent)
    connection.execute(cascade.children.format(children))
    connection.execute(f"VACUUM ANALYZE {cascade.child}")
    dropped = f"DROP INDEX {', '.join([cascade.index, *cascade.others])}"
    trials = {
        name: Trial(statement=cascade.delete, table=cascade.child, before=before)
        for name, before in (("with", ""), ("without", dropped))
    }
    for name, costs in in_turn(connection, trials, rounds).items():
        yield DeleteCost(
            cascade=cascade,
            children=children,
            has_index=name == "with",
            ms=_ms(costs),
            wal_bytes=median(each.wal_bytes for each in costs),
            scanned=max(each.scanned for each in costs),
        )


def _ms(costs: list[Cost]) -> tuple[float, float, float]:
    lower, middle, upper = quartiles([1e3 * each.took_s for each in costs])
    return lower, middle, upper
