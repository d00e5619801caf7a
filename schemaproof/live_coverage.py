"""
List what nobody looked at in a live database.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemaproof.catalog import quote_identifier
from schemaproof.report import NotCovered, Proof
from schemaproof.staging import Others, others_part
from schemaproof.subject import Live

MOST_NAMED = 5


def not_covered_there(live: Live, proofs: Iterable[Proof]) -> Iterator[NotCovered]:
    """
    Yield what was not planned there, and what is not the project's.

    Args:
        live: The database, whose server may be gone.
        proofs: What was proved of it.
    """
    yield from _writing(live, proofs)
    yield from _others(live)


def _writing(live: Live, proofs: Iterable[Proof]) -> Iterator[NotCovered]:
    if any(proof.claim.check.target == "reading" for proof in proofs):
        for query in live.workload.queries:
            if not query.only_reads:
                why = "it is not planned there: it writes, and planning takes a writer's lock"
                yield NotCovered(where=query.name, why=why)


def _others(live: Live) -> Iterator[NotCovered]:
    own = live.made("catalog")
    if own is None:
        return  # no check asked for it, or the server did not tell
    for others in others_part(live.everything, own):
        yield NotCovered(
            where="the database" if others.schema is None else quote_identifier(others.schema),
            why=f"not judged, as no revision of this project makes it: {'; '.join(_what(others))}",
        )


def _what(others: Others) -> Iterator[str]:
    if others.tables:
        shown = [*map(quote_identifier, others.tables[:MOST_NAMED])]
        more = ["…"] * (len(others.tables) > MOST_NAMED)
        yield f"tables ({len(others.tables)}): {', '.join(shown + more)}"
    if others.number:
        yield f"other things: {others.number}"
