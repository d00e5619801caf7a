"""
Require that the history ends in one revision.

Two people who each add a revision on the same parent leave two heads, and ``alembic upgrade head``
refuses to choose between them on the day of the deploy.

Source: https://alembic.sqlalchemy.org/en/latest/branches.html
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaproof.checks.check import Evidence, Violation, Yielded, check
from schemaproof.history import History


@check("history/single-head")
def single_head(history: History) -> Iterator[Yielded]:
    if len(history.heads) == 1:
        yield Evidence(seen=f"{len(history.revisions)} revisions end in {history.heads[0]}")
        return
    heads = ", ".join(sorted(history.heads)) or "none"
    yield Violation(
        # Not the heads: the name must stay while branches that are waived grow.
        where="heads",
        found=f"{len(history.heads)} heads: {heads}",
        because="alembic upgrade head refuses to choose, so the deploy stops",
        fix="Rebase the later revision on the earlier, or join them with alembic merge.",
    )
