"""data/invariant: what the project says must hold of its rows."""

import pytest

from schemaproof.configuration import Invariant
from tests.harness.checks.live import live
from tests.harness.miniature import miniature

CHECK = "data/invariant"

TABLES = 'CREATE TABLE "t 100%" (id int PRIMARY KEY, state text, secret text)'
ROWS = """
INSERT INTO "t 100%"
SELECT n, CASE WHEN n > 3 THEN 'odd' END, 'SECRET' || n FROM generate_series(1, 9) AS n
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory, bench_for_module):
    """A live database with nine rows."""
    path = miniature(tmp_path_factory.mktemp("t"), revisions=[TABLES])
    with live(bench_for_module(path), "r1", ROWS) as there:
        yield there


def said(shop, sql):
    return shop.said(CHECK, invariant=Invariant(name="none", sql=sql, because="of the test"))


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param("SELECT id FROM \"t 100%\" WHERE state LIKE 'even%'", id="as a query"),
        pytest.param('SELECT id FROM "t 100%" WHERE id > 9 ;\n', id="with a semicolon"),
        pytest.param(
            'WITH a AS (SELECT 1 WHERE false) TABLE a -- ""', id="with a comment at the end"
        ),
    ],
)
def test_a_query_without_rows_is_proved(shop, sql):
    """
    However it is written.
    """
    assert said(shop, sql).is_proved


def test_rows_are_counted_and_named_by_the_first_column(shop):
    """
    Other columns are not looked at.
    """
    found = said(shop, "SELECT id, secret, secret FROM \"t 100%\" WHERE state = 'odd'")

    assert found.found == ["6 rows break it: 4, 5, 6, 7, 8, …"]
    assert found.violations[0].because == "of the test"


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        pytest.param("SELECT id FROM gone", "a table or column that is not there now", id="gone"),
        pytest.param('DELETE FROM "t 100%"', "refused the question", id="no SELECT"),
        pytest.param('SELECT secret::int FROM "t 100%"', "SQLSTATE 22P02", id="an error"),
        pytest.param(
            'SELECT 1) AS it ("schemaproof: key")) AS broken (key, rows); COMMIT;'
            ' BEGIN READ WRITE; DELETE FROM "t 100%";'
            " SELECT 1 FROM (SELECT k, 1 FROM (SELECT 1 AS k",
            "refused the question",
            id="a way out",
        ),
    ],
)
def test_what_cannot_be_asked_is_not_called_proved(shop, sql, why):
    """
    It is told by its SQLSTATE: the server's words may quote a value.
    """
    found = said(shop, sql)

    assert why in found.skipped[0]
    assert "SECRET" not in found.skipped[0]
    assert shop.reading.execute('SELECT count(*) FROM "t 100%"').fetchone() == (9,)
