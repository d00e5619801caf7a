"""
Send payloads with an edge in every field, and find the smallest that does not come back equal.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

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

    def add(self, found: Unkept) -> None:
        """
        Add one, unless the like of it has been told.
        """
        alike = [one for one in self.unkept if one.fields == found.fields]
        if len(alike) < MOST_TOLD and all(one.failure.kind != found.failure.kind for one in alike):
            self.unkept.append(found)


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
    if failures[0] is not None and not failures[0].is_of_other_rows:
        writing.add(Unkept.of(payloads.smallest, failures[0]))
        if not failures[0].is_readers:
            return writing  # whatever else is sent would fail likewise
        # It has been told; what is stored can still be compared.
        writer.reader = None
        failures = [writer.failure(payloads.made_with(edges.items())) for edges in offered]
    for edges, failure in zip(offered, failures, strict=True):
        if failure is None:
            writing.payloads += 1
        elif failure.is_of_other_rows:
            writing.obstacle = failure.told
        else:
            for found in _culprits(payloads, writer, edges):
                writing.add(found)
    if writing.payloads or writing.unkept:
        writing.obstacle = None
    return writing


def _as_edges(payloads: Payloads) -> dict[Field, Json]:
    return {
        one: payloads.plain[one.sent_as]
        for one in payloads.schema.fields
        if one.sent_as in payloads.plain
    }


def _culprits(payloads: Payloads, writer: Writer, edges: dict[Field, Json]) -> Iterable[Unkept]:
    """Try each field's edge alone; if none fails so, it is all of them together."""
    found = [
        one for edge in edges.items() if (one := _smallest(payloads, writer, [edge])) is not None
    ]
    if not found:
        together = _smallest(payloads, writer, [*edges.items()])
        found = [together] if together is not None else []
    return found


def _smallest(payloads: Payloads, writer: Writer, edges: list[tuple[Field, Json]]) -> Unkept | None:
    first = writer.failure(payloads.made_with(edges))
    if first is None or first.is_of_other_rows:
        return None
    for number, (one, value) in enumerate(edges):

        def fails(simpler: Json, number: int = number, one: Field = one) -> bool:
            others = [*edges[:number], *edges[number + 1 :]]
            failure = writer.failure(payloads.made_with([*others, (one, simpler)]))
            return failure is not None and failure.kind == first.kind

        edges[number] = (one, smallest(value, fails))
    payload = payloads.made_with(edges)
    failure = writer.failure(payload) or first
    names = tuple(one.name for one, _ in edges) if len(edges) == 1 else failure.fields
    return Unkept(fields=names, payload=payload, failure=failure)
