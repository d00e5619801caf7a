"""
Change a row by payloads that an Update takes, and read the changes back through the Response.

A field that was sent must be stored, null included; one that was left out stays as it was.

Source: https://docs.pydantic.dev/latest/concepts/serialization/#excluding-and-including-fields
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from schemaproof.alignment import Alignment
from schemaproof.checks.alignment._told import round_trip
from schemaproof.checks.check import Yielded, check

if TYPE_CHECKING:
    from schemaproof.alignment.exchange import Exchange


@check("alignment/update-round-trips")
def update_round_trips(updating: Alignment, exchange: Exchange) -> Iterator[Yielded]:
    yield from round_trip(updating, exchange.writing(updating), verb="an UPDATE")
