"""
Keep what a run has measured, and write it into the documentation.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.growth.judge import Growth, exponent
from benchmarks.growth.typical import Kind, kinds
from benchmarks.pages import write_between
from benchmarks.queries import QUERIES
from schemaproof.workload import Query

PAGE, PICTURE = "BENCHMARKS.md", "growth.svg"


class Ledger:
    """
    What was measured in one run.

    Args:
        sizes: The sizes of the run, in images.
    """

    def __init__(self, sizes: list[float]) -> None:
        self.sizes = sizes
        self.growth: dict[tuple[str, Kind], Growth] = {}
        self.control: dict[tuple[str, Kind], Growth] = {}
        self.latency_s: dict[tuple[str, Kind, float], float] = {}

    def keep(self, growth: Growth, kind: Kind) -> None:
        """
        Keep what became of a query.
        """
        self.growth[growth.query.name, kind] = growth

    def keep_control(self, growth: Growth, kind: Kind) -> None:
        """
        Keep what became of it without its index.
        """
        self.control[growth.query.name, kind] = growth

    def keep_latency(self, query: Query, kind: Kind, images: float, median_s: float) -> None:
        """
        Keep how long a query took.
        """
        self.latency_s[query.name, kind, images] = median_s

    def write(self, folder: Path) -> None:
        """
        Write the tables and the picture into the documentation.
        """
        # It takes its time to import, and nobody else needs it.
        from benchmarks.growth.picture import draw  # noqa: PLC0415

        wanted = {(query.name, kind) for query in QUERIES.queries for kind in kinds(query)}
        if missing := wanted - self.growth.keys():
            raise SystemExit(f"only a whole run can be written; not measured: {sorted(missing)}")
        write_between(folder / PAGE, "growth", self._blocks())
        write_between(folder / PAGE, "latency", self._latencies())
        draw(self, folder / PICTURE)

    def _blocks(self) -> Iterator[str]:
        largest = f"{self.sizes[-1]:,.0f}"
        yield (
            f"| query | value | blocks, {self.sizes[0]:,.0f} to {largest} images | rows found "
            "| exponent of blocks | of waste | blocks without its index | of waste |"
        )
        yield "|---|---|---|---|---|---|---|---|"
        for (name, kind), growth in sorted(self.growth.items(), key=_as_registered):
            control, last = self.control.get((name, kind)), growth.measured[-1]
            blocks = " → ".join(f"{each.buffers:,}" for each in growth.measured)
            without = "it reads all | "
            if control:
                without = f"{control.measured[-1].buffers:,} | {_signed(control.of_waste)}"
            yield (
                f"| {name} | {kind} | {blocks} | {last.rows:,} | {_signed(growth.of_blocks)} "
                f"| {_signed(growth.of_waste)} | {without} |"
            )

        yield ""
        yield from self._noticed()

    def _noticed(self) -> Iterator[str]:
        controls = [control for (_, kind), control in self.control.items() if kind == "typical"]
        whole = len(controls)
        unseen = [control.query.name for control in controls if not [*control.refusals()]]
        yield (
            f"Without its index {whole - len(unseen)} of {whole} queries would fail "
            "with typical values. At these sizes the loss would not be noticed of: "
            f"{'; '.join(sorted(unseen)) or 'none'}."
        )

    def _latencies(self) -> Iterator[str]:
        sizes = " | ".join(f"{size:,.0f}" for size in self.sizes)
        yield f"| query | value | {sizes} | exponent |"
        yield "|---|---|" + "---|" * (len(self.sizes) + 1)
        for name, kind in sorted(self.growth, key=lambda key: _as_registered((key, None))):
            took_s = [self.latency_s.get((name, kind, size)) for size in self.sizes]
            found = [each for each in took_s if each is not None]
            if len(found) < len(self.sizes):
                continue
            cells = " | ".join(f"{1e3 * each:.2f} ms" for each in found)
            # In microseconds: what is less than one counts as one.
            power = exponent(self.sizes, [1e6 * each for each in found])
            yield f"| {name} | {kind} | {cells} | {_signed(power)} |"


def _as_registered(item: tuple[tuple[str, Kind], object]) -> tuple[int, str]:
    (name, kind), _ = item
    return [query.name for query in QUERIES.queries].index(name), kind


def _signed(power: float) -> str:
    # Zero has no sign.
    return f"{round(power, 2) + 0.0:.2f}"
