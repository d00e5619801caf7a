"""
What the triggers cost: the guard on deleting a profile, and the keeper of updated_at.

Each statement is run with its trigger and without it, in turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from benchmarks.growth.loaded import Loaded
from benchmarks.noise import Estimate, difference, ratio
from benchmarks.writes.undone import Trial, in_turn
from schemaproof.postgres import Connection

PROFILES = 200
GUARDED, TOUCHED = "profiles", "crawl_jobs"
# Profiles whose projects are archived: the guard looks at them all, and lets the delete pass.
OWNERS = f"""
INSERT INTO profiles (id, email)
SELECT gen_random_uuid(), 'owner-' || n || '@example.org' FROM generate_series(1, {PROFILES}) n;
INSERT INTO projects (user_id, name, status)
SELECT id, 'lighthouses', 'archived' FROM profiles, generate_series(1, {{}})
WHERE email LIKE 'owner-%';
VACUUM ANALYZE profiles;
VACUUM ANALYZE projects
"""
DELETE = "DELETE FROM profiles WHERE email LIKE 'owner-%'"
UPDATE = "UPDATE crawl_jobs SET progress = 50"


@dataclass(frozen=True, kw_only=True)
class TriggerCost:
    """
    What a trigger adds to a statement, for each row.

    Attributes:
        what: The statement, in words.
        rows: How many rows it changes.
        us: Microseconds a row without the trigger.
        added_us: Microseconds a row that the trigger adds.
        ratio: How many times as long it takes with it.
        added_wal_bytes: Bytes written ahead a row that the trigger adds.
    """

    what: str
    rows: int
    us: float
    added_us: Estimate
    ratio: Estimate
    added_wal_bytes: float


def trigger_costs(
    loaded: Loaded, images: float, owned: tuple[int, ...], rounds: int
) -> Iterator[TriggerCost]:
    """
    Yield what triggers cost, when tables hold ``images`` images and profiles own some projects.
    """
    for projects in owned:
        with loaded.copied(images) as database, database.connect(autocommit=True) as connection:
            for statement in OWNERS.format(projects).split(";"):
                connection.execute(statement)
            what = f"delete a profile that owns {projects} projects (guard)"
            trial = _Pair(GUARDED, "tr_profiles_delete_guard", DELETE, PROFILES)
            yield trial.cost(connection, what, rounds)
    with loaded.copied(images) as database, database.connect(autocommit=True) as connection:
        (rows,) = connection.execute(f"SELECT count(*) FROM {TOUCHED}").fetchone() or (0,)
        trial = _Pair(TOUCHED, f"tr_{TOUCHED}_touch_updated_at", UPDATE, rows)
        yield trial.cost(connection, "update a job (updated_at)", rounds)


@dataclass(frozen=True)
class _Pair:
    """One statement, with and without one trigger."""

    table: str
    trigger: str
    statement: str
    rows: int

    def cost(self, connection: Connection, what: str, rounds: int) -> TriggerCost:
        disabled = f"ALTER TABLE {self.table} DISABLE TRIGGER {self.trigger}"
        trials = {
            name: Trial(statement=self.statement, table=self.table, before=before)
            for name, before in (("without", disabled), ("with", ""))
        }
        found = in_turn(connection, trials, rounds)
        without, with_it = (
            [1e6 * each.took_s / self.rows for each in found[name]] for name in trials
        )
        written = {name: median(each.wal_bytes for each in found[name]) for name in trials}
        return TriggerCost(
            what=what,
            rows=self.rows,
            us=median(without),
            added_us=difference(without, with_it),
            ratio=ratio(without, with_it),
            added_wal_bytes=(written["with"] - written["without"]) / self.rows,
        )
