"""RowMaker: rows with the parents they need, and references that point nowhere."""

import psycopg
import pytest

from schemaproof.catalog import QualifiedName, snapshot
from schemaproof.rows import Family, NoRowFound, RowMaker

SCHEMA = """
CREATE TABLE tenants (id int PRIMARY KEY);
CREATE TABLE orders (tenant int NOT NULL REFERENCES tenants, id int, PRIMARY KEY (tenant, id));
CREATE TABLE goods (tenant int NOT NULL REFERENCES tenants, id int, PRIMARY KEY (tenant, id));
CREATE TABLE lines (
    tenant int NOT NULL,
    order_id int NOT NULL,
    good_id int NOT NULL,
    note_id int,
    CONSTRAINT lines_order FOREIGN KEY (tenant, order_id) REFERENCES orders,
    CONSTRAINT lines_good FOREIGN KEY (tenant, good_id) REFERENCES goods
);
CREATE TABLE members (tenant int NOT NULL REFERENCES tenants, id int, boss int,
    PRIMARY KEY (tenant, id), FOREIGN KEY (tenant, boss) REFERENCES members);
CREATE TABLE whole (tenant int NOT NULL, order_id int,
    FOREIGN KEY (tenant, order_id) REFERENCES orders MATCH FULL);
CREATE TABLE badges (tenant int, id int, PRIMARY KEY (tenant, id),
    CONSTRAINT badges_member FOREIGN KEY (tenant, id) REFERENCES members);
CREATE TABLE chickens (id int PRIMARY KEY, egg int NOT NULL);
CREATE TABLE eggs (id int PRIMARY KEY, chicken int NOT NULL REFERENCES chickens);
ALTER TABLE chickens ADD FOREIGN KEY (egg) REFERENCES eggs;
CREATE TABLE customers (email text UNIQUE, country char(2) NOT NULL);
CREATE TABLE letters (email text REFERENCES customers (email));
CREATE TABLE silent (id int);
CREATE RULE nothing AS ON INSERT TO silent DO INSTEAD NOTHING;
"""


@pytest.fixture(scope="module")
def database(schema_databases):
    with schema_databases.clone() as clone:
        with clone.connect(autocommit=True) as connection:
            connection.execute(SCHEMA)
        yield clone


@pytest.fixture
def maker(database):
    with database.connect() as connection:
        yield RowMaker(catalog=snapshot(connection), connection=connection)
        connection.rollback()


def named(table):
    return QualifiedName("public", table)


def key(maker, name):
    return next(each for each in maker.catalog.foreign_keys if each.name == name)


def test_required_parents_come_first(maker):
    """
    A row brings the rows that it must point at, and they agree on the columns they share.
    """
    line = maker.insert(named("lines"))

    assert [row.table.name for row in maker.made] == ["tenants", "goods", "orders", "lines"]
    assert {row.values["tenant"] for row in maker.made[1:]} == {line.values["tenant"]}


def test_optional_parents_are_left_out(maker):
    """
    A reference that may be NULL is NULL, unless it is given.
    """
    letter = maker.insert(named("letters"))

    assert (letter.values, len(maker.made)) == ({"email": None}, 1)


def test_what_is_pointed_at_is_not_null(maker):
    """
    A parent is made so that a key can point at it, even by a column that may be NULL.
    """
    customer = maker.referable(key(maker, "letters_email_fkey"))

    assert customer.values["email"] is not None


def test_required_keys_in_a_circle_are_named(maker):
    """
    Tables that need each other have no first row, and that is said instead of going round.
    """
    with pytest.raises(NoRowFound, match="leads back to the table itself"):
        maker.insert(named("eggs"))


def test_a_row_that_is_swallowed_is_named(maker):
    """
    A rule that does nothing instead of an insert leaves no row to speak of.
    """
    with pytest.raises((NoRowFound, psycopg.Error), match="silent"):
        maker.insert(named("silent"))


def test_orphans_differ_in_one_column_and_exist_nowhere(maker):
    """
    Of a composite key the column that other keys share stays real, and the rest points nowhere.
    """
    lines_good = key(maker, "lines_good")
    parent = maker.referable(lines_good)

    orphans = list(maker.orphans(lines_good, parent))

    assert orphans
    assert {orphan["tenant"] for orphan in orphans} == {parent.values["tenant"]}
    assert parent.values["id"] not in {orphan["good_id"] for orphan in orphans}


def test_a_family_has_children_and_a_bystander(maker):
    """
    Two children hang from the parent, and one from another row that must survive.
    """
    family = Family(key(maker, "lines_order"), maker)

    lines = [row for row in maker.made if row.table == named("lines")]
    of_parent = [row for row in lines if row.values["order_id"] == family.parent.values["id"]]
    assert (len(lines), len(of_parent)) == (3, 2)


def test_a_key_of_several_columns_is_left_empty_where_one_may_be(maker):
    """
    Nobody is asked for a boss; a member of a tenant needs the tenant alone.
    """
    member = maker.insert(named("members"))

    assert [row.table.name for row in maker.made] == ["tenants", "members"]
    assert member.values["boss"] is None


def test_a_full_match_is_not_left_half_empty(maker):
    """
    A key that is MATCH FULL refuses a row in which one column is NULL and another is not.
    """
    row = maker.insert(named("whole"))

    assert None not in row.values.values()


def test_a_family_of_one_to_one_has_one_child(maker):
    """
    A second one would be refused; the bystander has its own.
    """
    family = Family(key(maker, "badges_member"), maker)

    badges = [row for row in maker.made if row.table == named("badges")]
    assert (len(family.children), len(badges)) == (1, 2)
