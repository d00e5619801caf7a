"""
Choose the operating-system account that runs the server.

PostgreSQL refuses to run as root, and containers and CI machines run as root, so root hands the
server to ``nobody``. Anybody else runs it as themselves.

Source: https://www.postgresql.org/docs/current/app-postgres.html
"""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass

from schemaproof.errors import SchemaproofError


class NoServerAccount(SchemaproofError):
    """The machine has no account that may run PostgreSQL."""


@dataclass(frozen=True, kw_only=True)
class Account:
    """
    Who runs the server, and who may connect to it.

    Attributes:
        uid: User id of the server process.
        gid: Group id of the server process.
        client: Name of the user who runs the harness, the only one let in.
    """

    uid: int
    gid: int
    client: str


def server_account() -> Account:
    """
    Return the account to use on this machine.

    Raises:
        NoServerAccount: Nobody suitable is in the user database.
    """
    try:
        me = pwd.getpwuid(os.geteuid())
    except KeyError:
        raise NoServerAccount(
            f"PostgreSQL needs its user to have a name; user id {os.geteuid()} has none: "
            "add it to /etc/passwd or run as another user"
        ) from None
    if me.pw_uid != 0:
        return Account(uid=me.pw_uid, gid=me.pw_gid, client=me.pw_name)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise NoServerAccount(
            "PostgreSQL refuses to run as root and this machine has no user 'nobody' to drop to: "
            "add one, or run as an ordinary user"
        ) from None
    return Account(uid=nobody.pw_uid, gid=nobody.pw_gid, client=me.pw_name)
