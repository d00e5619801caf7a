"""
What a revision sent becomes a script in which each line leads back.
"""

from __future__ import annotations

import datetime as dt

import pytest

from schemaproof.history import Statement
from schemaproof.linting.script import split, with_values, write_script


def sent(sql, *, line=1, parameters=None, is_autocommit=False):
    return Statement(sql=sql, parameters=parameters, line=line, is_autocommit=is_autocommit)


@pytest.mark.parametrize(
    ("text", "parameters", "written"),
    [
        pytest.param("SELECT %(a)s::INT, '%%'", {"a": 1}, "SELECT 1::INT, '%'", id="named"),
        pytest.param("LIKE '%%'", {}, "LIKE '%'", id="none, in a driver that doubles"),
        pytest.param("SELECT %s, %s", ("it's", None), "SELECT 'it''s', NULL", id="in order"),
        pytest.param("SELECT %(a)s", [{"a": 1}, {"a": 2}], "SELECT 1", id="many"),
        pytest.param("SELECT $1::INT, '%s'", (1,), "SELECT $1::INT, '%s'", id="asyncpg"),
        pytest.param("SELECT '%s'", (), "SELECT '%s'", id="asyncpg without any"),
        pytest.param("SELECT %(a)s", {"a": object()}, "SELECT NULL", id="no value of SQL's"),
        pytest.param("SELECT %(a)s", {}, "SELECT NULL", id="missing"),
        pytest.param(
            "SELECT %(a)s", {"a": dt.date(2024, 1, 2)}, "SELECT '2024-01-02'::date", id="date"
        ),
        pytest.param("SELECT %(a)s", {"a": "x" * 200_000}, "SELECT ''", id="very long"),
    ],
)
def test_values_stand_where_the_driver_puts_them(text, parameters, written):
    assert with_values(text, parameters) == written


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("A; B ;; C", ["A", "B", "C"], id="three"),
        pytest.param("A ';' B", ["A ';' B"], id="string"),
        pytest.param("A 'it''s;' B; C", ["A 'it''s;' B", "C"], id="doubled quote"),
        pytest.param(r"A E'\';' B; C", [r"A E'\';' B", "C"], id="escaped quote"),
        pytest.param('A "x;""y" B; C', ['A "x;""y" B', "C"], id="identifier"),
        pytest.param("A $b$;$x$;$b$ B; C", ["A $b$;$x$;$b$ B", "C"], id="dollars"),
        pytest.param("A -- ;\nB; C", ["A B", "C"], id="comment"),
        pytest.param("A /* ; */ B; C -- end", ["A B", "C"], id="long comment"),
        pytest.param("A$1 ; B", ["A$1", "B"], id="placeholder"),
        pytest.param("-- nothing\n;", [], id="nothing"),
    ],
)
def test_statements_end_at_semicolons_that_are_no_part_of_them(text, code):
    assert [one for _, one in split(text)] == code


def test_each_line_leads_to_the_line_that_sent_it():
    """
    Alembic's own statements are left out, and transactions begin and end where they did.
    """
    script = write_script(
        [
            sent("A;\nB\n-- end", line=3),
            sent("INSERT INTO alembic_version", line=None),
            sent("C", line=5, is_autocommit=True),
            sent("D", line=7),
        ]
    )

    lines = script.text.splitlines()
    assert lines == ["BEGIN;", "A;", "B", "-- end", ";", "COMMIT;", "C", ";", "BEGIN;", "D", ";",
                     "COMMIT;"]  # fmt: skip
    sources = [piece and piece.source for piece in map(script.piece_at, range(len(lines)))]
    assert sources == [None, 3, 3, 3, 3, None, 5, 5, None, 7, 7, None]
