"""
Lend connections to copies of a template, on which one mutant after another is written and wiped.

Most checks undo what they do, and then a mutant need not have a database of its own: it is applied
in the transaction that the check works in, and goes with it. The copy, its session and what
SQLAlchemy has compiled for it serve the next mutant.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from psycopg import sql
from sqlalchemy import Connection as SqlalchemyConnection
from sqlalchemy import Engine, create_engine

from schemaproof.mutation.migrations.scratch import send
from schemaproof.postgres import Database, Databases, driver_of, undone

# What is rolled back still takes up room, and reading gets slower: then a fresh copy is cheaper.
MOST_USES = 60

# No rollback gives a sequence its numbers back.
SEQUENCES = """
SELECT schemaname, sequencename, coalesce(last_value, start_value), last_value IS NOT NULL
FROM pg_catalog.pg_sequences
"""


class Slate:
    """
    One copy of a template, as good as new each time it is lent.
    """

    def __init__(self, database: Database, engine: Engine) -> None:
        self._engine, self.uses = engine, 0
        with database.connect() as connection:
            numbers = [
                sql.SQL("pg_catalog.setval({}, {}, {})").format(
                    sql.Literal(sql.Identifier(schema, name).as_string(connection)), last, is_called
                )
                for schema, name, last, is_called in connection.execute(SEQUENCES)
            ]
            self._renumber = sql.SQL("SELECT {}").format(sql.SQL(", ").join(numbers)).as_bytes()

    @contextmanager
    def lent(self, statements: str) -> Iterator[SqlalchemyConnection]:
        """
        Lend a connection in a transaction that begins with a mutant's statements.
        """
        self.uses += 1
        with undone(self._engine) as connection:
            driver = driver_of(connection)
            driver.execute(self._renumber)
            send(driver, statements)
            yield connection


class Slates:
    """
    The slates of one judge: as many as are in use at the same time.

    Args:
        template: What they are copies of.
        databases: Where copies come from.
    """

    def __init__(self, template: Database, databases: Databases) -> None:
        self.template, self._databases = template, databases
        self._idle: list[tuple[Slate, ExitStack]] = []

    @contextmanager
    def lent(self, statements: str) -> Iterator[SqlalchemyConnection]:
        """
        Lend what `Slate.lent` lends.
        """
        slate, held = self._idle.pop() if self._idle else self._made()
        with ExitStack() as broken:
            broken.push(held)
            with slate.lent(statements) as connection:
                yield connection
            if slate.uses < MOST_USES:
                broken.pop_all()
                self._idle.append((slate, held))

    def close(self) -> None:
        """
        Give the copies back.
        """
        while self._idle:
            self._idle.pop()[1].close()

    def _made(self) -> tuple[Slate, ExitStack]:
        with ExitStack() as held:
            database = held.enter_context(self._databases.clone(self.template))
            engine = create_engine(database.url, pool_size=1, max_overflow=0)
            held.callback(engine.dispose)
            return Slate(database, engine), held.pop_all()
