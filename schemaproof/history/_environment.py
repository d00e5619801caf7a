"""
Run a project's own ``env.py``, unmodified, against a database of our choosing.

People read the URL from different places, so it is put into all of them: ``sqlalchemy.url``,
``-x url=``, and the environment variables that the configuration names. Should an ``env.py`` read
it from yet another place, it would migrate a database that is not ours: every connection it opens
is compared with the one it was given, before it is made where SQLAlchemy makes it, before anything
is executed where a creator does, and refused.

Sources: https://alembic.sqlalchemy.org/en/latest/api/config.html,
https://docs.sqlalchemy.org/en/20/core/events.html#sqlalchemy.events.DialectEvents.do_connect
"""

from __future__ import annotations

import contextlib
import logging.config
import os
import re
import sys
import threading
from argparse import Namespace
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn
from unittest import mock

from alembic.config import Config
from sqlalchemy import URL, event
from sqlalchemy.engine import Engine
from sqlalchemy.pool import Pool

from schemaproof.errors import SchemaproofError
from schemaproof.postgres import Database

DRIVER = re.compile(r"^(postgres(?:ql)?\+\w+)://")

# env.py, Alembic's proxies, the environment and the working directory belong to the process.
TURN = threading.RLock()


class WrongDatabase(SchemaproofError):
    """The project's env.py connects somewhere else than it was told."""


def read_configuration(ini: Path) -> Config:
    """
    Read ``alembic.ini``; what it puts on ``sys.path`` stays what it is wherever we go.
    """
    config = Config(str(ini))
    prepended = config.get_main_option("prepend_sys_path")
    if prepended and (folder := ini.parent / prepended).is_dir():
        config.set_main_option("prepend_sys_path", str(folder.absolute()).replace("%", "%%"))
    return config


@contextlib.contextmanager
def given(database: Database, *, ini: Path, url_env: tuple[str, ...]) -> Iterator[Config]:
    """
    Yield an Alembic configuration under which ``env.py`` finds ``database`` wherever it looks.

    Raises:
        WrongDatabase: It looked elsewhere; nothing has been connected to.
    """
    with TURN, contextlib.ExitStack() as held:
        config = read_configuration(ini)
        url = _in_the_projects_dialect(database.url, config, url_env)
        config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
        config.cmd_opts = Namespace(x=[f"url={url}"])
        held.enter_context(mock.patch.dict(os.environ, dict.fromkeys(url_env, url)))
        # Relative paths in alembic.ini are relative to where its users run alembic.
        held.enter_context(contextlib.chdir(ini.parent))
        # A harness does not let its subject reconfigure logging, nor write into its results.
        held.enter_context(mock.patch.object(logging.config, "fileConfig"))
        held.enter_context(contextlib.redirect_stdout(sys.stderr))
        held.enter_context(_only(database))
        yield config


def _in_the_projects_dialect(url: URL, config: Config, url_env: tuple[str, ...]) -> str:
    known = [config.get_main_option("sqlalchemy.url"), *map(os.environ.get, url_env)]
    drivers = [match.group(1) for text in known if text and (match := DRIVER.match(text))]
    shaped = url.set(drivername=drivers[0]) if drivers else url
    return shaped.render_as_string(hide_password=False)


@contextlib.contextmanager
def _only(database: Database) -> Iterator[None]:
    thread = threading.get_ident()
    confirmed: list[str] = []

    def refuse(found: str | None) -> NoReturn:
        raise WrongDatabase(
            f"env.py must migrate the throwaway database {database.name!r} but connects to "
            f"{found!r}: name the environment variable that it reads in url_env, or read "
            "sqlalchemy.url"
        )

    def compare(_dialect: Any, _record: Any, _args: Any, parameters: Mapping[str, Any]) -> None:
        if threading.get_ident() != thread:
            return
        found = parameters.get("dbname") or parameters.get("database")
        if found != database.name:
            refuse(found)

    def confirm(connection: Any, _record: Any) -> None:
        if threading.get_ident() != thread:
            return
        cursor = connection.cursor()
        cursor.execute("SELECT current_database()")
        (found,) = cursor.fetchone()
        cursor.close()
        connection.rollback()
        if found != database.name:
            refuse(found)
        confirmed.append(found)

    # The first is asked before a connection is made, the second also where a creator makes it.
    event.listen(Engine, "do_connect", compare)
    event.listen(Pool, "connect", confirm)
    try:
        yield
    finally:
        event.remove(Engine, "do_connect", compare)
        event.remove(Pool, "connect", confirm)
    if not confirmed:
        refuse("nothing that SQLAlchemy opened in this thread")
