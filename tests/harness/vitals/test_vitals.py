"""vitals: what is read of a living database, as whom, and in whose way."""

from dataclasses import fields, replace
from importlib import resources

import pytest

from schemaproof.catalog import QualifiedName
from schemaproof.staging import read_only
from schemaproof.vitals import Vitals, read_vitals
from tests.harness.checks.health.patients import EXOTIC, another, patient
from tests.harness.own_server import own_server

QUOTED = EXOTIC.replace('"', '""')
SCHEMA = f"""
CREATE TABLE t (id bigserial PRIMARY KEY, n int);
INSERT INTO t (n) SELECT n FROM generate_series(1, 20000) n;
ANALYZE t;
CREATE SCHEMA shop;
CREATE TABLE shop."{QUOTED}" ("{QUOTED}" int GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
INSERT INTO shop."{QUOTED}" DEFAULT VALUES;
CREATE UNLOGGED TABLE unlogged (id serial PRIMARY KEY);
INSERT INTO unlogged DEFAULT VALUES;
CREATE MATERIALIZED VIEW kept AS SELECT n FROM t;
CREATE TABLE parted (id int PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE parted_1 PARTITION OF parted DEFAULT PARTITION BY RANGE (id);
CREATE TABLE parted_1_1 PARTITION OF parted_1 DEFAULT;
CREATE EXTENSION hstore;
"""
T = QualifiedName("public", "t")


@pytest.fixture(scope="module")
def connection(own_databases):
    """Lives for the module; every test leaves it as it was."""
    with patient(own_databases, "vitals", SCHEMA) as connection:
        yield connection


def table(vitals, name="t"):
    return next(one for one in vitals.tables if one.table.name == name)


def last_values(vitals):
    return {one.name.name: one.last_value for one in vitals.sequences}


def timeless(vitals):
    """Vitals without what passes: ages, counters, and what else there is on the server."""
    passing = {"analyzed_age_s": None, "vacuumed_age_s": None, "frozen_age": None}
    passing |= {"multixact_age": None, "live_rows": 0, "modified_rows": 0}
    tables = tuple(replace(one, **passing) for one in vitals.tables)
    counting = replace(vitals.counting, age_s=None)
    # The two ends of a key are read from its index, which counts.
    indexes = tuple(replace(one, scans=0) for one in vitals.indexes)
    others = {"transactions": (), "databases": (), "slots": (), "prepared": ()}
    return replace(vitals, tables=tables, indexes=indexes, counting=counting, **others)


def test_a_superuser_sees_everything(connection):
    """
    Nothing is left unseen, and what is in the database is found.
    """
    vitals = read_vitals(connection)

    assert vitals.unseen == {}
    assert last_values(vitals) == {
        "t_id_seq": 20000,
        f"{EXOTIC}_{EXOTIC}_seq": 1,
        "unlogged_id_seq": 1,
    }
    assert table(vitals).has_statistics is True
    assert table(vitals).estimated_rows == 20000
    assert table(vitals).size_bytes > 2**19
    assert table(vitals, "parted_1_1").root == QualifiedName("public", "parted")
    keys = {one.table.name: (one.lowest, one.highest) for one in vitals.integer_keys}
    assert keys["t"] == (1, 20000)
    assert {one.table.name for one in vitals.integer_keys} == {"t", EXOTIC, "unlogged", "parted"}


def test_a_session_that_cannot_write_sees_the_same(connection):
    """
    The one that looks at a database of others.
    """
    info = connection.info
    host = f"host={info.host}&port={info.port}&password={info.password}"
    with read_only(f"postgresql:///{info.dbname}?user={info.user}&{host}") as reader:
        seen = read_vitals(reader)

    assert timeless(seen) == timeless(read_vitals(connection))


def test_no_table_is_scanned(connection):
    """
    The ends of a key come from its index.
    """
    scans = "SELECT sum(seq_tup_read)::int FROM pg_stat_xact_user_tables"
    with connection.transaction():
        read_vitals(connection)
        (tuples,) = connection.execute(scans).fetchone()

    # Of a table of one page the planner may read the page.
    assert tuples < 10


def test_nobody_is_waited_for(connection):
    """
    No lock above ACCESS SHARE is asked for, of tables or sequences, nor one that somebody bars.
    """
    with another(connection) as holder, holder.transaction(force_rollback=True):
        holder.execute("LOCK TABLE t, unlogged IN EXCLUSIVE MODE")
        holder.execute("ALTER SEQUENCE t_id_seq INCREMENT 2")
        holder.execute(f'LOCK TABLE shop."{QUOTED}" IN ACCESS EXCLUSIVE MODE'.encode())
        with connection.transaction():
            connection.execute("SET LOCAL lock_timeout = '1ms'")
            vitals = read_vitals(connection)

    assert vitals.unseen == {}
    assert last_values(vitals)["t_id_seq"] == 20000
    assert table(vitals, EXOTIC).size_bytes is None
    assert table(vitals).size_bytes is not None


def test_no_lock_outlives_its_statement(connection):
    """
    Also where the session is in a transaction, and stays there.
    """
    held = "SELECT mode FROM pg_locks WHERE pid = pg_backend_pid() AND relation > 16384"
    with connection.transaction():
        connection.execute("SELECT 1")
        read_vitals(connection)
        assert connection.execute(held).fetchall() == []


def test_a_path_of_somebody_elses_deceives_nobody(connection):
    """
    Tables and functions that are called like the server's own.
    """
    expected = timeless(read_vitals(connection))
    with connection.transaction(force_rollback=True):
        connection.execute("CREATE SCHEMA evil")
        connection.execute("CREATE TABLE evil.pg_class AS SELECT 1 AS oid")
        connection.execute("SET LOCAL search_path = evil, pg_catalog, public")
        found = timeless(read_vitals(connection))

    unseen = [one for one in found.tables if one.table.schema == "evil"]
    assert len(unseen) == 1
    assert replace(found, tables=expected.tables) == expected


def test_a_role_without_rights_is_told_what_it_lacks(connection, own_databases):
    """
    Each fact is there or has a reason; no error ends the reading.
    """
    role = f"{own_databases.prefix}_nobody"
    connection.execute(f"CREATE ROLE {role}")
    try:
        with another(connection) as other, other.transaction():
            other.execute("SELECT 1")
            connection.execute(f"SET ROLE {role}")
            vitals = read_vitals(connection)
    finally:
        connection.execute("RESET ROLE")
        connection.execute(f"DROP ROLE {role}")

    assert vitals.role == role
    assert {*vitals.unseen} == {"transactions"}
    assert all("GRANT SELECT ON SEQUENCE" in one.unseen for one in vitals.sequences)
    assert all("GRANT SELECT ON" in one.unseen for one in vitals.integer_keys)
    assert {one.has_statistics for one in vitals.tables} == {None}
    assert len(vitals.tables) == 7
    assert {*last_values(vitals).values()} == {None}


def test_a_hot_standby_is_read_as_well():
    """
    All but what is unlogged, which it has no contents of.
    """
    with own_server(wal_level="replica", max_wal_senders="2") as server:
        with server.connect() as connection:
            connection.execute(SCHEMA.encode())
        server.stop()
        server.put("standby.signal")
        server.start()
        with server.connect() as connection:
            version = connection.info.server_version
            vitals = read_vitals(connection)

    assert vitals.is_standby
    assert vitals.unseen == {}
    assert last_values(vitals)["t_id_seq"] == 20000
    # Since 15 the sequence of an unlogged table is unlogged too.
    unseen = [one.name.name for one in vitals.sequences if one.unseen is not None]
    assert unseen == ([] if version < 150000 else ["unlogged_id_seq"])
    keys = [one.table.name for one in vitals.integer_keys if one.unseen is not None]
    assert keys == ["parted", "unlogged"]
    assert vitals.limits is not None
    assert vitals.counting is not None


def test_after_a_crash_the_counting_begins_anew():
    """
    Its age is no more than the server's, though nobody reset anything and nothing says so.
    """
    age = "SELECT extract(epoch FROM clock_timestamp() - pg_postmaster_start_time())::float8"
    with own_server() as server:
        with server.connect() as connection:
            connection.execute(SCHEMA.encode())
        server.crash()
        server.start()
        with server.connect() as connection:
            counting = read_vitals(connection).counting
            (since_start,) = connection.execute(age).fetchone()

    assert counting.age_s <= since_start


def test_after_a_promotion_the_counting_begins_anew():
    """
    What a server counted while it was a standby says nothing of what its users ask of it now.
    """
    with own_server(wal_level="replica", max_wal_senders="2") as server:
        with server.connect() as connection:
            connection.execute(
                "CREATE ROLE watcher; CREATE ROLE blind; GRANT pg_monitor TO watcher"
            )
        server.stop()
        server.put("standby.signal")
        server.start()
        with server.connect() as connection:
            (before,) = connection.execute("SELECT clock_timestamp()").fetchone()
            assert connection.execute("SELECT pg_promote()").fetchone() == (True,)
            connection.execute("SET ROLE watcher")
            counting = read_vitals(connection).counting
            (after,) = connection.execute("SELECT clock_timestamp()").fetchone()
            connection.execute("SET ROLE blind")
            blind = read_vitals(connection)

    # A file's time is given in whole seconds.
    assert counting.age_s <= (after - before).total_seconds() + 1
    assert blind.counting is None
    assert blind.unseen["counting"].endswith("GRANT pg_monitor TO blind")


def test_every_fact_has_its_file():
    """
    What is added to the record is read from somewhere, and every file says in a line what it holds.
    """
    files = {
        file.name.removesuffix(".sql"): file.read_text("utf-8")
        for file in (resources.files("schemaproof.vitals") / "sql").iterdir()
    }

    others = {"role", "is_standby", "unseen"}
    assert {each.name for each in fields(Vitals)} - others <= {*files}
    assert all(text.startswith("-- ") for text in files.values())
