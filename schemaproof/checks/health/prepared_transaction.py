"""
Report transactions that were prepared and then forgotten.

PREPARE TRANSACTION leaves a transaction to nobody's session: it keeps its locks and its snapshot
through the end of the connection and a restart of the server, until somebody commits it or rolls it
back by its name. Where its coordinator is gone nobody does.

Source: https://www.postgresql.org/docs/current/sql-prepare-transaction.html
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaproof.checks.check import Evidence, Violation, Yielded, check
from schemaproof.checks.drift._mending.calls import literal
from schemaproof.checks.health._holding import LONG_S, held
from schemaproof.checks.health._telling import count, span, unseen
from schemaproof.vitals import PreparedTransaction, Vitals


@check("health/prepared-transaction")
def prepared_transaction(vitals: Vitals) -> Iterator[Yielded]:
    if "prepared" in vitals.unseen:
        yield from unseen("prepared transaction", [vitals.unseen["prepared"]])
        return
    old = [one for one in vitals.prepared if one.age_s >= LONG_S]
    for one in old:
        yield _violation(one)
    if not old:
        yield Evidence(
            seen=f"{count(len(vitals.prepared), 'prepared transaction')}, none for longer than "
            f"{span(LONG_S)}"
        )


def _violation(one: PreparedTransaction) -> Violation:
    locks = held(one.locks)
    xmin = "" if one.xmin_age is None else f", {count(one.xmin_age, 'transaction')} ago"
    return Violation(
        where=one.name,
        found=f"{one.role} prepared it {span(one.age_s)} ago{xmin}, and it holds "
        + (locks or "no table"),
        because="its locks outlive every restart, so a revision that alters those tables waits for "
        "it without end, and VACUUM removes no row that it could see",
        fix="Ask its coordinator, then, in no revision: "
        f"COMMIT PREPARED {literal(one.name)} or ROLLBACK PREPARED {literal(one.name)}.",
    )
