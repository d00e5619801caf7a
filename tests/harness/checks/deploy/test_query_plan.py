"""deploy/query-plan: the live server plans the registered queries with the statistics it has."""

import pytest

from schemaproof.prover import Prover
from tests.harness.checks.deploy.looking import looked_at
from tests.harness.fix_bench import CHECKS
from tests.harness.miniature import miniature

CHECK = "deploy/query-plan"

TABLES = """
CREATE TABLE "Or'd ers" (id int PRIMARY KEY, customer int, state text);
CREATE INDEX ix_customer ON "Or'd ers" (customer);
CREATE TABLE small (id int PRIMARY KEY, state text)
"""
QUERIES = """
ORDERS = '"Or\\'d ers"'
QUERIES = Workload(
    queries=(
        Query(
            name="served",
            statement=f"SELECT * FROM {ORDERS} WHERE customer = 7",
            index="ix_customer",
        ),
        Query(name="unserved", statement=f"SELECT * FROM {ORDERS} WHERE state = 'x'"),
        Query(name="all", statement=f"SELECT state FROM {ORDERS}", reads_all_because="a report"),
        Query(name="small", statement="SELECT * FROM small WHERE state = 'x'"),
        Query(name="not there", statement="SELECT nothing FROM small"),
        Query(
            name="bound",
            statement=select(table("small", column("id"))).where(column("id") == bindparam("n")),
            parameters={"n": 1},
        ),
        Query(name="writes", statement="UPDATE small SET state = 'y'"),
        Query(name="locks", statement="SELECT * FROM small FOR UPDATE"),
        Query(name="speaks of it", statement="SELECT 'for update; delete' FROM small"),
    ),
)
"""
ROWS = """
INSERT INTO "Or'd ers" SELECT n, n, 'y' FROM generate_series(1, 20000) AS n;
INSERT INTO small SELECT n, 'y' FROM generate_series(1, 5000) AS n
"""


@pytest.fixture(scope="module")
def look(tmp_path_factory, bench_for_module):
    """A database with 20,000 orders and few of what is small."""
    folder = tmp_path_factory.mktemp("shop")
    shop = bench_for_module(miniature(folder, revisions=[TABLES], queries=QUERIES))
    with shop.databases.clone() as database:
        shop.subject.history.upgrade(database, "head")
        with database.connect(autocommit=True) as connection:
            connection.execute(ROWS.encode())
            connection.execute("ANALYZE")
        with looked_at(shop, database) as found:
            yield found, database


@pytest.mark.parametrize("query", ["served", "small", "bound", "speaks of it"])
def test_a_query_that_is_served_or_reads_little_is_silent(look, query):
    """
    The shape of its plan is the evidence.
    """
    proof = look[0].proof(CHECK, query)

    assert proof.status == "proved"
    assert "cost" in proof.seen[0]


def test_a_query_that_reads_a_large_table_is_told(look):
    """
    With how many rows there are.
    """
    (violation,) = look[0].proof(CHECK, "unserved").violations

    assert violation.where == "unserved"
    assert "would read all 20,000 rows of Or'd ers" in violation.found


def test_reading_all_may_be_right(look):
    """
    If the query says why.
    """
    assert look[0].proof(CHECK, "all").seen[0].endswith("to read it all is right: a report")


def test_what_cannot_be_planned_is_skipped_with_the_reason(look):
    """
    In the server's words.
    """
    assert 'column "nothing" does not exist' in look[0].proof(CHECK, "not there").skipped


def test_queries_that_write_or_lock_are_not_asked(look):
    """
    To plan one takes more than ACCESS SHARE.
    """
    claims = Prover(look[0].live).claims([CHECKS[CHECK]])

    assert {claim.target for claim in claims}.isdisjoint({"writes", "locks"})
    assert len(claims) == 7


def test_an_index_that_is_gone_is_noticed(look):
    """
    Each look asks anew.
    """
    found, database = look
    with database.connect(autocommit=True) as connection:
        connection.execute("ALTER INDEX ix_customer RENAME TO x; DROP INDEX x")
        query = next(one for one in found.live.workload.queries if one.name == "served")
        parts = {name: getattr(found.live, name) for name in CHECKS[CHECK].parts}
        (violation,) = CHECKS[CHECK].run(reading=query, **parts)
        connection.execute('CREATE INDEX ix_customer ON "Or\'d ers" (customer)')

    assert "rows of Or'd ers and not ix_customer" in violation.found
