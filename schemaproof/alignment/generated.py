"""
Send payloads that nobody thought of, and let Hypothesis shrink the first that does not come back.

The same payloads are drawn each time: what fails here today fails there tomorrow.

Source: https://hypothesis.readthedocs.io/en/latest/reference/api.html#hypothesis.settings.derandomize
"""

from __future__ import annotations

import os
from collections.abc import Collection

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable

from schemaproof.alignment.failures import Failure
from schemaproof.alignment.payloads import Payloads
from schemaproof.alignment.round_trips import Unkept, Writing
from schemaproof.alignment.schema import Payload
from schemaproof.alignment.strategies import payload_strategy
from schemaproof.alignment.writing import Writer
from schemaproof.postgres import cache_directory

DRAWING = settings(
    max_examples=100,
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=[*HealthCheck],
    print_blob=False,
)


class _NotKept(Exception):
    """Hypothesis takes it for the failure of a test."""


def generated(payloads: Payloads, writer: Writer, known: Collection[str]) -> Writing:
    """
    Send generated payloads there and back, until one shows a failure of a new kind.

    Args:
        payloads: The payloads of the schema.
        writer: Sends them.
        known: The kinds of failure that have been told of the schema.
    """
    # It keeps what it has read of the code; a project's folder is not the place.
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(cache_directory() / "hypothesis"))
    writing = Writing()
    last: list[tuple[Payload, Failure]] = []

    @DRAWING
    @given(payload=payload_strategy(payloads))
    def come_back_equal(payload: Payload) -> None:
        failure = writer.failure(payload)
        if failure is None:
            writing.payloads += 1
        elif not failure.is_of_other_rows and failure.kind not in known:
            last.append((payload, failure))
            raise _NotKept(failure.kind)

    try:
        come_back_equal()
    except _NotKept:
        payload, failure = last[-1]
        fields = _blamed(payloads, writer, payload, failure)
        writing.unkept.append(Unkept(fields=fields, payload=payload, failure=failure))
    except Unsatisfiable:
        writing.obstacle = "no payload was drawn that the schema takes"
    return writing


def _blamed(
    payloads: Payloads, writer: Writer, payload: Payload, failure: Failure
) -> tuple[str, ...]:
    """Name the fields without whose values it would not have failed."""
    blamed = []
    for field in payloads.schema.fields:
        if field.sent_as in payload and field.name not in payloads.fixed:
            others = {key: value for key, value in payload.items() if key != field.sent_as}
            plain = {k: v for k, v in payloads.smallest.items() if k == field.sent_as}
            without = writer.failure({**others, **plain})
            if without is None or without.kind != failure.kind:
                blamed.append(field.name)
    return failure.fields or tuple(blamed)
