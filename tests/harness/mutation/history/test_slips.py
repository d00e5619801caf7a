"""
What somebody forgets in a migration is noticed by the checks of its history.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from schemaproof.catalog import Catalog
from schemaproof.history import Leg, Revision, RoundTrip, Statement
from schemaproof.mutation import Choice, Score, mutate
from schemaproof.mutation.history.slips import NOTHING, slips
from schemaproof.project import Project
from schemaproof.runner import Order
from tests.harness.miniature import Step, miniature

MODELS = """
    class Base(DeclarativeBase):
        pass

    class Author(Base):
        __tablename__ = "authors"
        id: Mapped[int] = mapped_column(primary_key=True)

    class Book(Base):
        __tablename__ = "books"
        id: Mapped[int] = mapped_column(primary_key=True)
        author_id: Mapped[int] = mapped_column(
            ForeignKey("authors.id", name="fk_author"), index=True
        )
"""
FIRST = Step(
    up="""python:
        op.execute("CREATE TABLE authors (id serial PRIMARY KEY)")
        op.execute(
            "CREATE TABLE books (id serial PRIMARY KEY, author_id int NOT NULL CONSTRAINT fk_author"
            " REFERENCES authors ON DELETE CASCADE)"
        )
        op.execute("CREATE INDEX ix_books_author_id ON books (author_id)")
    """,
    down="""python:
        op.execute("DROP INDEX ix_books_author_id")
        op.execute("DROP TABLE books")
        op.execute("DROP TABLE authors")
    """,
)
KEY = "ALTER TABLE books ADD CONSTRAINT fk_author FOREIGN KEY (author_id) REFERENCES authors"
SECOND = Step(
    up=f"""python:
        op.execute("ALTER TABLE books DROP CONSTRAINT fk_author")
        op.execute("{KEY}")
    """,
    down=f"""python:
        op.execute("ALTER TABLE books DROP CONSTRAINT fk_author")
        op.execute("{KEY} ON DELETE CASCADE")
    """,
)
RESTORES, KEEPS = "history/downgrade-restores-catalog", "history/round-trip-keeps-data"


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Score:
    """
    What became of every mutant of a history of two revisions.
    """
    waivers = [
        ("history/blocking-locks", f"{step}: {table}")
        for step in ("r2", "r2 downgrade")
        for table in ("authors", "books")
    ]
    folder = tmp_path_factory.mktemp("library")
    root = miniature(folder, models=MODELS, revisions=[FIRST, SECOND], waivers=waivers)
    return mutate(Project.load(root), Order(jobs=2), Choice(sides=("history",)))


def fates(found: Score, operator: str) -> dict[str, tuple[str, str | None]]:
    return {
        f"{one.mutant.where}: {one.mutant.detail}": (one.fate, one.by or one.why)
        for one in found.judged
        if one.mutant.operator == operator
    }


def test_what_a_downgrade_forgets_is_noticed(found):
    """
    All but the index, which goes with its table: that is equivalent.
    """
    told = fates(found, "revision/forgets")

    assert told["r1: its downgrade forgets DROP TABLE books"] == ("killed", RESTORES)
    assert told["r1: its downgrade forgets DROP INDEX ix_books_author_id"] == (
        "equivalent",
        "the downgrade leaves the same catalogue without it",
    )
    assert {fate for fate, _ in told.values()} == {"killed", "equivalent"}
    assert len(told) == 5


def test_a_lost_on_delete_is_noticed(found):
    (told,) = fates(found, "revision/on-delete-lost").values()

    assert told == ("killed", RESTORES)


def test_lost_rows_are_noticed_in_both_directions(found):
    told = fates(found, "revision/rows-lost")

    assert told == {
        "r2: its upgrade empties authors": ("killed", KEEPS),
        "r2: its downgrade empties authors": ("killed", KEEPS),
    }


SETTING = Step(
    up="""python:
        with op.get_context().autocommit_block():
            op.execute("SELECT set_config('own.kept', current_setting('lock_timeout'), false)")
            op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_name")
            op.execute("CREATE INDEX CONCURRENTLY ix_name ON authors (name)")
    """,
    down="""python:
        with op.get_context().autocommit_block():
            op.execute("SELECT set_config('own.kept', current_setting('lock_timeout'), false)")
            op.execute("SET statement_timeout = 0")
            op.execute("SET lock_timeout = '5min'")
            op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_name")
            op.execute("SELECT set_config('lock_timeout', current_setting('own.kept'), false)")
            op.execute("SET statement_timeout = '1min'")
    """,
)
LIMITS = 'connect_args={"options": "-c lock_timeout=400ms -c statement_timeout=1min"}'


def test_what_a_downgrade_forgets_to_set_is_noticed(tmp_path):
    """
    What it leaves to others, what it needs in its session, and for how long it waits.
    """
    models = MODELS.partition("    class Book")[0] + (
        "        name: Mapped[str | None] = mapped_column(index=True)\n"
    )
    first = Step(
        up="CREATE TABLE authors (id serial PRIMARY KEY, name varchar)", down="DROP TABLE authors"
    )
    index = SETTING.up.replace("ix_name", "ix_authors_name")
    step = Step(up=index, down=SETTING.down.replace("ix_name", "ix_authors_name"))
    root = miniature(tmp_path, models=models, revisions=[first, step])
    env = root / "migrations" / "env.py"
    env.write_text(env.read_text().replace("prefix=", f"{LIMITS},\n        prefix="))
    with (root / "pyproject.toml").open("a") as file:
        file.write("lock_wait_ms = 1500\n")

    found = mutate(Project.load(root), Order(jobs=1), Choice(sides=("history",)))

    told = fates(found, "revision/forgets")
    by = [by for where, (_, by) in told.items() if where.startswith("r2") and "DROP" not in where]
    assert sorted(by) == [
        "history/downgrade-runs-alone",
        "history/gives-up-on-locks",
        "history/gives-up-on-locks",
        "history/restores-settings",
        "history/restores-settings",
    ]
    assert {fate for fate, _ in told.values()} == {"killed"}


def test_a_slip_of_the_locks():
    """
    What keeps writers from waiting is left out of an upgrade, and only there.
    """
    text = "CREATE INDEX CONCURRENTLY ix ON t (a)"
    statement = Statement(sql=text, parameters=(), line=1, is_autocommit=True)
    trip = _trip(statement)

    made = [(one.operator, one.is_upgrade, one.sql) for one in slips(trip)]

    assert made == [
        ("revision/locks", True, "CREATE INDEX ix ON t (a)"),
        ("revision/forgets", False, NOTHING),
    ]


def _trip(statement: Statement) -> RoundTrip:

    catalog = Catalog(server_version=180000)
    leg = Leg(statements=(statement,), outcome=catalog)
    revision = Revision(id="r1", parents=(), path=Path("r1.py"), summary="")
    return RoundTrip(revision=revision, before=catalog, legs=[leg, leg, leg])
