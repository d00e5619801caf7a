"""The command staging where something is in its way: one sentence, the right exit status."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

HTTP = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"


@contextmanager
def listener(answer: bytes | None) -> Iterator[int]:
    """Lend a port where somebody answers so to whoever connects, or not at all."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                client, _ = server.accept()
                if over.is_set():
                    client.close()
                    return
                held.append(client)
                if answer is not None:
                    client.recv(1024)
                    client.sendall(answer)
                    client.close()

        held: list[socket.socket] = []
        thread = threading.Thread(target=serve)
        thread.start()
        port = server.getsockname()[1]
        try:
            yield port
        finally:
            over.set()
            socket.create_connection(("127.0.0.1", port)).close()
            thread.join()
            for client in held:
                client.close()


@pytest.fixture
def ends(stage, run_main, capsys, monkeypatch):
    """A function that looks at a URL, and requires one sentence, status 2 and no secret."""

    def look(url, told):
        monkeypatch.setenv("SCHEMAPROOF_STAGING_URL", url)
        status = run_main(["staging", "-", str(stage.project)])
        out, err = capsys.readouterr()
        assert (status, out) == (2, "")
        assert told in err.replace("\n", " ")
        assert "Traceback" not in err
        assert "s3cr" not in err
        assert err.count("schemaproof: ") == 1

    return look


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        pytest.param({"password": "s3cr-wrong"}, "password authentication failed", id="password"),
        pytest.param({"user": "nobody"}, "password authentication failed", id="no such role"),
        pytest.param({"name": "a%22b"}, 'database "a"b" does not exist', id="no database"),
        pytest.param({"name": "closed"}, "GRANT CONNECT to the user", id="no right to connect"),
    ],
)
def test_who_is_not_let_in_is_told_why(stage, ends, changed, told):
    """
    In PostgreSQL's words, with what to do.
    """
    ends(stage.url(**changed), told)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        pytest.param(HTTP, "received invalid response to SSL negotiation: H", id="HTTP"),
        pytest.param(b"", "server closed the connection unexpectedly", id="hangs up"),
        pytest.param(None, "timeout expired", id="says nothing"),
    ],
)
def test_what_is_not_postgresql_is_told(ends, answer, told):
    """
    Who never answers is waited for no longer than connect_timeout says.
    """
    with listener(answer) as port:
        ends(f"postgresql://u:s3cret@127.0.0.1:{port}/d?connect_timeout=2", told)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        pytest.param("postgresql://u:s3cret@localhost:1/d", "refused", id="nobody there"),
        pytest.param("postgresql://u:s3cret@no.such.host.invalid/d", "no.such.host", id="no host"),
        pytest.param("mysql://u:s3cret@localhost/d", "needs a PostgreSQL URL", id="other kind"),
        pytest.param("s3cret@nonsense", "found something that is none", id="no URL"),
    ],
)
def test_a_url_that_leads_nowhere_is_told(ends, url, told):
    """
    Without what may be a password in it.
    """
    ends(url, told)


def test_a_role_that_may_read_nothing_is_told_what_it_lacks(stage, cli):
    """
    What can be seen without rights is proved; all else is skipped with the reason.
    """
    url = stage.url(user="blind")
    done = cli("staging", "-", stage.project, SCHEMAPROOF_STAGING_URL=url)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "PROVED IN PART" in done.stdout
    assert "permission denied for table alembic_version" in done.stdout
    assert "Traceback" not in done.stderr
    assert "s3cr" not in done.stdout + done.stderr


def test_a_lock_in_the_way_is_waited_for_no_longer_than_allowed(stage, cli):
    """
    What is behind it is skipped with the reason, and others are told as ever.
    """
    with stage.database.connect() as holder:
        holder.execute("LOCK TABLE alembic_version, books IN ACCESS EXCLUSIVE MODE")
        done = cli("staging", "-", stage.project, "--lock-timeout", "100", "--only", "deploy",
                   "--only", "data", "--only", "indexes",
                   SCHEMAPROOF_STAGING_URL=stage.url())  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    assert "PROVED IN PART" in done.stdout
    told = " ".join(done.stdout.split())
    obstacle = "another session's lock was in its way for longer than lock_timeout allows"
    assert f"data/orphans: {obstacle}" in told
    assert f"indexes/invalid-index: {obstacle}" in told
    assert "not reached" not in told
    assert "Traceback" not in done.stderr
