"""
Two states of a database differ where a crash has changed something, and nowhere else.
"""

from __future__ import annotations

import pytest

from schemaproof.catalog import QualifiedName
from schemaproof.history import Statement
from schemaproof.trials.crashes.kill import points
from schemaproof.trials.crashes.state import (
    Reader,
    State,
    Unstable,
    changed_rows,
    differences,
    is_same,
    unstable,
)

TABLE = QualifiedName("public", "t")
TABLES = """
CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);
INSERT INTO alembic_version VALUES ('r1');
CREATE TABLE t (n int, at text); INSERT INTO t VALUES (1, 'a'), (2, 'b');
CREATE UNLOGGED TABLE cache (n int); INSERT INTO cache VALUES (1);
CREATE TABLE parts (n int) PARTITION BY LIST (n);
CREATE TABLE part_1 PARTITION OF parts FOR VALUES IN (1); INSERT INTO parts VALUES (1);
CREATE FOREIGN DATA WRAPPER afar; CREATE SERVER far FOREIGN DATA WRAPPER afar;
CREATE FOREIGN TABLE elsewhere (n int) SERVER far
"""
NOTHING = Unstable(tables=frozenset(), columns=frozenset())


@pytest.fixture
def read(schema_databases):
    """A function that reads the state of a database after some statements; for one test."""
    with schema_databases.clone() as database:
        reader = Reader()

        def after(statements):
            with database.connect(autocommit=True) as connection:
                connection.execute(statements)
            return reader.read(database)

        yield after


def test_what_a_crash_may_empty_is_not_read(read):
    """
    An UNLOGGED table is empty after every crash, and a partition is read with its parent.
    """
    state = read(TABLES)

    assert {str(name) for name in state.rows} == {"public.t", "public.parts"}
    assert state.heads == frozenset({"r1"})


@pytest.mark.parametrize(
    ("statement", "is_alike"),
    [
        pytest.param("SELECT 1", True, id="nothing"),
        pytest.param("UPDATE t SET at = 'c' WHERE n = 2", False, id="a value"),
        pytest.param("UPDATE t SET n = 3 - n", False, id="values that changed places"),
        pytest.param("INSERT INTO t VALUES (1, 'a')", False, id="a row twice"),
        pytest.param("UPDATE alembic_version SET version_num = 'r2'", False, id="the version"),
        pytest.param("CREATE INDEX ON t (n)", False, id="an index"),
        pytest.param("UPDATE t SET n = n", True, id="written again"),
        pytest.param("TRUNCATE cache", True, id="what may be lost"),
    ],
)
def test_a_state_is_the_same_if_nothing_was_changed(read, statement, is_alike):
    """
    In another order the rows are the same.
    """
    before = read(TABLES)

    assert is_same(before, read(statement)) == is_alike


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        pytest.param("DELETE FROM t WHERE n = 1", ["t has 1 rows, not 2"], id="fewer rows"),
        pytest.param("UPDATE t SET n = 7 WHERE n = 1", ["t.n holds '7', not '1'"], id="a value"),
        pytest.param("UPDATE t SET at = NULL WHERE n = 1", ["t.at holds NULL, not 'a'"], id="null"),
        pytest.param("UPDATE t SET n = n", [], id="nothing"),
    ],
)
def test_changed_rows_are_told_in_words(read, statement, told):
    """
    The table or column is named, and one value of each.
    """
    before, after = read(TABLES), read(statement)

    assert [*changed_rows(before, after, NOTHING)] == told


def test_of_equal_values_each_counts(read):
    """
    A value that was there twice and is there once is told.
    """
    before = read(f"{TABLES}; INSERT INTO t VALUES (1, 'b')")
    after = read("UPDATE t SET n = 2 WHERE n = 1 AND at = 'b'")

    assert [*changed_rows(before, after, NOTHING)] == ["t.n holds '2', not '1'"]


def test_what_no_two_runs_agree_on_is_not_told(read):
    """
    Neither a column with times nor a table whose number of rows is chance.
    """
    before = read(TABLES)
    other = read("UPDATE t SET at = 'later'; INSERT INTO parts VALUES (1)")
    found = unstable(before, other)
    third = read("UPDATE t SET at = 'latest', n = 9 WHERE n = 2; INSERT INTO parts VALUES (1)")

    assert found.tables == {QualifiedName("public", "parts")}
    assert found.columns == {(TABLE, "at")}
    assert [*changed_rows(before, third, found)] == ["t.n holds '9', not '2'"]


def test_what_is_missing_and_what_is_left_over_are_told_apart(read):
    """
    Seen from what should be there.
    """
    expected = read(TABLES)
    found = read("DROP TABLE cache; CREATE TABLE more (n int); ALTER TABLE t ALTER n SET NOT NULL")

    told = [*differences(expected, found)]

    assert "table cache is missing" in told
    assert "table more is left over" in told
    assert any("t.n" in one for one in told)


def test_every_point_between_statements_is_met_and_the_middle_of_concurrent_ones():
    """
    In a transaction there is no middle.
    """

    def statement(text, *, is_autocommit):
        return Statement(sql=text, parameters=(), line=1, is_autocommit=is_autocommit)

    sent = (
        statement("CREATE TABLE t (n int)", is_autocommit=False),
        statement("CREATE INDEX CONCURRENTLY i ON t (n)", is_autocommit=True),
        statement("SELECT 'CONCURRENTLY 100%%'", is_autocommit=False),
        statement("ANALYZE t", is_autocommit=True),
    )

    assert [*map(str, points(sent))] == [
        "before the first statement",
        "after statement 1 of 4 (CREATE TABLE t (n int))",
        "in the middle of statement 2 of 4 (CREATE INDEX CONCURRENTLY i ON t (n))",
        "after statement 2 of 4 (CREATE INDEX CONCURRENTLY i ON t (n))",
        "after statement 3 of 4 (SELECT 'CONCURRENTLY 100%')",
        "after statement 4 of 4 (ANALYZE t)",
        "after the upgrade had returned",
    ]


def test_a_state_with_other_tables_is_another():
    """
    Also if those that both have hold the same.
    """
    row = ({"n": "1"},)
    catalog = object()
    one = State(heads=frozenset(), catalog=catalog, rows={TABLE: row})
    other = State(heads=frozenset(), catalog=catalog, rows={TABLE: row, QualifiedName("", "u"): ()})

    assert is_same(one, one)
    assert not is_same(one, other)
