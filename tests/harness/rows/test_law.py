"""The law, case by case: what it says is written here, and the server says the same."""

import pytest

from schemaproof.rows import Refused
from tests.harness.rows.fix_field import delete, rows, say, update

A = "CREATE TABLE a (id int PRIMARY KEY);"
A_AND_B = A + "CREATE TABLE b (id int PRIMARY KEY, up int {} CONSTRAINT up REFERENCES a {});"
ONE_CHILD = {"a": [{"id": "1"}], "b": [{"id": "2", "up": "1"}]}
# A child that is reached by two ways, in the order in which their keys are made.
TWO_KEYS = (
    A
    + "CREATE TABLE b (id int PRIMARY KEY, up int, other int);"
    + "".join("ALTER TABLE b ADD CONSTRAINT {} FOREIGN KEY ({}) REFERENCES a {};" for _ in "12")
)
TWICE = {"a": [{"id": "1"}], "b": [{"id": "2", "up": "1", "other": "1"}]}
DIAMOND = A + (
    "CREATE TABLE b (id int PRIMARY KEY, up int REFERENCES a ON DELETE CASCADE);"
    "CREATE TABLE c (id int PRIMARY KEY, up int REFERENCES b ON DELETE CASCADE,"
    " top int CONSTRAINT top REFERENCES a ON DELETE {});"
)
PATHS = {
    "a": [{"id": "1"}],
    "b": [{"id": "2", "up": "1"}],
    "c": [{"id": "3", "up": "2", "top": "1"}],
}
TREE = "CREATE TABLE a (id int PRIMARY KEY, up int REFERENCES a ON DELETE CASCADE)"


@pytest.mark.parametrize(
    ("null", "action", "left"),
    [
        pytest.param("", "ON DELETE CASCADE", rows(), id="CASCADE"),
        pytest.param("", "ON DELETE SET NULL", rows(("b", "2", None)), id="SET NULL"),
        pytest.param("", "ON DELETE SET DEFAULT", rows(("b", "2", None)), id="SET DEFAULT to none"),
        pytest.param("", "ON DELETE RESTRICT", Refused("up", "23001"), id="RESTRICT"),
        pytest.param("", "ON DELETE NO ACTION", Refused("up"), id="NO ACTION"),
        pytest.param("NOT NULL", "ON DELETE SET NULL", Refused("up", "23502"), id="NOT NULL"),
        pytest.param(
            "DEFAULT 9", "ON DELETE SET DEFAULT", Refused("up"), id="SET DEFAULT to nobody"
        ),
        pytest.param(
            "",
            "DEFERRABLE INITIALLY DEFERRED",
            Refused("up", at="commit"),
            id="NO ACTION is looked at when the transaction ends",
        ),
        pytest.param("", "DEFERRABLE", Refused("up"), id="deferrable is not deferred"),
        pytest.param(
            "",
            "ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED",
            Refused("up", "23001"),
            id="RESTRICT cannot be deferred",
        ),
        pytest.param(
            "",
            "ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED",
            rows(),
            id="CASCADE is not deferred either",
        ),
    ],
)
def test_a_delete_with_one_child(lay, schema_server, null, action, left):
    """
    Each action on the one child of the row that is deleted.
    """
    if schema_server.version < 180000 and left == Refused("up", "23001"):
        left = Refused("up")

    assert say(lay, A_AND_B.format(null, action), ONE_CHILD, delete("a")) == left


@pytest.mark.parametrize(
    ("null", "action", "left"),
    [
        pytest.param("", "CASCADE", rows(("a", "7"), ("b", "2", "7")), id="CASCADE"),
        pytest.param("", "SET NULL", rows(("a", "7"), ("b", "2", None)), id="SET NULL"),
        pytest.param(
            "DEFAULT 7", "SET DEFAULT", rows(("a", "7"), ("b", "2", "7")), id="SET DEFAULT"
        ),
        pytest.param("DEFAULT 1", "SET DEFAULT", Refused("up"), id="SET DEFAULT to what it was"),
        pytest.param("", "NO ACTION", Refused("up"), id="NO ACTION"),
    ],
)
def test_an_update_of_what_a_child_points_at(lay, null, action, left):
    """
    Each action on the one child of the row whose key is changed.
    """
    ddl = A_AND_B.format(null, f"ON UPDATE {action}")

    assert say(lay, ddl, ONE_CHILD, update("a", {"id": "7"})) == left


def test_a_child_may_not_point_at_nobody(lay):
    """
    An update of the pointing side is looked at too.
    """
    assert say(lay, A_AND_B.format("", ""), ONE_CHILD, update("b", {"up": "8"})) == Refused("up")


@pytest.mark.parametrize(
    ("action", "left"),
    [
        pytest.param("NO ACTION", Refused("top"), id="NO ACTION"),
        pytest.param("RESTRICT", Refused("top", "23001"), id="RESTRICT"),
        pytest.param("NO ACTION DEFERRABLE INITIALLY DEFERRED", rows(), id="deferred"),
        pytest.param("CASCADE", rows(), id="CASCADE"),
        pytest.param("SET NULL", rows(), id="SET NULL of a row that goes later"),
    ],
)
def test_a_child_that_goes_by_a_longer_way(lay, schema_server, action, left):
    """
    NO ACTION does not see the end of the statement: only what is deferred does.
    """
    if schema_server.version < 180000 and isinstance(left, Refused):
        left = Refused("top")

    assert say(lay, DIAMOND.format(action), PATHS, delete("a")) == left


@pytest.mark.parametrize("action", ["NO ACTION", "RESTRICT"])
@pytest.mark.parametrize("cascades_first", [True, False])
def test_of_two_keys_the_first_that_was_made_decides(lay, action, cascades_first):
    """
    A cascade that was made first has taken the child away before the other key is asked.
    """
    keys = [("takes", "up", "ON DELETE CASCADE"), ("keeps", "other", f"ON DELETE {action}")]
    first, second = keys if cascades_first else reversed(keys)

    left = say(lay, TWO_KEYS.format(*first, *second), TWICE, delete("a"))

    assert left == rows() if cascades_first else left.by == "keeps"


def test_what_is_let_go_of_is_not_refused_afterwards(lay):
    """
    SET NULL and CASCADE on one child: it goes, in whichever order.
    """
    lets_go, takes = ("k1", "up", "ON DELETE SET NULL"), ("k2", "other", "ON DELETE CASCADE")

    assert say(lay, TWO_KEYS.format(*lets_go, *takes), TWICE, delete("a")) == rows()
    assert say(lay, TWO_KEYS.format(*takes, *lets_go), TWICE, delete("a")) == rows()


def test_which_of_two_rows_lies_first_decides(lay):
    """
    Two parents go in one statement: the child is taken by one before the other would keep it.
    """
    keys = ("takes", "up", "ON DELETE CASCADE", "keeps", "other", "ON DELETE RESTRICT")
    first, second = {"id": "1"}, {"id": "2"}
    child = {"b": [{"id": "3", "up": "1", "other": "2"}]}

    taken = say(lay, TWO_KEYS.format(*keys), {"a": [first, second], **child}, delete("a"))
    kept = say(lay, TWO_KEYS.format(*keys), {"a": [second, first], **child}, delete("a"))

    assert (taken, kept.by) == (rows(), "keeps")


def test_a_version_that_came_and_went_is_looked_at_again(lay):
    """
    A cascade rewrites a row whose new reference nobody has looked at yet, and it is still found.
    """
    ddl = (
        "CREATE TABLE a (id int PRIMARY KEY, up int REFERENCES a ON UPDATE CASCADE,"
        " other int CONSTRAINT other REFERENCES a ON UPDATE CASCADE)"
    )
    one = {"a": [{"id": "1", "up": "1", "other": "1"}]}

    left = say(lay, ddl, one, update("a", {"id": "7", "other": "8"}))

    assert left == Refused("other")


def test_rows_of_the_same_transaction_are_looked_at_sooner(lay):
    """
    A row that is updated and keeps its reference is looked at if it is new, and before a cascade.
    """
    ddl = "CREATE TABLE a (id int PRIMARY KEY, up int CONSTRAINT up REFERENCES a ON UPDATE CASCADE)"
    tables = {"a": [{"id": "1", "up": "2"}, {"id": "2", "up": "1"}]}
    change = update("a", {"id": "1"}, {"id": "7"})

    assert say(lay, ddl, tables, change) == rows(("a", "1", "7"), ("a", "7", "1"))
    assert say(lay, ddl, tables, change, commits=False) == Refused("up")


def test_another_row_may_come_into_the_place(lay):
    """
    NO ACTION lets a key be changed if another row takes it over in the same statement.
    """
    ddl = (
        "CREATE TABLE a (id int PRIMARY KEY, u int CONSTRAINT u UNIQUE);"
        "CREATE TABLE b (u int REFERENCES a (u))"
    )
    five, six, child = {"id": "1", "u": "5"}, {"id": "2", "u": "6"}, {"b": [{"u": "6"}]}
    to_six, to_seven = {"u": "6"}, {"u": "7"}

    moved = say(lay, ddl, {"a": [six, five], **child}, update("a", to_seven, to_six))
    met = say(lay, ddl, {"a": [five, six], **child}, update("a", to_six, to_seven))

    assert moved == rows(("a", "2", "7"), ("a", "1", "6"), ("b", "6"))
    # The first row meets its value before the second has left it.
    assert met == Refused("u", "23505")


def test_a_cascade_may_run_into_a_unique_index(lay):
    """
    Two children that fall back to one default meet in a column that must differ.
    """
    ddl = A + (
        "CREATE TABLE b (id int PRIMARY KEY, up int DEFAULT 3 CONSTRAINT alone UNIQUE"
        " REFERENCES a ON DELETE SET DEFAULT)"
    )
    children = [{"id": "1", "up": "1"}, {"id": "2", "up": "2"}]
    tables = {"a": [{"id": "1"}, {"id": "2"}, {"id": "3"}], "b": children}

    def first_two(chosen):
        parents = [row for row in chosen if row.table.name == "a"]
        return delete("a")(parents[:2])

    assert say(lay, ddl, tables, first_two) == Refused("alone", "23505")


def test_a_tree_goes_from_the_row_downwards(lay):
    """
    A self-referencing cascade takes children and grandchildren, not parents, and bystanders stay.
    """
    nodes = [(1, None), (2, 1), (3, 2), (4, 1), (5, None)]
    tables = {"a": [{"id": str(n), "up": up and str(up)} for n, up in nodes]}

    left = say(lay, TREE, tables, delete("a", id="2"))

    assert left == rows(("a", "1", None), ("a", "4", "1"), ("a", "5", None))


def test_a_circle_ends(lay):
    """
    Rows that point at each other, or at themselves, go together.
    """
    tables = {"a": [{"id": "1", "up": "2"}, {"id": "2", "up": "1"}, {"id": "3", "up": "3"}]}

    assert say(lay, TREE, tables, delete("a", id="1")) == rows(("a", "3", "3"))
    assert say(lay, TREE, tables, delete("a")) == rows()
