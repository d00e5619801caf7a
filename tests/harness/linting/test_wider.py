"""
What reads as if it looked at every row, and does not; PostgreSQL itself says which.
"""

from __future__ import annotations

import pytest

from schemaproof.catalog import QualifiedName, snapshot
from schemaproof.history import Leg, RoundTrip
from schemaproof.linting.wider import is_harmless

TABLE = """
CREATE TABLE t (
    a int, name varchar(20), n numeric(8, 2), bits bit varying(4), "the ""b" int, plain text
)
"""
T = QualifiedName("public", "t")
REQUIRED = "ALTER TABLE t ALTER a SET NOT NULL"
READS = "verifying table"
REWRITES = "rewriting table"


@pytest.fixture
def changed(schema_databases):
    """
    A function that makes a change and returns the round trip, and whether the server read the rows.
    """

    def change(before, up):
        said = []
        with schema_databases.clone() as database, database.connect(autocommit=True) as connection:
            connection.execute(f"{TABLE}; {before}")
            old = snapshot(connection)
            connection.add_notice_handler(lambda notice: said.append(notice.message_primary))
            connection.execute("SET client_min_messages = debug1")
            connection.execute(up)
            leg = Leg(statements=(), outcome=snapshot(connection))
        looked = any(f'{what} "t"' in one for what in (READS, REWRITES) for one in said)
        return RoundTrip(revision=None, before=old, legs=[leg]), looked

    return change


def alter(*types):
    return ", ".join(f"ALTER {column} TYPE {type_}" for column, type_ in types)


@pytest.mark.parametrize(
    ("types", "is_wider"),
    [
        pytest.param([("name", "varchar(40)")], True, id="longer"),
        pytest.param([("name", "varchar")], True, id="without a limit"),
        pytest.param([("name", "text")], True, id="text"),
        pytest.param([("name", "varchar(10)")], False, id="shorter"),
        pytest.param([("name", "char(20)")], False, id="padded"),
        pytest.param([("plain", "varchar(40)")], False, id="limited"),
        pytest.param([("n", "numeric(12, 2)")], True, id="more digits"),
        pytest.param([("n", "numeric")], True, id="all digits"),
        pytest.param([("n", "numeric(12, 4)")], False, id="other scale"),
        pytest.param([("n", "numeric(6, 2)")], False, id="fewer digits"),
        pytest.param([("bits", "bit varying(8)")], True, id="more bits"),
        pytest.param([("a", "bigint")], False, id="another number"),
        pytest.param([("name", "text"), ("a", "bigint")], False, id="one of two"),
        pytest.param([("name", "text"), ("n", "numeric")], True, id="both"),
    ],
)
def test_a_type_that_holds_more_is_known(changed, types, is_wider):
    trip, looked = changed("", f"ALTER TABLE t {alter(*types)}")

    assert is_harmless("changing-column-type", T, trip) == is_wider
    assert looked == (not is_wider)


def test_a_type_that_is_the_same_afterwards_is_not_taken_for_wider(changed):
    """
    It was changed twice, or under another name.
    """
    up = "ALTER TABLE t ALTER a TYPE bigint; ALTER TABLE t ALTER a TYPE int"
    trip, looked = changed("", up)

    assert not is_harmless("changing-column-type", T, trip)
    assert looked


@pytest.mark.parametrize(
    ("before", "is_proved"),
    [
        pytest.param("CHECK (a IS NOT NULL)", True, id="said"),
        pytest.param("CHECK (NOT a IS NULL)", True, id="said otherwise"),
        pytest.param("CHECK (a IS NOT NULL) NO INHERIT", True, id="for this table alone"),
        pytest.param("CHECK (a > 0 AND a IS NOT NULL)", True, id="one condition of two"),
        pytest.param("CHECK (a IS NOT NULL) NOT VALID", False, id="not of the rows there are"),
        pytest.param("CHECK (a IS NOT NULL OR name IS NOT NULL)", False, id="one of two"),
        pytest.param("CHECK (a IS NULL OR a > 0 AND a IS NOT NULL)", False, id="in a part"),
        pytest.param(
            "CHECK (a IS NULL OR (a > 0 AND a IS NOT NULL AND a < 9))", False, id="amid a part"
        ),
        pytest.param("CHECK (coalesce(a, 0) IS NOT NULL)", False, id="of something else"),
        pytest.param("CHECK (a + 1 IS NOT NULL)", False, id="of an expression"),
        pytest.param("CHECK (name IS NOT NULL)", False, id="of another column"),
        pytest.param("CHECK (a > 0)", False, id="that NULL passes"),
    ],
)
def test_a_column_that_was_proved_to_hold_no_null_is_known(changed, before, is_proved):
    trip, looked = changed(f"ALTER TABLE t ADD CONSTRAINT k {before}", REQUIRED)

    assert is_harmless("adding-not-nullable-field", T, trip) == is_proved
    assert looked == (not is_proved)


def test_every_column_must_have_been_proved(changed):
    before = "ALTER TABLE t ADD CHECK (a IS NOT NULL)"
    both = f'{REQUIRED}, ALTER "the ""b" SET NOT NULL'

    trip, looked = changed(before, both)
    assert (is_harmless("adding-not-nullable-field", T, trip), looked) == (False, True)

    trip, looked = changed(f'{before}, ADD CHECK ("the ""b" IS NOT NULL)', both)
    assert (is_harmless("adding-not-nullable-field", T, trip), looked) == (True, False)


def test_a_column_that_nobody_required_is_not_taken_for_proved(changed):
    """
    Where the rule speaks of something else, its word is left alone.
    """
    trip, _ = changed("ALTER TABLE t ADD CHECK (a IS NOT NULL)", "ALTER TABLE t ADD x int")

    assert not is_harmless("adding-not-nullable-field", T, trip)
    assert not is_harmless("changing-column-type", T, trip)
    assert not is_harmless("renaming-column", T, trip)
