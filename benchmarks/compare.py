"""
Compare two revisions of this repository: what their queries take on the same server, in turn.

    python benchmarks/compare.py REV_A REV_B [--query NAME] [--rows 1e5] [--rounds 41]

Each revision is laid out in a scratch folder, its schema migrated and its tables filled. Then each
query is sent to one and the other, A B, B A, A B, so that whatever else the machine does hits both.
A difference is told as one only if its interval excludes it by chance, over all queries together.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.compared.revisions import Side, brought_up  # noqa: E402
from benchmarks.growth.statements import changed  # noqa: E402
from benchmarks.noise import Estimate, quartiles, ratio  # noqa: E402 - needs the path above
from schemaproof.errors import SchemaproofError  # noqa: E402
from schemaproof.plans.read import read_plan  # noqa: E402
from schemaproof.postgres import Connection, new_prefix, open_server  # noqa: E402
from schemaproof.trials.release.checkout import checked_out  # noqa: E402

WARM = 3
# What a cascade would send is looked at alone: it sets off nothing further.
ALONE = "SET LOCAL session_replication_role = replica"
# The bootstrap draws from what was seen: from fewer it draws the same few again and again.
FEWEST = 10
# Less is nobody's concern, even where it is no noise.
LEAST = 0.05
HEAD = "| query | A, ms (quartiles) | B, ms (quartiles) | B : A | blocks, A → B | |"


@dataclass(frozen=True, kw_only=True)
class Compared:
    """
    One query, on both sides.

    Attributes:
        name: Its name.
        times_s: What it took, on each side, in turn.
        blocks: How many blocks it touches, on each side.
        is_same: Whether both send the same statement and values.
    """

    name: str
    times_s: tuple[list[float], list[float]]
    blocks: tuple[int, int]
    is_same: bool

    def line(self, comparisons: int) -> str:
        """
        Return it as a row of the table.
        """
        found = ratio(*self.times_s, comparisons=comparisons)
        cells = " | ".join(_shown(times) for times in self.times_s)
        before, after = self.blocks
        note = "" if self.is_same else "; another statement or value"
        return (
            f"| {self.name} | {cells} | {found.value:.2f} ({found.low:.2f} to {found.high:.2f}) "
            f"| {before:,} → {after:,} | {self._verdict(found)}{note} |"
        )

    def _verdict(self, found: Estimate) -> str:
        if len(self.times_s[0]) < FEWEST:
            return "too few rounds to tell"
        if not found.excludes(1):
            return "within the noise"
        if abs(found.value - 1) < LEAST:
            return "hardly different"
        return "slower" if found.value > 1 else "faster"


def compared(sides: tuple[Side, Side], names: list[str], rounds: int) -> Iterator[Compared]:
    """
    Time all queries on both sides in turn, and yield what that came to.
    """
    # First: what is rolled back later leaves dead rows behind.
    blocks = {
        name: tuple(_blocks(side.connection, side.queries[name]) for side in sides)
        for name in names
    }
    times: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in names}
    for number in range(-WARM, rounds):
        # All queries in each round: a busy moment of the machine hits a few rounds of each.
        for name in names:
            for place in (0, 1) if number % 2 else (1, 0):
                took_s = _took(sides[place].connection, sides[place].queries[name])
                if number >= 0:
                    times[name][place].append(took_s)
        for side in sides:
            _tidy(side, names)
    for name in names:
        texts = {side.queries[name] for side in sides}
        before, after = blocks[name]
        yield Compared(
            name=name, times_s=times[name], blocks=(before, after), is_same=len(texts) == 1
        )


def main() -> int:
    """
    Print the table.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("rev_a")
    parser.add_argument("rev_b")
    parser.add_argument("--query", action="append", help="only this one; may be repeated")
    parser.add_argument("--rows", type=float, default=1e5)
    parser.add_argument("--rounds", type=int, default=41)
    parser.add_argument("--repository", type=Path, default=ROOT, help="where the revisions are")
    asked = parser.parse_args()
    with ExitStack() as held:
        try:
            checkouts = [
                held.enter_context(checked_out(rev, asked.repository))
                for rev in (asked.rev_a, asked.rev_b)
            ]
            server = held.enter_context(open_server("embedded", prefix=new_prefix()))
        except SchemaproofError as error:
            raise SystemExit(str(error)) from error
        a, b = (brought_up(held, server, each, asked.rows) for each in checkouts)
        names = _names(a, b, asked.query)
        found = [*compared((a, b), names, asked.rounds)]
    print(f"A is {a.rev}, B is {b.rev}; {asked.rows:,.0f} images, {asked.rounds} rounds in turn.")
    print(f"\n{HEAD}\n|---|---|---|---|---|---|")
    print("\n".join(each.line(len(found)) for each in found))
    return 0


def _names(a: Side, b: Side, wanted: list[str] | None) -> list[str]:
    common = [name for name in a.queries if name in b.queries]
    for name in sorted(a.queries.keys() ^ b.queries.keys()):
        print(f"only one of them asks: {name}", file=sys.stderr)
    missing = {*(wanted or ())} - {*common}
    if missing:
        raise SystemExit(f"not asked by both: {sorted(missing)}; there are {common}")
    return [name for name in common if not wanted or name in wanted]


def _took(connection: Connection, statement: str) -> float:
    with connection.transaction(force_rollback=True):
        connection.execute(ALONE)
        started = time.perf_counter()
        # As it is: the server plans it anew each time.
        cursor = connection.execute(statement, prepare=False)
        if cursor.description:
            cursor.fetchall()
        return time.perf_counter() - started


def _blocks(connection: Connection, statement: str) -> int:
    with connection.transaction(force_rollback=True):
        connection.execute(ALONE)
        if not changed(statement):
            # For the first time the server also reads what it must know of the tables.
            connection.execute(statement, prepare=False)
        row = connection.execute(
            f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {statement}", prepare=False
        ).fetchone()
    return read_plan(row[0][0]["Plan"]).buffers or 0 if row else 0


def _tidy(side: Side, names: list[str]) -> None:
    for table in {changed(side.queries[name]) for name in names} - {None}:
        side.connection.execute(f'VACUUM "{table}"')


def _shown(times_s: list[float]) -> str:
    lower, middle, upper = (1e3 * each for each in quartiles(times_s))
    return f"{middle:.3f} ({lower:.3f} to {upper:.3f})"


if __name__ == "__main__":
    sys.exit(main())
