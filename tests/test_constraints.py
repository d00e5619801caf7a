"""
What a row may hold: every constraint accepts what it should and refuses what it should, by name.
"""

import re
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import CheckViolation, NotNullViolation, UniqueViolation

from schemaproof.catalog import Catalog
from tests import facts, rows

LENGTHS = [
    pytest.param(table.name, column.name, int(column.type[18:-1]), id=f"{table.name}.{column.name}")
    for table in facts.TABLES
    for column in table.columns
    if column.type.startswith("character varying(")
]
ENUMERATED = {(check.table, check.column) for check in facts.CHECKS if check.members}
EACH_CHECK = pytest.mark.parametrize(
    "check", [pytest.param(check, id=check.name) for check in facts.CHECKS]
)


def columns(*, nullable: bool) -> list:
    return [
        pytest.param(table.name, column.name, id=f"{table.name}.{column.name}")
        for table in facts.TABLES
        for column in table.columns
        if column.is_nullable is nullable
    ]


def test_the_check_constraints_are_these(schema_catalog: Catalog):
    """These CHECK constraints exist, and no other."""
    names = sorted(each.name for each in schema_catalog.constraints if each.expression)

    assert names == sorted(check.name for check in facts.CHECKS)


@EACH_CHECK
def test_check_holds_for_old_rows_too(schema_catalog: Catalog, check: facts.Check):
    """The constraint is validated and enforced, and speaks of its column alone."""
    (there,) = [each for each in schema_catalog.constraints if each.name == check.name]

    assert there.is_validated
    assert there.is_enforced
    assert (there.table.name, there.columns) == (check.table, (check.column,))


@pytest.mark.parametrize(
    "check", [pytest.param(check, id=check.name) for check in facts.CHECKS if check.members]
)
def test_enumeration_has_no_other_member(schema_catalog: Catalog, check: facts.Check):
    """The constraint lists exactly these values: no more can be stored, whatever they are."""
    (there,) = [each for each in schema_catalog.constraints if each.name == check.name]

    assert re.findall(r"'([^']*)'", there.expression) == list(check.members)


@EACH_CHECK
def test_check_accepts(raw, check: facts.Check):
    """What the constraint is there to allow is stored, in an INSERT and in an UPDATE."""
    key = rows.insert(raw, check.table)

    for value in check.accepts:
        assert rows.exists(raw, check.table, rows.insert(raw, check.table, **{check.column: value}))
        assert rows.update(raw, check.table, key, **{check.column: value}) == 1


@EACH_CHECK
def test_check_refuses(raw, check: facts.Check):
    """What it is there to refuse is refused with 23514 and its name, in an INSERT."""
    for value in check.refuses:
        with pytest.raises(CheckViolation) as refused, raw.transaction():
            rows.insert(raw, check.table, **{check.column: value})

        assert (value, refused.value.sqlstate) == (value, "23514")
        assert refused.value.diag.constraint_name == check.name


@EACH_CHECK
def test_check_refuses_an_update(raw, check: facts.Check):
    """The same is refused in an UPDATE."""
    key = rows.insert(raw, check.table)

    for value in check.refuses:
        with pytest.raises(CheckViolation) as refused, raw.transaction():
            rows.update(raw, check.table, key, **{check.column: value})

        assert (value, refused.value.diag.constraint_name) == (value, check.name)


@pytest.mark.parametrize(("table", "column"), columns(nullable=False))
def test_null_is_refused(raw, table: str, column: str):
    """NULL is refused where a value is needed, also if there is a default."""
    with pytest.raises(NotNullViolation) as refused:
        rows.insert(raw, table, **{column: None})

    assert refused.value.sqlstate == "23502"
    assert (refused.value.diag.table_name, refused.value.diag.column_name) == (table, column)


@pytest.mark.parametrize(("table", "column"), columns(nullable=True))
def test_null_is_stored(raw, table: str, column: str):
    """NULL is stored where a value is not known, and no CHECK minds."""
    key = rows.insert(raw, table, **{column: None})

    assert rows.exists(raw, table, key)
    assert rows.read(raw, table, key, column) is None


@pytest.mark.parametrize(("table", "column", "length"), LENGTHS)
def test_text_ends_at_its_length(raw, table: str, column: str, length: int):
    """Text fits to the last character, and one more is refused and not cut off."""
    longest = "\N{CAT FACE}" * length
    if (table, column) not in ENUMERATED:
        key = rows.insert(raw, table, **{column: longest})
        assert rows.read(raw, table, key, column) == longest

    with pytest.raises(psycopg.errors.StringDataRightTruncation) as refused:
        rows.insert(raw, table, **{column: longest + "x"})

    assert refused.value.sqlstate == "22001"


def test_email_is_unique(raw):
    """Two profiles cannot share an address, whichever way the second comes by it."""
    rows.insert(raw, "profiles", email="ada@example.org")
    other = rows.insert(raw, "profiles", email="Ada@example.org")

    for attempt in (
        lambda: rows.insert(raw, "profiles", email="ada@example.org"),
        lambda: rows.update(raw, "profiles", other, email="ada@example.org"),
    ):
        with pytest.raises(UniqueViolation) as refused, raw.transaction():
            attempt()

        assert refused.value.sqlstate == "23505"
        assert refused.value.diag.constraint_name == "uq_profiles_email"


@pytest.mark.parametrize("table", [table.name for table in facts.TABLES])
def test_id_is_unique(raw, table: str):
    """Two rows cannot share an id."""
    key = rows.insert(raw, table)

    with pytest.raises(UniqueViolation) as refused:
        rows.insert(raw, table, id=key)

    assert refused.value.diag.constraint_name == f"pk_{table}"


def test_the_unique_constraints_are_these(schema_catalog: Catalog):
    """An address is all that must be unique beside the keys."""
    names = [each.name for each in schema_catalog.constraints if each.form == "unique constraint"]

    assert names == ["uq_profiles_email"]


def test_profile_needs_a_key_from_outside(raw):
    """A profile has no key of its own making: the identity provider gives it."""
    with pytest.raises(NotNullViolation) as refused:
        raw.execute("INSERT INTO profiles (email) VALUES ('ada@example.org')")

    assert refused.value.diag.column_name == "id"


@pytest.mark.parametrize("table", [table.name for table in facts.TABLES])
def test_a_row_needs_no_more_than_its_minimum(raw, table: str):
    """Every column that has a default, or takes NULL, may be left out."""
    statement = sql.SQL("SELECT * FROM {} WHERE id = %s").format(sql.Identifier(table))

    key = rows.insert(raw, table)

    assert len(raw.execute(statement, [key]).fetchall()) == 1
    assert not rows.exists(raw, table, uuid4() if table == "profiles" else -1)
