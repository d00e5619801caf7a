"""A session only reads by whatever road it comes: a pooler, TLS, a standby, a password's place."""

import shutil
from contextlib import contextmanager

import psycopg
import pytest

from schemaproof.catalog import snapshot
from schemaproof.postgres import ServerUnreachable
from schemaproof.staging import Bounds, access_of, exported, read_only
from schemaproof.vitals import read_vitals
from tests.harness import traces
from tests.harness.own_server import own_server
from tests.harness.staging.pooler import certificate, needs_pgbouncer, pooled

HBA = b"""
local replication all trust
local all postgres trust
local all all scram-sha-256
"""
SCHEMA = """
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
CREATE TABLE t (id int PRIMARY KEY);
CREATE ROLE inspector LOGIN PASSWORD 'p4ss:w/o@rd';
GRANT pg_read_all_data, pg_monitor TO inspector
"""


@contextmanager
def primary():
    """Lend a server that asks everybody but its superuser for a password."""
    with own_server(wal_level="replica", max_wal_senders="4") as server:
        with server.connect() as connection:
            connection.execute(SCHEMA)
        server.put("pg_hba.conf", HBA)
        with server.connect() as connection:
            connection.execute("SELECT pg_reload_conf()")
        yield server


@pytest.fixture(scope="module")
def server():
    with primary() as made:
        yield made


def url(server, user="inspector", **more):
    query = "&".join(f"{name}={value}" for name, value in more.items())
    return f"postgresql://{user}@/postgres?host={server.data.parent}&{query}"


@needs_pgbouncer
def test_behind_a_pooler_each_transaction_only_reads(server):
    """
    Sessions of the pooler are lent in turn; limits and READ ONLY are there in each transaction.
    """
    bounds = Bounds(lock_timeout_ms=1234, statement_timeout_ms=5678)
    with (
        pooled(server) as port,
        read_only(f"postgresql://x@127.0.0.1:{port}/postgres", bounds) as session,
        psycopg.connect(host="127.0.0.1", port=port, dbname="postgres", user="x") as other,
    ):
        backends = set()
        for _ in range(3):
            # Holds one of the two, so that the session has to take the other.
            other.execute("SELECT 1")
            backends.add(session.execute("SELECT pg_backend_pid()").fetchone())
            other.rollback()
            with session.transaction():
                assert session.execute("SHOW lock_timeout").fetchone() == ("1234ms",)
                assert session.execute("SHOW statement_timeout").fetchone() == ("5678ms",)
            with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
                session.execute("INSERT INTO t VALUES (1)")
        with session.transaction():
            assert [table.name for table in snapshot(session).tables] == ["t"]
        assert read_vitals(session).unseen == {}
        assert exported(session)
        with session.another() as another, pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            another.execute("DELETE FROM t")
        # Nothing of it stays with whom the connection is lent to next.
        assert other.execute("SHOW lock_timeout").fetchone() == ("0",)
        assert other.execute("SHOW transaction_read_only").fetchone() == ("off",)


@needs_pgbouncer
def test_a_certificate_is_believed_until_it_ends(server, tmp_path):
    """
    Sslmode and sslrootcert of the URL are heeded; an expired certificate is told as what it is.
    """
    good, expired = (certificate(tmp_path, days=days) for days in (2, -1))
    address = "postgresql://x@localhost:{}/postgres?sslmode=verify-full&sslrootcert={}"
    with pooled(server, tls=good) as port, read_only(address.format(port, good.file)) as session:
        assert session.pgconn.ssl_in_use
    with pooled(server, tls=expired) as port:
        told = _refusal(address.format(port, expired.file))

    assert "certificate verify failed" in told
    assert "see when its certificate ends" in told


def _refusal(address):
    with pytest.raises(ServerUnreachable) as told, read_only(address):
        pass
    return str(told.value)


def test_a_streaming_standby_is_looked_at(server):
    """
    The write is refused there too, and it is told that nobody can write.
    """
    with own_server(wal_level="replica", max_wal_senders="4") as standby:
        standby.stop()
        _follow(server, standby)
        standby.start()
        with server.connect() as connection:
            connection.execute("CREATE TABLE streamed ()")
            (written,) = connection.execute("SELECT pg_current_wal_insert_lsn()").fetchone()
        with read_only(url(standby, "postgres")) as session:
            _wait_for(session, written)
            access = access_of(session)
            with session.transaction():
                assert "streamed" in {table.name for table in snapshot(session).tables}
            assert read_vitals(session).is_standby
            with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
                session.execute("DELETE FROM t")
        with server.connect() as connection:
            connection.execute("DROP TABLE streamed")

    assert access.is_standby


@pytest.mark.parametrize("place", ["PGPASSWORD", "PGPASSFILE", "service", "URL"])
def test_a_password_is_taken_from_where_libpq_looks(server, tmp_path, monkeypatch, place):
    """
    And what is told of the connection has none in it.
    """
    address = url(server)
    if place == "URL":
        address = address.replace("inspector@", "inspector:p4ss%3Aw%2Fo%40rd@")
    elif place == "PGPASSWORD":
        monkeypatch.setenv(place, "p4ss:w/o@rd")
    elif place == "PGPASSFILE":
        (tmp_path / "passes").write_text(r"*:*:*:inspector:p4ss\:w/o@rd")
        (tmp_path / "passes").chmod(0o600)
        monkeypatch.setenv(place, str(tmp_path / "passes"))
    else:
        file = tmp_path / "services.conf"
        words = {"host": server.data.parent, "user": "inspector", "dbname": "postgres"}
        lines = [f"{name}={value}" for name, value in words.items()]
        file.write_text("\n".join(["[stage]", *lines, "password=p4ss:w/o@rd"]))
        monkeypatch.setenv("PGSERVICEFILE", str(file))
        address = "postgresql:///?service=stage"

    with read_only(address) as session:
        access = access_of(session)

    assert (access.role, access.may_create, access.writable) == ("inspector", False, 0)
    assert "p4ss" not in f"{session.url}{access}"


def _follow(leader, standby):
    """Make the data of one server a copy of another's, that streams what comes after."""
    leader.stop()
    shutil.rmtree(standby.data)
    shutil.copytree(leader.data, standby.data)
    standby.own()
    standby.put("standby.signal")
    conninfo = f"primary_conninfo = 'host={leader.data.parent} user=postgres'\n"
    standby.put("postgresql.auto.conf", conninfo.encode())
    leader.start()


def _wait_for(session, position):
    query = "SELECT pg_last_wal_replay_lsn() >= %s"
    assert traces.wait_until(
        lambda: session.execute(query, [position]).fetchone() == (True,), within_s=30
    )


@pytest.mark.parametrize(("said", "heeded"), [({"connect_timeout": 7}, "7"), ({}, "10")])
def test_the_url_says_how_long_an_answer_is_waited_for(server, said, heeded):
    """
    Ten seconds, if it says nothing.
    """
    with read_only(url(server, "postgres", **said)) as session:
        assert session.info.get_parameters()["connect_timeout"] == heeded
