"""
Say in one sentence that a project's own code stands in the way of its schema.

`verify` reports such code as a violation; whoever only needs the schema cannot go on without it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from schemaproof.errors import SchemaproofError
from schemaproof.history import MigrationFailed
from schemaproof.loading import ModelsBroken


class NoSchema(SchemaproofError):
    """The project's own code stands in the way of its schema."""


@contextmanager
def schema_needed(purpose: str) -> Iterator[None]:
    """
    Turn what the project's code raises into what was needed.

    Args:
        purpose: What the schema is for, e.g. ``to plan on``.

    Raises:
        NoSchema: A revision or a model raised.
    """
    try:
        yield
    except (MigrationFailed, ModelsBroken) as error:
        raise NoSchema(
            f"needs a schema {purpose}; the project's own code raises: {error}: "
            "'schemaproof verify' tells where"
        ) from error
