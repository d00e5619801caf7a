"""
Send payloads with an edge in every field, and find the smallest that does not come back equal.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

from schemaproof.alignment.failures import Failure
from schemaproof.alignment.payloads import Payloads
from schemaproof.alignment.schema import Field, Json, Payload
from schemaproof.alignment.shown import shown
from schemaproof.alignment.smallest import smallest
from schemaproof.alignment.writing import Writer

# As many sorts of failure of one field as anybody reads.
MOST_TOLD = 3


@dataclass(frozen=True, kw_only=True)
class Unkept:
    """
    A payload that a schema takes and the database does not keep.

    Attributes:
        fields: The fields that make the difference, by name; empty if it is none alone.
        payload: The smallest payload that shows it.
        failure: What became of it.
    """

    fields: tuple[str, ...]
    payload: Payload
    failure: Failure

    @classmethod
    def of(cls, payload: Payload, failure: Failure) -> Unkept:
        """
        Blame the fields that the failure itself names.
        """
        return cls(fields=failure.fields, payload=payload, failure=failure)

    @property
    def shown(self) -> str:
        """
        The payload as JSON, cut where it is long.
        """
        return shown(self.payload)


@dataclass(kw_only=True)
class Writing:
    """
    What became of the payloads of one schema.

    Attributes:
        payloads: How many came back equal.
        unkept: Those that did not, one for each field and sort of failure.
        obstacle: Why none was written; None if one was.
    """

    payloads: int = 0
    unkept: list[Unkept] = field(default_factory=list)
    obstacle: str | None = None

    def is_told(self, fields: tuple[str, ...], kind: str) -> bool:
        """
        Tell whether enough has been told of these fields, or the like of it.
        """
        kinds = [one.failure.kind for one in self.unkept if one.fields == fields]
        return kind in kinds or len(kinds) >= MOST_TOLD


def round_trips(payloads: Payloads, writer: Writer) -> Writing:
    """
    Send a schema's payloads there and back.

    Raises:
        NoPayload: The schema takes none.
    """
    writing = Writing()
    offered = [{}, _as_edges(payloads), *payloads.with_edges()]
    failures = writer.failures(
        [payloads.beside_others(edges, number) for number, edges in enumerate(offered, 1)]
    )
    while (first := failures[0]) is not None and not first.is_of_other_rows:
        if not first.is_of_the_rest:  # alignment/response-reads-rows tells of that
            writing.unkept.append(Unkept.of(payloads.smallest, first))
        if not writer.excuse(first):
            return writing  # whatever else is sent would fail likewise
        # It has been told; what else is stored can still be compared.
        failures = [writer.failure(payloads.made_with(edges.items())) for edges in offered]
    for edges, failure in zip(offered, failures, strict=True):
        if failure is None:
            writing.payloads += 1
        elif failure.is_of_other_rows and len(edges) < 2:
            writing.obstacle = failure.told
        else:
            _tell(writing, payloads, writer, edges)
    if writing.payloads or writing.unkept:
        writing.obstacle = None
    return writing


def _as_edges(payloads: Payloads) -> dict[Field, Json]:
    return {
        one: payloads.plain[one.sent_as]
        for one in payloads.schema.fields
        if one.sent_as in payloads.plain
    }


def _tell(writing: Writing, payloads: Payloads, writer: Writer, edges: dict[Field, Json]) -> None:
    """Tell of each edge that fails alone; if none does, of those that fail together."""
    alone = {
        edge: failure
        for edge, value in edges.items()
        if (failure := _failure(payloads, writer, {edge: value})) is not None
    }
    for edge, failure in alone.items():
        if not writing.is_told((edge.name,), failure.kind):
            found = _shrunk(payloads, writer, {edge: edges[edge]}, failure)
            writing.unkept.append(found)
    together = None if alone else _failure(payloads, writer, edges)
    if together is not None:
        fewest = _fewest(payloads, writer, edges, together)
        if not writing.is_told(tuple(one.name for one in fewest), together.kind):
            writing.unkept.append(_shrunk(payloads, writer, fewest, together))


def _failure(payloads: Payloads, writer: Writer, edges: dict[Field, Json]) -> Failure | None:
    failure = writer.failure(payloads.made_with(edges.items()))
    return None if failure is None or failure.is_of_other_rows else failure


def _fewest(
    payloads: Payloads, writer: Writer, edges: dict[Field, Json], first: Failure
) -> dict[Field, Json]:
    for edge in [*edges]:
        fewer = {other: value for other, value in edges.items() if other is not edge}
        without = _failure(payloads, writer, fewer)
        if without is not None and without.kind == first.kind:
            edges = fewer
    return edges


def _shrunk(payloads: Payloads, writer: Writer, edges: dict[Field, Json], first: Failure) -> Unkept:
    def fails(simpler: Json, edge: Field) -> bool:
        failure = _failure(payloads, writer, {**edges, edge: simpler})
        return failure is not None and failure.kind == first.kind

    for edge, value in [*edges.items()]:
        edges = {**edges, edge: smallest(value, partial(fails, edge=edge))}
    return Unkept(
        fields=tuple(edge.name for edge in edges),
        payload=payloads.made_with(edges.items()),
        failure=_failure(payloads, writer, edges) or first,
    )
