"""
Open a session that cannot write, and see that it cannot.

It waits for nothing for long, so that it is in nobody's way.

Source: https://www.postgresql.org/docs/current/runtime-config-client.html
(default_transaction_read_only)
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from schemaproof.errors import SchemaproofError
from schemaproof.postgres import Connection, connect, read_url, shown

OPTIONS = (
    "-c default_transaction_read_only=on"
    " -c lock_timeout=1s"
    " -c statement_timeout=30s"
    " -c idle_in_transaction_session_timeout=60s"
)
NEEDS = "a database to look at is named by a URL like postgresql://user@host:5432/shop"
ATTEMPT = "CREATE TABLE schemaproof_write_attempt ()"


class NotReadOnly(SchemaproofError):
    """A session that was opened to read alone could write."""


@contextmanager
def read_only(url_text: str) -> Iterator[Connection]:
    """
    Lend a connection that was seen to be refused when it wrote.

    Raises:
        NotAServerUrl: The text is no URL of a PostgreSQL database.
        ServerUnreachable: Nobody answers there, or not to these credentials.
        NotReadOnly: The attempt to write was not refused; it was undone.
    """
    url = read_url(url_text, needs=NEEDS, name="URL")
    with connect(url, options=OPTIONS, application_name="schemaproof") as connection:
        try:
            with connection.transaction(force_rollback=True):
                connection.execute(ATTEMPT)
        except psycopg.errors.ReadOnlySqlTransaction:
            yield connection
            return
        raise NotReadOnly(
            f"needs a session that cannot write; {shown(url)} let one create a table, which was "
            "undone: does something between the two drop the options of the session?"
        )
