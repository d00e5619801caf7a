"""
Run the migrations: on which database, within which limits, and alone.

The database is the first of ``-x url=...``, the environment variable ``DATABASE_URL`` and
``sqlalchemy.url`` in alembic.ini. Whoever drives Alembic from Python passes ``-x`` too, or clears
the variable: a URL in the environment is meant for every program that is started there.

Every statement runs under ``lock_timeout`` and ``statement_timeout``. A migration that waits for a
lock makes every later reader and writer of that table wait behind it, so it is better that it gives
up.

Source: https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT
"""

import os
from logging.config import fileConfig
from typing import Any, Final

from alembic import context
from sqlalchemy import URL, NullPool, create_engine, make_url

from migrations.deploy_lock import deploy_lock
from models import Base

# A lock that is not free within this is held by a long transaction: try again when it has ended.
LOCK_TIMEOUT: Final = "5s"
# Long enough for any statement that blocks others. Those that block nobody and may run for hours
# (index builds, validations) lift it themselves.
STATEMENT_TIMEOUT: Final = "1min"
# Another deployer's whole migration, in seconds.
DEPLOY_LOCK_WAIT_S: Final = "300"

OPTIONS: Final[dict[str, Any]] = {
    "target_metadata": Base.metadata,
    "transaction_per_migration": True,
    "compare_type": True,
    "compare_server_default": True,
}

X_ARGUMENTS: Final = context.get_x_argument(as_dictionary=True)


def database_url() -> URL:
    """
    Find the database, and reach it with psycopg 3 unless the URL names a driver.
    """
    found = (
        X_ARGUMENTS.get("url")
        or os.environ.get("DATABASE_URL")
        or context.config.get_main_option("sqlalchemy.url", default="postgresql:///pixcrawler")
    )
    url = make_url(found)
    if url.drivername in {"postgres", "postgresql"}:
        url = url.set(drivername="postgresql+psycopg")
    return url


def timeouts() -> dict[str, str]:
    """
    Name the limits of the session: the constants above, or what ``-x`` says.
    """
    return {
        "lock_timeout": X_ARGUMENTS.get("lock_timeout", LOCK_TIMEOUT),
        "statement_timeout": X_ARGUMENTS.get("statement_timeout", STATEMENT_TIMEOUT),
    }


def connect_args(url: URL) -> dict[str, str]:
    """
    Set the limits while connecting, so that RESET comes back to them and no transaction is opened.
    """
    given = url.query.get("options", ())
    options = [given] if isinstance(given, str) else [*given]
    # A space ends an option, unless it is escaped.
    options += [f"-c {name}=" + value.replace(" ", r"\ ") for name, value in timeouts().items()]
    return {
        "options": " ".join(options),
        "fallback_application_name": "pixcrawler-migrations",
    }


def migrate_online() -> None:
    """
    Migrate the database, holding the deploy lock.
    """
    url = database_url()
    engine = create_engine(url, poolclass=NullPool, connect_args=connect_args(url))
    wait_s = float(X_ARGUMENTS.get("deploy_lock_wait_s", DEPLOY_LOCK_WAIT_S))
    with engine.connect() as connection, deploy_lock(connection, wait_s=wait_s):
        context.configure(connection=connection, **OPTIONS)
        with context.begin_transaction():
            context.run_migrations()


def write_script() -> None:
    """
    Write the SQL instead of running it; the script takes no deploy lock, so run it alone.
    """
    context.configure(
        url=database_url(), literal_binds=True, dialect_opts={"paramstyle": "named"}, **OPTIONS
    )
    with context.begin_transaction():
        for name, value in timeouts().items():
            context.execute(f"SET {name} = '{value}'")
        context.run_migrations()


# Who drives Alembic from Python may keep its own logging.
if context.config.config_file_name is not None and context.config.attributes.get(
    "configure_logger", True
):
    fileConfig(context.config.config_file_name, disable_existing_loggers=False)

if context.is_offline_mode():
    write_script()
else:
    migrate_online()
