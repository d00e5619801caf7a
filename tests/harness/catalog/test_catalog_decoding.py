"""
What a snapshot reads again is not made again, and does not pile up.
"""

import json

import pytest

from schemaproof.catalog import Schema, decoding, snapshot
from schemaproof.catalog.decoding import Records


def lines(*names):
    return [json.dumps([name, "me", None, None]) for name in names]


@pytest.fixture
def records(monkeypatch):
    """
    Records of which two are kept whatever the size of a schema.
    """
    monkeypatch.setattr(decoding, "FEWEST", 2)
    return Records()


def test_equal_lines_give_the_very_same_record(records):
    """
    A line that was read before gives the record that was made then.
    """
    (first,) = records.of("schemas", lines("a"))

    assert first == Schema(name="a", owner="me", privileges=None, comment=None)
    assert records.of("schemas", lines("b", "a"))[1] is first


def test_what_is_still_asked_for_is_kept(records):
    """
    Of more records than there may be, those that are asked for again stay the same.
    """
    kept, *_ = records.of("schemas", lines("a", "b", "c"))
    for name in ("d", "e", "f", "g"):
        records.forget_all_but(1)
        assert records.of("schemas", lines("a", name))[0] is kept


def test_what_is_no_longer_asked_for_is_forgotten(records):
    """
    After twice as many others it is made anew.
    """
    (first,) = records.of("schemas", lines("a"))
    for names in ("bcd", "efg"):
        records.of("schemas", lines(*names))
        records.forget_all_but(1)

    assert records.of("schemas", lines("a"))[0] is not first


def test_a_large_schema_fits(records):
    """
    As many records as the last snapshot had lines are kept.
    """
    names = [f"s{n}" for n in range(100)]
    first = records.of("schemas", lines(*names))
    for _ in range(3):
        records.forget_all_but(len(names))
        again = records.of("schemas", lines(*names))

    assert all(one is other for one, other in zip(first, again, strict=True))


def test_a_second_snapshot_is_made_of_the_first(scratch):
    """
    Objects that did not change are the very same records in both.
    """
    scratch.execute("CREATE TABLE t (a int PRIMARY KEY); CREATE TABLE u (a int)")
    before = snapshot(scratch)
    scratch.execute("ALTER TABLE u ADD b int")

    after = snapshot(scratch)

    assert [each.identity for each in after.besides(before)] == ["public.u.b"]
