"""explain: a statement is planned as SQLAlchemy would send it, and for any values."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from schemaproof.plans import clause, explain, explained, explained_generic

METADATA = sa.MetaData()
ITEMS = sa.Table(
    "Order Items", METADATA,
    sa.Column("id", sa.BigInteger, primary_key=True),
    sa.Column("100%", sa.String(20), index=True),
    sa.Column("n", sa.Integer, index=True),
)  # fmt: skip
ROWS = 5_000


@pytest.fixture(scope="module")
def connection(schema_databases):
    """A connection to a database with a table of a few thousand rows, nine of ten alike."""
    with schema_databases.clone() as database:
        engine = sa.create_engine(database.url)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            METADATA.create_all(connection)
            connection.exec_driver_sql(
                "INSERT INTO \"Order Items\" SELECT n, CASE WHEN n %% 10 = 0 THEN n::text ELSE 'x'"
                f" END, n FROM generate_series(1, {ROWS}) n"
            )
            connection.exec_driver_sql('VACUUM ANALYZE "Order Items"')
        with engine.connect() as connection:
            yield connection
        engine.dispose()


def with_text(value):
    return sa.select(ITEMS).where(ITEMS.c["100%"] == sa.bindparam("text", value))


def test_the_values_that_are_sent_decide(connection):
    """
    A value that most rows have is looked for in all of them, another by the index.
    """
    common, rare = explain(connection, with_text("x")), explain(connection, with_text("70"))

    assert common.scanned == {("public", "Order Items")}
    assert rare.indexes == {"ix_Order Items_100%"}
    assert "70" in rare.index_condition or "70" in rare.inputs[0].index_condition


def test_parameters_may_come_beside_the_statement(connection):
    """
    For a statement of SQLAlchemy and for text with names.
    """
    for statement in (with_text("x"), 'SELECT * FROM "Order Items" WHERE "100%" = :text'):
        found = explained(connection, statement, {"text": "70"}).plan
        assert found.indexes == {"ix_Order Items_100%"}


def test_a_colon_that_is_no_parameters_may_stand_in_text(connection):
    """
    In a cast behind a parameter, and in a quoted text, as people write them.
    """
    statement = """SELECT * FROM "Order Items" WHERE n = :n::int AND "100%" <> '10:30'"""

    assert explained(connection, statement, {"n": 70}).plan.indexes == {"ix_Order Items_n"}


def test_for_any_values_the_number_of_values_decides(connection):
    """
    Whatever is bound, and without a value at all.
    """
    plans = [
        explained_generic(connection, statement).plan
        for statement in (with_text("x"), 'SELECT * FROM "Order Items" WHERE "100%" = :text')
    ]

    assert [plan.indexes for plan in plans] == [{"ix_Order Items_100%"}] * 2


def test_a_list_of_values_and_a_statement_without_any_are_planned_for_any_too(connection):
    """
    As many parameters as are sent.
    """
    several = sa.select(ITEMS).where(ITEMS.c.id.in_([1, 2, 3]))

    assert explained_generic(connection, several).plan.indexes == {"Order Items_pkey"}
    assert explained_generic(connection, sa.select(ITEMS)).plan.scanned == {
        ("public", "Order Items")
    }


def test_a_statement_that_is_run_tells_what_it_read(connection):
    """
    Rows that came, and blocks that were touched; one that is not run tells neither.
    """
    one = explained(connection, sa.select(ITEMS).where(ITEMS.c.id == 7), is_run=True).plan
    all_of_them = explained(connection, sa.select(ITEMS), is_run=True).plan
    unrun = explain(connection, sa.select(ITEMS))

    assert one.actual_rows == 1
    assert 1 < one.buffers < 6 < all_of_them.buffers
    assert all_of_them.actual_rows == ROWS
    assert (unrun.actual_rows, unrun.buffers, unrun.loops) == (None, None, None)


def test_a_plan_tells_its_shape_its_sorts_and_what_it_scans(connection):
    """
    No figure is part of the shape.
    """
    plan = explain(connection, sa.select(ITEMS).order_by(sa.func.md5(ITEMS.c["100%"])))

    assert plan.shape == "Sort (Seq Scan on Order Items)"
    assert [sort.sort_keys for sort in plan.sorts] == [('(md5(("100%")::text))',)]
    assert [node.role for node in plan.walk()] == [None, "Outer"]


def test_settings_that_are_not_the_defaults_are_told(connection):
    """
    As the server lists them.
    """
    with connection.begin_nested() as savepoint:
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        found = explained(connection, sa.select(ITEMS))
        # What was set stays set when a savepoint is released.
        savepoint.rollback()

    assert found.settings["enable_seqscan"] == "off"
    assert '"Plan"' in found.text


def test_what_the_server_refuses_leaves_nothing_prepared(connection):
    """
    The next statement is planned as if nothing had been.
    """
    for _ in range(2):
        with pytest.raises(DBAPIError), connection.begin_nested():
            explained_generic(connection, "SELECT missing FROM nowhere WHERE x = :x")

    assert explained_generic(connection, with_text("x")).plan.indexes


def test_something_else_is_no_statement():
    """
    The error names it.
    """
    with pytest.raises(TypeError, match="not 7"):
        clause(7)
