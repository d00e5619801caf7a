"""health/unused-index: indexes that nobody reads, and those that are left alone."""

from dataclasses import replace

import pytest

from schemaproof.vitals import read_vitals
from tests.harness.checks.health.patients import EXOTIC, judged, patient, revised
from tests.harness.traces import wait_until

CHECK = "health/unused-index"

MONTH_S = 31 * 86400
QUOTED = EXOTIC.replace('"', '""')
SCHEMA = f"""
CREATE TABLE parents (id int PRIMARY KEY);
CREATE TABLE t (id int PRIMARY KEY, a int, b int, c int, d int, e int,
    parent_id int REFERENCES parents);
CREATE INDEX unread ON t (a);
CREATE INDEX "{QUOTED}" ON t (b, c);
CREATE INDEX was_read ON t (c);
CREATE INDEX for_key ON t (parent_id);
CREATE INDEX of_expression ON t ((a + b));
CREATE UNIQUE INDEX is_unique ON t (id, d);
CREATE INDEX is_small ON t (e) WHERE id < 10;
INSERT INTO t SELECT n, n, n, n, n, n FROM generate_series(1, 60000) n;
CREATE TABLE parted (a int, b int) PARTITION BY RANGE (a);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (30000);
CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (30000) TO (60001);
CREATE INDEX parted_unread ON parted (b);
CREATE INDEX parted_read ON parted (a);
INSERT INTO parted SELECT n, n FROM generate_series(1, 60000) n;
"""
COUNTED = {"was_read", "parted_read"}
LOUD = {"unread", EXOTIC, "parted_unread"}


@pytest.fixture(scope="module")
def connection(own_databases):
    """Lives for the module, with a read of two indexes counted; no test changes it."""
    with patient(own_databases, "indexes", SCHEMA) as connection:
        connection.execute("SET enable_seqscan = off; SET enable_bitmapscan = off")
        connection.execute("SELECT * FROM t WHERE c = 7")
        connection.execute("SELECT * FROM parted WHERE a = 7")
        if connection.info.server_version >= 150000:
            connection.execute("SELECT pg_stat_force_next_flush()")
        # Before 15 a process of its own counts, when it gets to it.
        assert wait_until(lambda: {*read_indexes(connection)} >= COUNTED, within_s=30)
        yield connection


def read_indexes(connection):
    return (use.name.name for use in read_vitals(connection).indexes if use.scans)


@pytest.fixture
def vitals(connection):
    """What the server has counted, as if it had counted for long enough."""
    return counted_for(read_vitals(connection), MONTH_S)


def counted_for(vitals, age_s, **changes):
    return replace(vitals, counting=replace(vitals.counting, age_s=age_s, **changes))


def reads(vitals):
    return {use.name.name: use.scans for use in vitals.indexes}


def test_an_index_that_nobody_read_is_reported_and_no_other(connection, vitals):
    """
    Not what was read, enforces, serves a key, tells of an expression, or is small.
    """
    found = judged(CHECK, connection, vitals).violations

    assert {*found} == LOUD
    assert found["unread"].found.startswith("it was not read once in 31 days, and takes 1.")
    assert found["unread"].found.endswith(" MB")


def test_a_read_of_a_part_is_a_read_of_the_whole(vitals):
    """
    The counters that the server keeps for each partition's index are added up.
    """
    scans = reads(vitals)

    assert (scans["was_read"], scans["parted_read"], scans["unread"]) == (1, 1, 0)
    assert "parted_1_a_idx" not in scans


@pytest.mark.parametrize(
    ("change", "why"),
    [
        pytest.param({"age_s": 86400.0}, "the server has counted for 1 day", id="young"),
        pytest.param({"age_s": None}, "does not say since when it counts", id="no date"),
        pytest.param({"age_s": MONTH_S, "is_on": False}, "set track_counts = on", id="off"),
    ],
)
def test_counters_that_say_nothing_are_not_taken_for_evidence(connection, vitals, change, why):
    """
    The claim is skipped, and what to do about it is said.
    """
    findings = judged(CHECK, connection, counted_for(vitals, **change))

    assert findings.violations == {}
    assert why in findings.skipped[0]


def test_the_counters_of_a_standby_are_not_taken_for_evidence(connection, vitals):
    """
    It counts what is read on it alone.
    """
    findings = judged(CHECK, connection, replace(vitals, is_standby=True))

    assert findings.violations == {}
    assert findings.skipped == ("a standby counts what is read on it alone: run it on the primary",)


def test_a_database_whose_counters_are_young_is_skipped_as_it_is(connection):
    """
    The server of this test was started for it, or counts since its last reset.
    """
    connection.execute("SELECT pg_stat_reset_shared('archiver')")

    findings = judged(CHECK, connection, read_vitals(connection))

    assert (findings.violations, len(findings.skipped)) == ({}, 1)


def test_standbys_are_told_of(connection, vitals):
    """
    They may read it, and count for themselves.
    """
    counting = replace(vitals.counting, standbys=2)

    found = judged(CHECK, connection, replace(vitals, counting=counting)).violations["unread"].found

    assert found.endswith("; 2 standbys may read it, and count for themselves")


def test_the_harm_is_real_and_the_fix_ends_it(own_databases):
    """
    An INSERT writes more blocks with the index than after the revision that drops it.
    """
    insert = "INSERT INTO t SELECT n, n FROM generate_series(60001, 60100) n"
    explain = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON, TIMING off) {insert}"
    blocks = []
    with patient(own_databases, "indexes", SCHEMA) as connection:
        read = counted_for(read_vitals(connection), MONTH_S)
        violations = judged(CHECK, connection, read).violations
        for _ in range(2):
            with connection.transaction(force_rollback=True):
                (((plan,),),) = [connection.execute(explain).fetchone()]
                blocks.append(plan["Plan"]["Shared Hit Blocks"])
            for where in (one for one in LOUD if one != "parted_unread"):
                if where in violations:
                    revised(connection, violations.pop(where).fix)
        read = counted_for(read_vitals(connection), MONTH_S)
        after = judged(CHECK, connection, read).violations

    assert blocks[0] > blocks[1]
    assert {*after} - {"was_read", "parted_read"} == {"parted_unread"}
