"""
Store payloads that a Create takes, and read them back through the Response.

Whatever a Create lets in must fit the table and come back as it was sent. Edges are sent that the
schema itself takes: NUL, half of a surrogate pair, the ends of every type, deep JSON, NaN, nothing.

Source: https://www.postgresql.org/docs/current/datatype-character.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from schemaproof.alignment import Alignment
from schemaproof.checks.alignment._told import round_trip
from schemaproof.checks.check import Yielded, check

if TYPE_CHECKING:
    from schemaproof.alignment.exchange import Exchange


@check("alignment/create-round-trips")
def create_round_trips(creating: Alignment, exchange: Exchange) -> Iterator[Yielded]:
    yield from round_trip(creating, exchange.writing(creating), verb="an INSERT")
