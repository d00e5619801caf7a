"""
A query is meant by its name or by its SQL, and its parameters are given by theirs.
"""

from __future__ import annotations

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, bindparam, select

from schemaproof.plans import shown
from schemaproof.workload import (
    BadParameter,
    Query,
    UnknownQuery,
    Workload,
    asked_query,
    check_values,
)

books = Table("books", MetaData(), Column("id", Integer))
BY_ID = select(books).where(books.c.id == bindparam("id", 7))
WORKLOAD = Workload(
    queries=(
        Query(name="book by id", statement=BY_ID),
        Query(
            name="books by author", statement="SELECT 1 WHERE :author = 2", parameters={"author": 3}
        ),
        Query(name="Select of the week", statement="SELECT 7"),
    )
)


def test_a_registered_name_means_its_query():
    assert asked_query(WORKLOAD, "book by id").statement is BY_ID


def test_a_name_that_looks_like_sql_is_a_name_all_the_same():
    assert asked_query(WORKLOAD, "Select of the week").statement == "SELECT 7"


@pytest.mark.parametrize(
    "text",
    [
        "select 1",
        "  SELECT\n1",
        "-- why\nWITH a AS (SELECT 1) TABLE a",
        "/* why */ (select 1)",
        "DELETE FROM books WHERE id = 1",
        "update books set id = 1",
        "VALUES (1)",
    ],
)
def test_sql_is_taken_as_it_is(text):
    found = asked_query(WORKLOAD, text)

    assert (found.name, found.statement) == (text.strip(), text.strip())


@pytest.mark.parametrize("told", ["bookbyid", "books", "Book by ID", "selection", ""])
def test_what_is_neither_is_refused_with_the_nearest_names(told):
    with pytest.raises(UnknownQuery, match=r"needs SQL text or the name .*--list") as refused:
        asked_query(WORKLOAD, told)

    assert not told or "is one of these meant" in str(refused.value) or told == "selection"


def test_a_project_without_queries_is_told_so():
    with pytest.raises(UnknownQuery, match="registers none"):
        asked_query(Workload(), "book by id")


def test_a_value_takes_the_place_of_the_registered_one():
    assert asked_query(WORKLOAD, "books by author", {"author": "5"}).parameters == {"author": "5"}
    assert asked_query(WORKLOAD, "book by id", {"id": "5"}).parameters == {"id": "5"}


def test_a_value_for_no_parameter_is_refused():
    with pytest.raises(BadParameter, match=r":author; found 'auther' \(is one of these .*'author'"):
        asked_query(WORKLOAD, "books by author", {"auther": "5"})


def test_a_parameter_without_a_value_is_refused():
    query = asked_query(WORKLOAD, "SELECT :a, :b", {"a": "1"})

    with pytest.raises(BadParameter, match="needs a value for :b; found none: add --param b=VALUE"):
        check_values(query)


def test_values_of_its_own_are_enough():
    check_values(asked_query(WORKLOAD, "book by id"))
    check_values(asked_query(WORKLOAD, "books by author"))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("SELECT :a::int", ["a"], id="a cast after it"),
        pytest.param("SELECT now()::date", [], id="a cast alone"),
        pytest.param("SELECT '12:30', ' :b', 'it''s :c'", [], id="in quotes"),
        pytest.param('SELECT 1 AS " :b"', [], id="in a name"),
        pytest.param("SELECT 1 -- :b\n + :a /* :c */", ["a"], id="in comments"),
        pytest.param("SELECT $$ :b $$, $x$ :c $x$, :a", ["a"], id="between dollars"),
        pytest.param("SELECT x[1:2] FROM t", [], id="in a slice"),
    ],
)
def test_only_what_a_person_takes_for_a_parameter_is_one(text, names):
    shown_query = shown(asked_query(WORKLOAD, text).statement, {})

    assert [*shown_query.parameters] == names
    assert shown_query.text == text
