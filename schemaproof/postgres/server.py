"""
Speak of a PostgreSQL server the same way wherever it came from.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from types import TracebackType
from typing import Any, Self

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL, make_url

# Any row: each caller knows the columns it asks for.
Connection = psycopg.Connection[Any]


class Server:
    """
    One running server and the way to its databases.

    Attributes:
        url: The URL of its maintenance database, for SQLAlchemy with psycopg 3.
        label: Where it came from: ``embedded``, ``container``, ``existing``.
        empty_template: The database that a new, empty one is copied from.
        image: What its container was made of; empty for another.
    """

    def __init__(
        self,
        url: URL,
        *,
        label: str,
        empty_template: str,
        image: str = "",
        on_close: Callable[[], None] | None = None,
    ) -> None:
        self.url = url
        self.label = label
        self.empty_template = empty_template
        self.image = image
        self._on_close = on_close

    @cached_property
    def version(self) -> int:
        """
        The version as PostgreSQL numbers it, e.g. 180006 for 18.6.
        """
        with self.connect() as connection:
            return connection.info.server_version

    @property
    def owns_machine_time(self) -> bool:
        """
        Whether nobody else uses the server, so that a checkpoint or a flood disturbs no one.
        """
        return self.label in ("embedded", "container")

    def database_url(self, name: str) -> URL:
        """
        Return the URL of one database of the server.
        """
        return self.url.set(database=name)

    def connect(self, name: str | None = None, *, autocommit: bool = True) -> Connection:
        """
        Connect to one database, or to the maintenance database.
        """
        url = self.url if name is None else self.database_url(name)
        return psycopg.connect(conninfo(url), autocommit=autocommit)

    def hand_over(self) -> dict[str, str]:
        """
        Return what another process of this user needs to use the server; keep it secret.
        """
        return {
            "url": self.url.render_as_string(hide_password=False),
            "label": self.label,
            "empty_template": self.empty_template,
            "image": self.image,
        }

    @classmethod
    def taken_over(cls, handed: dict[str, str]) -> Self:
        """
        Use a server that another process keeps; closing it here leaves it running.
        """
        return cls(
            make_url(handed["url"]),
            label=handed["label"],
            empty_template=handed["empty_template"],
            image=handed["image"],
        )

    def close(self) -> None:
        """
        End what this process started; a server that it found stays.
        """
        if self._on_close is not None:
            self._on_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def conninfo(url: URL) -> str:
    """
    Translate SQLAlchemy's URL into libpq's connection string.
    """
    words: dict[str, Any] = {
        "host": url.host,
        "port": url.port,
        "user": url.username,
        "password": url.password,
        "dbname": url.database,
    }
    words.update({key: ",".join([v] if isinstance(v, str) else v) for key, v in url.query.items()})
    # What is empty says nothing, and a service file may.
    return make_conninfo(
        "", **{key: value for key, value in words.items() if value not in {None, ""}}
    )
