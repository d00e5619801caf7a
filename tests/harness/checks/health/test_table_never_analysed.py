"""health/table-never-analysed: tables that the planner knows, and those that it guesses at."""

from dataclasses import replace

import pytest

from schemaproof.vitals import read_vitals
from tests.harness.checks.health.patients import EXOTIC, examined, judged, patient, revised

CHECK = "health/table-never-analysed"

QUOTED = EXOTIC.replace('"', '""')
ROWS = "SELECT n % 3, n FROM generate_series(1, 40000) n"
SCHEMA = f"""
CREATE TABLE loaded (a int, b int);
INSERT INTO loaded {ROWS};
CREATE TABLE vacuumed (a int, b int);
INSERT INTO vacuumed {ROWS};
CREATE SCHEMA shop;
CREATE TABLE shop."{QUOTED}" (a int, b int);
INSERT INTO shop."{QUOTED}" {ROWS};
CREATE TABLE parted (a int, b int) PARTITION BY RANGE (b);
CREATE TABLE parted_1 PARTITION OF parted DEFAULT;
INSERT INTO parted {ROWS};
ANALYZE parted_1;
CREATE MATERIALIZED VIEW kept AS {ROWS};
CREATE TABLE large (a text);
INSERT INTO large SELECT string_agg(md5(n::text), '') FROM generate_series(1, 100000) n;

CREATE TABLE analysed (a int, b int);
INSERT INTO analysed {ROWS};
ANALYZE analysed;
CREATE TABLE few (a int, b int);
INSERT INTO few {ROWS} LIMIT 900;
CREATE TABLE parted_well (a int, b int) PARTITION BY RANGE (b);
CREATE TABLE parted_well_1 PARTITION OF parted_well DEFAULT;
INSERT INTO parted_well {ROWS};
ANALYZE parted_well;
CREATE TABLE empty (a int);
"""
LOUD = {"loaded", "vacuumed", f"shop.{EXOTIC}", "parted", "kept", "large"}


@pytest.fixture(scope="module")
def connection(own_databases):
    """Lives for the module; every test leaves it as it was."""
    with patient(own_databases, "tables", SCHEMA) as connection:
        connection.execute("VACUUM vacuumed, kept, few")
        yield connection


def test_what_the_planner_guesses_at_is_reported_and_nothing_else(connection):
    """
    A VACUUM is no ANALYZE, and that of a partition none of the whole; few rows are no matter.
    """
    violations = examined(CHECK, connection).violations

    assert {*violations} == LOUD
    assert "nobody has counted its rows, and it takes 1.4 MB" in violations["loaded"].found
    assert "40,000 rows are counted" in violations["vacuumed"].found
    assert "autovacuum leaves it so" in violations["parted"].found


def test_the_harm_is_real_and_the_fix_ends_it(own_databases):
    """
    The planner expects a two hundredth of the rows where a third is, until the revision has run.
    """
    plan = "EXPLAIN (FORMAT JSON) SELECT * FROM loaded WHERE a = 1"
    expected = []
    with patient(own_databases, "tables", SCHEMA) as connection:
        violations = examined(CHECK, connection).violations
        for fixes in ([one.fix for one in violations.values()], []):
            expected.append(connection.execute(plan).fetchone()[0][0]["Plan"]["Plan Rows"])
            for fix in fixes:
                revised(connection, fix)
        after = examined(CHECK, connection)

    assert expected[0] < 1000
    assert expected[1] == pytest.approx(40000 / 3, rel=0.1)
    assert after.violations == {}
    assert after.seen[0].endswith("each sampled")


def test_counters_that_were_lost_are_no_alarm(connection):
    """
    After a crash nobody knows that it was analysed, but the sample is there.
    """
    vitals = read_vitals(connection)
    lost = tuple(replace(one, analyzed_age_s=None, live_rows=0) for one in vitals.tables)

    violations = judged(CHECK, connection, replace(vitals, tables=lost)).violations

    assert "analysed" not in violations
    assert {"vacuumed", "large"} <= {*violations}


def test_rows_that_were_counted_are_enough(connection):
    """
    A table that is small on disk is judged by its rows, by whoever counted them.
    """
    vitals = read_vitals(connection)
    counted = tuple(replace(one, live_rows=1000) for one in vitals.tables)

    violations = judged(CHECK, connection, replace(vitals, tables=counted)).violations

    assert {*violations} == {*LOUD, "few", "empty"}


def test_what_the_role_may_not_read_is_skipped(own_databases):
    """
    pg_stats shows it nothing, which is no evidence.
    """
    role = f"{own_databases.prefix}_reader"
    with patient(own_databases, "tables", SCHEMA) as connection:
        connection.execute("VACUUM")
        connection.execute(f"CREATE ROLE {role}")
        try:
            connection.execute(f"GRANT SELECT ON loaded TO {role}; SET ROLE {role}".encode())
            findings = examined(CHECK, connection)
        finally:
            connection.execute("RESET ROLE")
            connection.execute(f"DROP OWNED BY {role}")
            connection.execute(f"DROP ROLE {role}")

    assert [*findings.violations] == ["loaded"]
    assert "needs GRANT SELECT ON public." in findings.skipped[0]
