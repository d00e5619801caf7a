"""
Tell whether a mutant that was to take or refuse null treats it as the original does.

Such a mutant differs from the original in null alone. So null is offered to both: where both refuse
it in the same words, or make the same of it, nobody can tell them apart.

Source: https://docs.pydantic.dev/latest/concepts/unions/
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from schemaproof.alignment import Alignment
from schemaproof.mutation.schemas.mutants import NULL, SchemaMutant

if TYPE_CHECKING:
    from schemaproof.alignment.schema import Field, Payload, Schema

SAME = "null is {0} by the original and by the mutant alike"


def null_alike(mutant: SchemaMutant, original: Alignment, schema: type) -> str | None:
    """
    Return why the mutant is equivalent; None if it is not, or if nobody can tell.

    Args:
        mutant: What was done.
        original: The schema as it is.
        schema: The class that is the mutant.
    """
    if mutant.operator != NULL:
        return None
    # It imports Pydantic, which a project without schemas need not have.
    from schemaproof.alignment.payloads import Payloads  # noqa: PLC0415
    from schemaproof.alignment.schema import Schema  # noqa: PLC0415

    both = [Schema(original), Schema(replace(original, schema=schema))]
    (field,) = (one for one in both[0].fields if one.name == mutant.field)
    payload = {**Payloads(both[0], {}).plain, field.sent_as: None}
    answers = [_answer(one, field, payload) for one in both]
    fate, _ = answers[0]
    return SAME.format(fate) if fate and answers[0] == answers[1] else None


def _answer(schema: Schema, field: Field, payload: Payload) -> tuple[str, object]:
    from schemaproof.alignment.schema import Crash, Refusal  # noqa: PLC0415 - as above

    try:
        return "taken", getattr(schema.made(payload), field.name)
    except Refusal as refusal:
        told = [words for name, words in refusal.complaints.items() if name in field.called]
        return ("refused", told) if told else ("", None)
    except Crash:
        return "", None
