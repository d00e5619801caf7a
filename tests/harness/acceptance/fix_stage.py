"""
A server of its own, with a database on which a release is to be deployed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from schemaproof.postgres import Database
from schemaproof.project import Project
from tests.harness.miniature import Step, miniature
from tests.harness.own_server import OwnServer, own_server

TWO_TABLES = """
    class Base(DeclarativeBase):
        pass

    class Author(Base):
        __tablename__ = "authors"
        id: Mapped[int] = mapped_column(primary_key=True)
        books: Mapped[list["Book"]] = relationship(back_populates="author", passive_deletes=True)

    class Book(Base):
        __tablename__ = "books"
        id: Mapped[int] = mapped_column(primary_key=True)
        author_id: Mapped[int] = mapped_column(
            ForeignKey("authors.id", ondelete="CASCADE"), index=True
        )
        author: Mapped["Author"] = relationship(back_populates="books", passive_deletes=True)
"""

TWO_TABLES_UP = """
    CREATE TABLE authors (id serial PRIMARY KEY);
    CREATE TABLE books (
        id serial PRIMARY KEY, author_id int NOT NULL REFERENCES authors ON DELETE CASCADE
    );
    CREATE INDEX ix_books_author_id ON books (author_id)
"""

HBA = b"local all postgres trust\nlocal all all scram-sha-256\n"
SECRET = "s3cr:t/w@rd"  # noqa: S105 - of a server that lives for a test
SETUP = (
    f"CREATE ROLE inspector LOGIN PASSWORD '{SECRET}'",
    "GRANT pg_read_all_data, pg_monitor TO inspector",
    f"CREATE ROLE blind LOGIN PASSWORD '{SECRET}'",
    "CREATE DATABASE closed",
    "REVOKE CONNECT ON DATABASE closed FROM PUBLIC",
    "CREATE DATABASE stage",
    "SELECT pg_reload_conf()",
)
# What is not the project's, named to break SQL and terminals.
OTHERS = """
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
CREATE SCHEMA "a""; DROP SCHEMA public CASCADE; --";
CREATE TABLE "a""; DROP SCHEMA public CASCADE; --"."'); DELETE FROM books; --"
    ("%s {} $1 [red]" int PRIMARY KEY, "\u202egnp" text CHECK ("\u202egnp" <> ''''));
CREATE TABLE "</script><b>\u00e9\U0001f600" (":x" int PRIMARY KEY);
INSERT INTO authors DEFAULT VALUES
"""
SLOW = """
[[tool.schemaproof.invariants]]
name = "slow"
sql = "SELECT 1 FROM pg_sleep(100)"
because = "of the test"
"""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """
    What is looked at.

    Attributes:
        server: Its server, which lets in the superuser only without a password.
        database: The database, at the first revision.
        project: The release, with a second one.
        slow: The same with an invariant that takes 100 seconds.
    """

    server: OwnServer
    database: Database
    project: Path
    slow: Path

    def url(self, user: str = "inspector", password: str = SECRET, name: str = "stage") -> str:
        """
        Return the URL of a database of its server.
        """
        host = self.server.data.parent
        return f"postgresql://{user}:{quote(password, safe='')}@/{name}?host={host}"


def release(folder: Path) -> Path:
    """
    Write the project.
    """
    folder.mkdir()
    return miniature(
        folder,
        models=TWO_TABLES,
        revisions=[
            Step(up=TWO_TABLES_UP, down="DROP TABLE books; DROP TABLE authors"),
            Step(up="ALTER TABLE books ADD title text", down="ALTER TABLE books DROP title"),
        ],
    )


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """
    A release, and the database that it is to be deployed on; gone after the module.
    """
    folder = tmp_path_factory.mktemp("stage")
    project, slow = release(folder / "release"), release(folder / "slow")
    with (slow / "pyproject.toml").open("a") as file:
        file.write(SLOW)
    with own_server() as server:
        with server.connect() as connection:
            server.put("pg_hba.conf", HBA)
            for statement in SETUP:
                connection.execute(statement.encode())
        database = server.database("stage")
        Project.load(project).history.upgrade(database, "r1")
        with database.connect(autocommit=True) as connection:
            connection.execute(OTHERS.encode())
        yield Stage(server=server, database=database, project=project, slow=slow)
