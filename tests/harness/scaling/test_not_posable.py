"""A server on which nobody may pose tables: what needs it is skipped, with the reason."""

import contextlib
from pathlib import Path

import pytest

from schemaproof.postgres import new_prefix, open_server
from tests.harness.fix_bench import BenchMaker
from tests.harness.miniature import miniature

QUERIES = """
QUERIES = [Query(name="by a", statement="SELECT * FROM t WHERE a = 7", index="t_a",
                 condition=("a",))]
"""
SCHEMA = "CREATE TABLE t (a int NOT NULL); CREATE INDEX t_a ON t (a)"
ABOUT_QUERIES = (
    "filter-not-in-index",
    "query-can-use-index",
    "query-chooses-index",
    "seq-scan-at-scale",
    "sort-at-scale",
    "unused-by-any-query",
)


@pytest.fixture
def bench_of_a_stranger():
    """
    As `bench`, on a server whose role may make databases and is no superuser.
    """
    with contextlib.ExitStack() as stack:
        running = stack.enter_context(open_server("embedded", prefix="t"))
        admin = stack.enter_context(running.connect())
        admin.execute("CREATE DATABASE template0 IS_TEMPLATE true ALLOW_CONNECTIONS false")
        admin.execute("CREATE ROLE stranger LOGIN CREATEDB")
        rules = Path(admin.execute("SHOW hba_file").fetchone()[0])
        rules.write_text(f"local all stranger trust\n{rules.read_text()}")
        admin.execute("SELECT pg_reload_conf()")
        url = running.url.set(username="stranger", drivername="postgresql")
        plain = url.render_as_string(hide_password=False)
        server = stack.enter_context(open_server(plain, prefix=new_prefix()))
        maker = BenchMaker(server, admin)
        stack.callback(maker.close)
        yield maker


def test_what_cannot_be_posed_is_skipped(tmp_path, bench_of_a_stranger):
    """
    Nothing is violated and nothing breaks; the reason names what is needed.
    """
    project = bench_of_a_stranger(miniature(tmp_path, revisions=[SCHEMA], queries=QUERIES))

    proofs = [
        proof for name in ABOUT_QUERIES for proof in project.proofs(f"indexes/{name}").values()
    ]

    assert len(proofs) == len(ABOUT_QUERIES)
    assert {proof.status for proof in proofs} == {"skipped"}
    (why,) = {proof.skipped for proof in proofs}
    assert why.startswith("needs a superuser to pose a table at a size that it does not have")
    assert "permission denied" in why
