"""
Keep what a trial has shown of each revision, and why it came no further.
"""

from __future__ import annotations

from typing import Generic, TypeVar

from schemaproof.history import MigrationFailed, Revision

Seen = TypeVar("Seen")


class Outcomes(Generic[Seen]):
    """
    What a trial has shown of each revision of a history.
    """

    def __init__(self) -> None:
        self._seen: dict[str, Seen] = {}
        self._ended: MigrationFailed | None = None

    def of(self, revision: Revision) -> Seen:
        """
        Return what was seen of a revision.

        Raises:
            MigrationFailed: It was never reached; this is what was in the way.
        """
        if revision.id not in self._seen:
            assert self._ended is not None  # noqa: S101 - only an upgrade that raises ends it
            raise self._ended
        return self._seen[revision.id]

    def note(self, revision: Revision, seen: Seen) -> None:
        """
        Keep what was seen of a revision.
        """
        self._seen[revision.id] = seen

    def end(self, error: MigrationFailed) -> None:
        """
        Take note that the history leads no further.
        """
        self._ended = error
        # Rows, users and crashes are not to blame for what fails without them.
        self._seen.pop(error.revision or "", None)
