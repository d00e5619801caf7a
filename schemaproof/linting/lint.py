"""
Lint every revision, and keep what is true of the tables that it found.

Squawk reads one file at a time and knows no database. What it cannot know is taken from the
catalogues before and after the revision: which tables are new, which types became wider, which
columns were proved to hold no NULL.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from schemaproof.catalog import QualifiedName
from schemaproof.history import History, MigrationFailed, Revision, RoundTrip, RoundTrips
from schemaproof.linting import wider
from schemaproof.linting.rules import GENERAL, RULES, SPECIFIC
from schemaproof.linting.script import Piece, Script, write_script
from schemaproof.linting.squawk import Finding, Squawk, find_configuration, find_squawk
from schemaproof.linting.tables import Tables

UNREADABLE = "syntax-error"


@dataclass(frozen=True, kw_only=True)
class Hazard:
    """
    One statement that a rule warns of.

    Attributes:
        rule: The rule's name.
        message: What squawk says.
        help: What it advises, if anything.
        table: The table, if it is known.
        piece: The statement.
    """

    rule: str
    message: str
    help: str | None
    table: QualifiedName | None
    piece: Piece


@dataclass(frozen=True, kw_only=True)
class Linted:
    """
    What was found in one revision.

    Attributes:
        hazards: The statements that rules warn of, in their order.
        statements: How many were read.
        unread: How many could not be: too long, or written in a way that squawk does not know.
    """

    hazards: tuple[Hazard, ...] = ()
    statements: int = 0
    unread: int = 0


class Lint:
    """
    What squawk says of a history.

    Attributes:
        is_installed: Whether there is a squawk; without, nothing was linted.
        configuration: The project's ``.squawk.toml``, which chooses the rules if there is one.
    """

    def __init__(self, root: Path, server_version: int) -> None:
        self.configuration = find_configuration(root)
        program = find_squawk()
        self.is_installed = program is not None
        self._squawk = Squawk(program, self.configuration, server_version) if program else None
        self._linted: dict[str, Linted] = {}

    def run(self, history: History, round_trips: RoundTrips) -> None:
        """
        Read what the upgrades sent, all of them at once.

        Raises:
            SquawkFailed: Squawk gave up.
        """
        if self._squawk is None:
            return
        trips = {trip.revision.id: trip for trip in _run_well(history, round_trips)}
        scripts = {name: write_script(trip.up.statements) for name, trip in trips.items()}
        read = self._squawk.read({name: one.text for name, one in scripts.items() if one.pieces})
        for name, script in scripts.items():
            self._linted[name] = self._judged(trips[name], script, read.get(name, []))

    def of(self, revision: Revision) -> Linted | None:
        """
        Return what was found in a revision; None if it could not be run.
        """
        return self._linted.get(revision.id)

    def _judged(self, trip: RoundTrip, script: Script, findings: list[Finding]) -> Linted:
        unread = {id(script.piece_at(one.line)) for one in findings if one.rule == UNREADABLE}
        return Linted(
            hazards=tuple(self._hazards(trip, script, findings)),
            statements=len(script.pieces) - len(unread),
            unread=script.left_out + len(unread),
        )

    def _hazards(
        self, trip: RoundTrip, script: Script, findings: list[Finding]
    ) -> Iterator[Hazard]:
        tables = Tables(trip.before, script.pieces)
        said = [(one, script.piece_at(one.line)) for one in findings if one.rule != UNREADABLE]
        specific = {id(piece) for one, piece in said if one.rule in SPECIFIC}
        for one, piece in said:
            if piece is None or (one.rule == GENERAL and id(piece) in specific):
                continue
            if one.rule in RULES and tables.is_new(piece):
                continue
            if one.rule not in RULES and self.configuration is None:
                continue
            table = tables.of(piece)
            if table is not None and wider.is_harmless(one.rule, table, trip, piece.code):
                continue
            yield Hazard(
                rule=one.rule, message=one.message, help=one.help, table=table, piece=piece
            )


def _run_well(history: History, round_trips: RoundTrips) -> Iterator[RoundTrip]:
    for revision in history.revisions:
        try:
            trip = round_trips.of(revision)
        except MigrationFailed:
            continue
        if not isinstance(trip.up.outcome, MigrationFailed):
            yield trip
