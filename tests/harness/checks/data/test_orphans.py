"""data/orphans: rows that refer to a row which is not there."""

import psycopg
import pytest

from schemaproof.staging import Bounds, Clock
from tests.harness.checks.live import live
from tests.harness.miniature import miniature

CHECK = "data/orphans"

LONG = "x" * 63
ODD = 'O"r d%ers\\'

TABLES = """
CREATE TABLE people (id int PRIMARY KEY);
CREATE TABLE kept (id int PRIMARY KEY, who int REFERENCES people);
CREATE TABLE loose (id int PRIMARY KEY, who int);
CREATE TABLE unguarded (id int PRIMARY KEY, who int CONSTRAINT fk_unguarded REFERENCES people);
CREATE TABLE "O""r d%ers\\" (a int, b int, who int, PRIMARY KEY (a, b));
CREATE TABLE forgotten (id int PRIMARY KEY, who int)
"""
MODELS = """
class Base(DeclarativeBase):
    pass

class Person(Base):
    __tablename__ = "people"
    id: Mapped[int] = mapped_column(primary_key=True)

class Forgotten(Base):
    __tablename__ = "forgotten"
    id: Mapped[int] = mapped_column(primary_key=True)
    who: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

class Kept(Base):
    __tablename__ = "kept"
    id: Mapped[int] = mapped_column(primary_key=True)
    who: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

class Nowhere(Base):
    __tablename__ = "nowhere"
    id: Mapped[int] = mapped_column(primary_key=True)
    who: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
"""
GOOD = (
    "INSERT INTO people SELECT generate_series(1, 3)",
    "INSERT INTO kept VALUES (1, 1), (2, NULL)",
    "INSERT INTO loose VALUES (1, 1), (2, NULL)",
    "INSERT INTO unguarded VALUES (1, 1)",
    'INSERT INTO "O""r d%ers\\" VALUES (1, 1, 1)',
    "INSERT INTO forgotten VALUES (1, 3)",
)
KEYS = (
    "ALTER TABLE loose ADD CONSTRAINT fk_loose FOREIGN KEY (who) REFERENCES people NOT VALID",
    f'ALTER TABLE "O""r d%ers\\" ADD CONSTRAINT "{LONG}" FOREIGN KEY (who) REFERENCES people'
    " NOT VALID",
    "ALTER TABLE unguarded DISABLE TRIGGER ALL",
)
BAD = (
    "INSERT INTO loose SELECT n, 100 + n FROM generate_series(11, 17) AS n",
    'INSERT INTO "O""r d%ers\\" VALUES (7, 8, 9)',
    "INSERT INTO forgotten VALUES (2, 77)",
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory, bench_for_module):
    """A project whose migrations make the tables, and one key less than its models declare."""
    folder = tmp_path_factory.mktemp("orphans")
    return bench_for_module(miniature(folder, models=MODELS, revisions=[TABLES]))


def test_rows_with_parents_are_no_orphans(shop):
    """
    Keys that are NOT VALID, disabled or missing are asked of the rows; what holds is told.
    """
    with live(shop, "r1", *GOOD, *KEYS) as there:
        said = there.said(CHECK)

    assert said.is_proved
    assert "no row breaks FOREIGN KEY loose.fk_loose, which is NOT VALID" in said.seen
    assert said.seen[-1].startswith("1 of 4 foreign keys are enforced and validated")


def test_orphans_are_counted_and_named_by_their_keys_alone(shop):
    """
    Behind NOT VALID, behind disabled triggers and where a declared key is missing.

    The server refuses then to validate each key, or to make it.
    """
    after = ("INSERT INTO unguarded VALUES (5, 55)",)
    with live(shop, "r1", *GOOD, *BAD, *KEYS, *after) as there:
        said = there.said(CHECK)
        with there.database.connect(autocommit=True) as connection:
            for statement in (
                "ALTER TABLE loose VALIDATE CONSTRAINT fk_loose",
                f'ALTER TABLE "O""r d%ers\\" VALIDATE CONSTRAINT "{LONG}"',
                "ALTER TABLE forgotten ADD FOREIGN KEY (who) REFERENCES people",
                "ALTER TABLE unguarded ADD FOREIGN KEY (who) REFERENCES people",
            ):
                with pytest.raises(psycopg.errors.ForeignKeyViolation):
                    connection.execute(statement)

    found = {one.where: one.found for one in said.violations}
    assert found == {
        "loose.fk_loose": "7 rows of loose break FOREIGN KEY loose.fk_loose, which is NOT VALID: "
        "11, 12, 13, 14, 15, …",
        f"{ODD}.{LONG}": f"1 row of {ODD} breaks FOREIGN KEY {ODD}.{LONG}, which is NOT VALID: "
        "(7, 8)",
        "unguarded.fk_unguarded": "1 row of unguarded breaks FOREIGN KEY unguarded.fk_unguarded, "
        "which is kept by triggers that are disabled: 5",
        "forgotten.who": "1 row of forgotten breaks FOREIGN KEY forgotten.who to people, which the "
        "models declare and the database has not: 2",
    }
    assert not any("111" in one or "77" in one for one in found.values())


def test_more_than_a_thousand_are_not_counted(shop):
    """
    The count is bounded, and says so.
    """
    rows = "INSERT INTO loose SELECT n, 100 + n FROM generate_series(1, 1500) AS n"
    with live(shop, "r1", rows, *KEYS) as there:
        said = there.said(CHECK)

    assert said.found[0].startswith("more than 1,000 rows of loose break")


def test_what_a_statement_has_no_time_for_is_not_called_proved(shop):
    """
    A question that is cancelled is told as not asked, with what to do.
    """
    rows = "INSERT INTO loose SELECT n, n FROM generate_series(1, 300000) AS n"
    with live(shop, "r1", rows, *KEYS) as there:
        there.data.limits  # noqa: B018 - it is read in time
        there.reading.clock = Clock(bounds=Bounds(statement_timeout_ms=1))
        said = there.said(CHECK)

    assert not said.violations
    assert "fk_loose, which is NOT VALID: it took longer than statement_timeout" in said.skipped[0]


def test_rows_that_a_policy_hides_are_not_called_proved(shop):
    """
    Who does not see every row cannot say that none is an orphan.
    """
    role = f"{shop.databases.prefix}_reader"
    hide = (
        f"CREATE ROLE {role}",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}",
        "ALTER TABLE loose ENABLE ROW LEVEL SECURITY",
        f"CREATE POLICY own ON loose TO {role} USING (id < 10)",
    )
    with live(shop, "r1", *GOOD, *BAD, *KEYS, *hide) as there:
        there.reading.execute(f"SET ROLE {role}")
        said = there.said(CHECK)
        there.reading.execute("RESET ROLE")
        for database in (there.looked_at, there.database):
            with database.connect(autocommit=True) as connection:
                connection.execute(f"DROP OWNED BY {role}")
    with shop.databases.server.connect() as admin:
        admin.execute(f"DROP ROLE {role}")

    assert "fk_loose, which is NOT VALID: the role may not read all of it" in said.skipped[0]
    assert [one.where for one in said.violations] == [f"{ODD}.{LONG}", "forgotten.who"]
