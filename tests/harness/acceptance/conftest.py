"""
Give the acceptance tests the command line, a copy of this repository and a miniature project.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from schemaproof.cli import main
from tests.harness.miniature import Step, miniature

REPOSITORY = Path(__file__).parents[3]
SUBJECT = ("benchmarks", "models", "schemas", "migrations", "alembic.ini", "pyproject.toml")

Cli = Callable[..., subprocess.CompletedProcess[str]]

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


@pytest.fixture(autouse=True)
def _not_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Take out of the environment what makes proofs thorough ones, and what GitHub is told by.
    """
    for name in ("CI", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def cli() -> Cli:
    """
    A function that runs ``schemaproof`` in a process of its own and returns what came of it.
    """

    def run(*arguments: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "schemaproof", *map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            env={**os.environ, **env},
        )

    return run


@pytest.fixture
def run_main() -> Iterator[object]:
    """
    The command line in this process; its handler of SIGTERM is taken back afterwards.
    """
    before = signal.getsignal(signal.SIGTERM)
    yield main
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def subject(tmp_path: Path) -> Path:
    """
    A copy of this repository's schema, for one test to break.
    """
    for name in SUBJECT:
        source, target = REPOSITORY / name, tmp_path / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    return tmp_path


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """
    A miniature project without a fault: authors and their books.
    """
    (tmp_path / "library").mkdir()
    return miniature(
        tmp_path / "library",
        models=TWO_TABLES,
        revisions=[Step(up=TWO_TABLES_UP, down="DROP TABLE books; DROP TABLE authors")],
    )
