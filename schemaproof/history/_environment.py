"""
Run a project's own ``env.py``, unmodified, against a database of our choosing.

People read the URL from different places, so it is put into all of them: ``sqlalchemy.url`` and
whatever else in the section looks like a URL, ``-x url=``, the environment variables that the
configuration names, and, for those who insist on it, ``config.attributes["connection"]``. Should an
``env.py`` read it from yet another place, its connections are led all the same (`_leading`).

Source: https://alembic.sqlalchemy.org/en/latest/api/config.html
"""

from __future__ import annotations

import configparser
import contextlib
import logging.config
import os
import re
import sys
import threading
from argparse import Namespace
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from sqlalchemy import URL, Connection, NullPool, create_engine, event, make_url

from schemaproof.errors import SchemaproofError
from schemaproof.history._leading import Lead
from schemaproof.postgres import Database

DRIVER = re.compile(r"^(postgres(?:ql)?\+\w+)://")
# What the templates of Alembic have in place of a URL, and what people replace it with.
LOOKS_LIKE_A_URL = re.compile(r"^(?:driver|postgres(?:ql)?(?:\+\w+)?)://")
# For models that want a URL before there is a database; whoever connects to it is refused.
NOWHERE = make_url("postgresql+psycopg://nobody@127.0.0.1:1/not_there_yet")

# env.py, Alembic's proxies, the environment and the working directory belong to the process.
TURN = threading.RLock()


class SeveralMigrations(SchemaproofError):
    """The project's env.py migrates more than one database or schema in one run."""

    def __init__(self, ini: Path) -> None:
        super().__init__(
            f"needs an env.py that calls run_migrations() once; that of {ini} calls it again, for "
            "another database or schema: configure one project for each"
        )


@dataclass(frozen=True, kw_only=True)
class Setting:
    """
    What is around a project's ``env.py`` when it runs.

    Attributes:
        ini: Its ``alembic.ini``, or a ``pyproject.toml`` with ``[tool.alembic]``.
        section: The section of that file that is read, as by ``alembic --name``.
        url_env: The environment variables that it reads its URL from.
        x_arguments: What it is given by ``-x``, beside the URL.
        around: Makes a context in which it runs, e.g. that of a Flask application.
        bootstrap: Makes the tables that are there before the first revision.
    """

    ini: Path
    section: str = "alembic"
    url_env: tuple[str, ...] = ()
    x_arguments: tuple[str, ...] = ()
    around: Callable[[], contextlib.AbstractContextManager[object]] | None = None
    bootstrap: Callable[[Connection], object] | None = None


class Attributes(dict[str, Any]):
    """
    The ``config.attributes`` of a run: a connection for those who insist, none for those who ask.

    Attributes:
        was_asked: Whether a connection was asked for, and not given.
    """

    def __init__(self, connect: Callable[[], Connection]) -> None:
        super().__init__()
        self.was_asked = False
        self._connect = connect

    def __missing__(self, key: str) -> Connection:
        if key != "connection":
            raise KeyError(key)
        return self.give()

    def give(self) -> Connection:
        """
        Open a connection and keep it there.
        """
        self["connection"] = connection = self._connect()
        return connection

    def get(self, key: str, default: Any = None) -> Any:
        """
        Return what is there; most who ask like this have another way if nothing is.
        """
        self.was_asked |= key == "connection" and key not in self
        return super().get(key, default)


def read_configuration(ini: Path, section: str = "alembic") -> Config:
    """
    Read ``alembic.ini``; what it puts on ``sys.path`` stays what it is wherever we go.
    """
    toml = ini if ini.suffix == ".toml" else ini.parent / "pyproject.toml"
    options: dict[str, Any] = {}
    # Alembic reads it since 1.16.
    if hasattr(Config, "toml_alembic_config") and toml.is_file():
        options["toml_file"] = str(toml)
    config = Config(None if ini.suffix == ".toml" else str(ini), ini_section=section, **options)
    _make_paths_absolute(config, ini.parent)
    if not _option(config, "script_location") and (ini.parent / "env.py").is_file():
        # Flask-Migrate keeps its ini in the folder that it is about.
        config.set_main_option("script_location", _escaped(str(ini.parent.absolute())))
    return config


def _make_paths_absolute(config: Config, folder: Path) -> None:
    with contextlib.suppress(configparser.NoSectionError):
        written = config.file_config.get(config.config_ini_section, "prepend_sys_path", fallback="")
        if written and (folder / written).is_dir():
            path = _escaped(str((folder / written).absolute()))
            config.set_main_option("prepend_sys_path", path)
    listed = getattr(config, "toml_alembic_config", {}).get("prepend_sys_path")
    if isinstance(listed, list):
        listed[:] = [_escaped(str((folder / each).absolute())) for each in listed]


def _option(config: Config, name: str) -> object:
    # Where there is a [tool.alembic], it counts as well.
    with contextlib.suppress(Exception):
        read = getattr(config, "get_alembic_option", config.get_main_option)
        return read(name)
    return None


class Environment:
    """
    The ``env.py`` of a project, run as often as wanted.
    """

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._insists = False

    def run(self, database: Database, action: Callable[[Config], None]) -> None:
        """
        Do something with a configuration under which ``env.py`` finds ``database``.

        An ``env.py`` that has asked for a connection, got none and could not go on gets one, and
        then the action is done again.

        Raises:
            WrongDatabase: It looked elsewhere; nothing has been connected to.
            SeveralMigrations: It migrates twice.
        """
        run = Run(database, hands=self._insists)
        try:
            self._do(run, action)
        except Exception as first:
            if not run.asks_for_more:
                raise
            again = Run(database, hands=True)
            try:
                self._do(again, action)
            except Exception as second:
                raise (second if again.lead.has_connected else first) from None
            self._insists = True

    @contextlib.contextmanager
    def surroundings(self) -> Iterator[None]:
        """
        Be where ``env.py`` is run, and alone, without a database.
        """
        with TURN, contextlib.ExitStack() as held:
            # Relative paths in alembic.ini are relative to where its users run alembic.
            held.enter_context(contextlib.chdir(self._setting.ini.parent))
            # A harness does not let its subject reconfigure logging, nor write into its results.
            held.enter_context(mock.patch.object(logging.config, "fileConfig"))
            held.enter_context(contextlib.redirect_stdout(sys.stderr))
            yield

    def _do(self, run: Run, action: Callable[[Config], None]) -> None:
        setting = self._setting
        with self.surroundings(), contextlib.ExitStack() as held:
            config = read_configuration(setting.ini, setting.section)
            url = in_the_projects_dialect(run.database.url, config, setting.url_env)
            _put(url, config)
            config.cmd_opts = Namespace(x=[f"url={url}", *setting.x_arguments])
            held.enter_context(mock.patch.dict(os.environ, dict.fromkeys(setting.url_env, url)))
            held.enter_context(_migrating_once(setting.ini))
            held.enter_context(run.lead.lead())
            if setting.around is not None:
                held.enter_context(setting.around())
            config.__dict__["attributes"] = run.attributes(held)
            action(config)


class Run:
    """
    One run of ``env.py``.

    Attributes:
        database: The database that it is led to.
        lead: What leads it.
        hands: Whether it is given a connection without insisting on it.
    """

    def __init__(self, database: Database, *, hands: bool) -> None:
        self.database, self.hands = database, hands
        self.lead = Lead(database)
        self._attributes: Attributes | None = None

    @property
    def asks_for_more(self) -> bool:
        """
        Whether it got nowhere, and asked for a connection that it was not given.
        """
        asked = self._attributes is not None and self._attributes.was_asked
        return asked and not self.lead.has_connected

    def attributes(self, held: contextlib.ExitStack) -> Attributes:
        """
        Return its ``config.attributes``; a connection is closed with ``held``.
        """

        def connect() -> Connection:
            engine = create_engine(self.database.url, poolclass=NullPool)
            connection = held.enter_context(engine.connect())
            # That it is there does not say that it is used.
            self.lead.has_connected = False
            event.listen(connection, "before_cursor_execute", self._note_use)
            return connection

        self._attributes = Attributes(connect)
        if self.hands:
            self._attributes.give()
        return self._attributes

    def _note_use(self, *_arguments: object) -> None:
        self.lead.has_connected = True


def _put(url: str, config: Config) -> None:
    for name in config.file_config.options(config.config_ini_section):
        if LOOKS_LIKE_A_URL.match(_main_option(config, name) or ""):
            config.set_main_option(name, _escaped(url))
    config.set_main_option("sqlalchemy.url", _escaped(url))


def _main_option(config: Config, name: str) -> str | None:
    with contextlib.suppress(configparser.InterpolationError):
        return config.get_main_option(name)
    return None  # what it refers to is said elsewhere, perhaps nowhere


def in_the_projects_dialect(url: URL, config: Config, url_env: tuple[str, ...]) -> str:
    """
    Return the URL with the driver that the configuration or the environment names.
    """
    known = [_main_option(config, "sqlalchemy.url"), *map(os.environ.get, url_env)]
    drivers = [match.group(1) for text in known if text and (match := DRIVER.match(text))]
    shaped = url.set(drivername=drivers[0]) if drivers else url
    return shaped.render_as_string(hide_password=False)


@contextlib.contextmanager
def standing_in(url_env: tuple[str, ...]) -> Iterator[None]:
    """
    Give those environment variables that are not set a URL that leads nowhere.

    Settings are often read when the models are imported, before there is any database.
    """
    url = NOWHERE.render_as_string(hide_password=False)
    with TURN, mock.patch.dict(os.environ, {n: url for n in url_env if n not in os.environ}):
        yield


@contextlib.contextmanager
def _migrating_once(ini: Path) -> Iterator[None]:
    thread, run = threading.get_ident(), EnvironmentContext.run_migrations
    has_run = False

    def once(context: EnvironmentContext, **options: Any) -> None:
        nonlocal has_run
        if threading.get_ident() == thread:
            if has_run:
                raise SeveralMigrations(ini)
            has_run = True
        run(context, **options)

    with mock.patch.object(EnvironmentContext, "run_migrations", once):
        yield


def _escaped(text: str) -> str:
    return text.replace("%", "%%")
