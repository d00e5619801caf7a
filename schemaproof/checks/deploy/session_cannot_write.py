"""
Require that the session that looks at a live database cannot write to it.

Its transactions are READ ONLY: a table was to be made, and the server refused. That holds for this
session; a role that may not write at all is safer still, and what the role could do is told.

Source: https://www.postgresql.org/docs/current/sql-set-transaction.html
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaproof.checks.check import Evidence, Yielded, check
from schemaproof.staging import Access

SAFER = "a role with no more than pg_read_all_data and pg_monitor would be safer"


@check("deploy/session-cannot-write")
def session_cannot_write(access: Access) -> Iterator[Yielded]:
    yield Evidence(seen="CREATE TABLE was refused with SQLSTATE 25006")
    if access.is_standby:
        yield Evidence(seen="the server is a standby, which nobody can write to")
    elif access.is_superuser:
        yield Evidence(seen=f"role {access.role} is a superuser: {SAFER}")
    elif access.writable or access.may_create:
        create = " and make new ones" if access.may_create else ""
        yield Evidence(
            seen=f"role {access.role} could otherwise write to {access.writable} of "
            f"{access.tables} tables{create}: {SAFER}"
        )
    else:
        yield Evidence(seen=f"role {access.role} may not write to any of {access.tables} tables")
