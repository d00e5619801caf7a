"""
Sizes with the same plan share a tree, their figures side by side; a flip stands between two trees.
"""

from __future__ import annotations

import re

from rich.console import Console

from schemaproof.report.plans import print_growth
from schemaproof.scaling import Flip, Growth, Terms
from tests.harness.report.plans.growths import at, growth, node

COND = "(author_id = 3)"
SCAN = at(1e3, node("Seq Scan", relation_name="books", alias="b", filter=COND, rows=9, cost=18.5))


def by_index(rows: float, cost: float, **told: object):
    return at(
        rows,
        node(
            "Limit",
            node("Index Scan", relation_name="books", index_name="ix", rows=10, cost=cost, **told),
            cost=cost,
        ),
    )


def printed(told: Growth, width: int = 100) -> str:
    console = Console(width=width, no_color=True, highlight=False)
    with console.capture() as captured:
        print_growth(told, console)
    return captured.get()


def test_sizes_with_one_plan_share_a_tree():
    text = printed(growth(by_index(1e6, 42.25, index_cond=COND), by_index(1e9, 4.2e6)))

    assert re.search(r"^ +at 1e6 +at 1e9, JIT$", text, re.MULTILINE)
    assert re.search(r"^└─ Index Scan on books by ix +10 +42\.2 +10 +4\.2e6$", text, re.MULTILINE)
    assert text.count("Limit") == 1
    assert "the same plan at each of these sizes" in text


def test_a_flip_stands_between_two_trees():
    above = by_index(1e6, 42)
    flip = Flip(below=at(690_000, node("Seq Scan")), above=at(700_000, node("Limit")))

    lines = printed(growth(SCAN, above, flips=(flip,))).splitlines()

    scan, limit = (
        next(n for n, line in enumerate(lines) if line.startswith(word))
        for word in ("Seq Scan on books as b", "Limit")
    )
    told = lines.index("flips between 6.9e5 and 7e5 rows")
    assert scan < told < limit
    assert lines[told + 1 : told + 3] == ["  from  Seq Scan", "  to    Limit"]


def test_what_an_index_answers_is_told_from_what_is_tested_on_each_row():
    both = by_index(1e6, 42, index_cond=COND, filter="(title = 'x')")

    text = printed(growth(both))

    assert re.search(
        r"^ +Index Cond: \(author_id = 3\)\n +Filter: \(title = 'x'\)$", text, re.MULTILINE
    )


def test_by_what_rows_are_joined_is_told_at_the_join():
    books = node("Seq Scan", relation_name="books")
    hashed = node("Hash Join", books, node("Hash", books), hash_cond="(a.id = b.author_id)")
    merged = node("Merge Join", books, hashed, merge_cond="(c.id = b.id)", join_filter="(c.n < 3)")

    text = printed(growth(at(1e6, merged)), width=80)

    assert re.search(
        r"^Merge Join .*\n│ +Merge Cond: \(c\.id = b\.id\)\n│ +Join Filter: \(c\.n < 3\)$",
        text,
        re.MULTILINE,
    )
    assert re.search(
        r"^└─ Hash Join .*\n +│ +Hash Cond: \(a\.id = b\.author_id\)$", text, re.MULTILINE
    )


def test_conditions_that_differ_are_told_with_their_sizes():
    text = printed(
        growth(by_index(1e6, 42, index_cond="(a = b)"), by_index(1e9, 42, index_cond="(b = 4)"))
    )

    assert "Index Cond at 1e6: (a = b)" in text
    assert "Index Cond at 1e9: (b = 4)" in text


def test_workers_have_a_column_where_there_are_any():
    shared = at(1e9, node("Gather", node("Seq Scan", relation_name="books"), workers_planned=2))

    assert re.search(r"rows +cost +workers\nGather +1 +1\.0 +2\n", printed(growth(shared)))
    assert "workers" not in printed(growth(SCAN)).replace("max_parallel_workers", "")


def test_a_long_condition_stays_within_the_window_and_the_tree():
    deep = at(
        1e6,
        node(
            "Nested Loop",
            node("Index Scan", relation_name="a", index_cond=" AND ".join(["(a = 1)"] * 30)),
            node("Seq Scan", relation_name="b"),
        ),
    )

    text = printed(growth(deep), width=80).partition("pinned")[0]

    assert max(map(len, text.splitlines())) <= 80
    assert len(re.findall(r"^│ +.*\(a = 1\)", text, re.MULTILINE)) > 3


def test_more_sizes_than_there_is_room_for_go_under_another_tree():
    sizes = [by_index(10.0**power, 42) for power in range(1, 11)]

    text = printed(growth(*sizes), width=80)

    assert text.count("Index Scan") > 1
    assert all(size in text for size in ("at 10\n", "at 1e10\n")) or "at 1e10" in text
    assert max(len(line) for line in text.splitlines() if "at 1" in line) <= 80


def test_what_was_assumed_is_told():
    text = printed(growth(SCAN, counted=None))

    assert "no population is declared: every table is taken to hold as many rows" in text
    assert "random_page_cost = 4" in text
    assert "PostgreSQL 18.6 (embedded)" in text


def test_what_was_declared_is_told():
    assert re.search(r"sizes are rows of books; .*\n  books: 1,000\n", printed(growth(SCAN)))


def test_terms_that_differ_from_the_usual_are_told():
    text = printed(growth(SCAN, terms=Terms(sizes=(1e3,), is_generic=True, without=("ix",))))

    assert "planned for any values" in text
    assert "without ix" in text
    assert "author = 3" not in text


def test_a_cost_that_a_server_without_jit_would_compile_is_told():
    assert "this server itself cannot compile" in printed(growth(by_index(1e9, 100_001)))
    assert "cannot compile" not in printed(growth(by_index(1e9, 99_999)))
    has_jit = at(1e9, node("Limit", cost=100_001), has_jit=True)
    assert "cannot compile" not in printed(growth(has_jit))
