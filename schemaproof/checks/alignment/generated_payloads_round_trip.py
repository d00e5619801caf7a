"""
Store and read back payloads that are generated, not thought of, a hundred for each schema.

The edges of one field after the other are not all that may go wrong: a combination may, or a value
in the middle. Hypothesis draws payloads that the schema takes, always the same, and shrinks the
first that fails in a way that `alignment/create-round-trips` and its like have not told.

Source: https://hypothesis.readthedocs.io/en/latest/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from schemaproof.alignment import Alignment
from schemaproof.checks.alignment._told import round_trip
from schemaproof.checks.check import Yielded, check

if TYPE_CHECKING:
    from schemaproof.alignment.exchange import Exchange


@check("alignment/generated-payloads-round-trip", thorough=True)
def generated_payloads_round_trip(writing: Alignment, exchange: Exchange) -> Iterator[Yielded]:
    verb = "an INSERT" if writing.role == "create" else "an UPDATE"
    yield from round_trip(writing, exchange.generated(writing), verb=verb)
