"""Graphs of rows: drawn from a catalogue alone, taken by the server, shrunk to the smallest."""

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from schemaproof.rows import NoRowFound, learn_patterns
from schemaproof.rows.graph import Loom
from schemaproof.rows.planting import SWEEP_AFTER
from schemaproof.rows.strategies import graphs, operations
from tests.harness.rows.fix_field import told
from tests.harness.rows.zoo import ZOO

# To explain a failure takes more time than to find it.
phases = (Phase.generate, Phase.shrink)
quick = settings(max_examples=300, database=None, derandomize=True, phases=phases)
relaxed = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


def of(graph, table):
    return [row.values for row in graph.rows if row.table.name == table]


@pytest.mark.parametrize("name", ZOO)
def test_every_row_arrives(lay, name):
    """
    The server takes each graph in one statement, and reads back as many rows as were given.
    """
    field = lay(ZOO[name])

    @settings(max_examples=15, suppress_health_check=relaxed)
    @given(graphs(field.patterns))
    def arrive(graph):
        with field.planting.planted(graph) as rows:
            assert len(rows) == len(graph.rows)
        assert field.planting.connection.info.transaction_status.name == "IDLE"

    arrive()


@pytest.mark.parametrize(
    ("name", "wanted", "rows"),
    [
        pytest.param(
            "trees", lambda g: any(n["up"] == n["id"] for n in of(g, "nodes")), 1, id="itself"
        ),
        pytest.param(
            "trees",
            lambda g: any(
                n["up"] == m["id"] != n["id"] == m["up"]
                for n in of(g, "nodes")
                for m in of(g, "nodes")
            ),
            2,
            id="each other",
        ),
        pytest.param("a circle of keys that are required", lambda g: of(g, "eggs"), 2, id="circle"),
        pytest.param(
            "tenants",
            lambda g: any(g["up"] not in (None, g["id"]) for g in of(g, "goods")),
            3,
            id="a composite reference to its own table",
        ),
        pytest.param(
            "all or nothing",
            lambda g: any(user["c"] and user["b"] for user in of(g, "users")),
            2,
            id="two keys on one column",
        ),
        pytest.param(
            "one to one and many to many",
            lambda g: len({tie["a"] for tie in of(g, "ties")}) == 2,
            6,
            id="two ties",
        ),
        pytest.param(
            "unique columns", lambda g: len(of(g, "people")) == 3 and of(g, "letters"), 4, id="NULL"
        ),
    ],
)
def test_what_is_wanted_is_found_and_shrunk_to_little(lay, name, wanted, rows):
    """
    Every way to point is drawn, and what is left of a graph is what the wanted thing needs.
    """
    field = lay(ZOO[name])

    smallest = find(graphs(field.patterns), wanted, settings=quick)

    assert len(smallest.rows) == rows


@pytest.mark.parametrize(
    ("name", "never"),
    [
        pytest.param(
            "one to one and many to many", lambda g: len(of(g, "c")) > len(of(g, "a")), id="alone"
        ),
        pytest.param("unique columns", lambda g: len({*map(str, of(g, "people"))}) > 9, id="many"),
        pytest.param(
            "all or nothing",
            lambda g: any((u["a"] is None) != (u["c"] is None) for u in of(g, "users")),
            id="half a reference that must be whole",
        ),
    ],
)
def test_what_cannot_be_is_not_drawn(lay, name, never):
    """
    Graphs keep to unique columns, to the labels of an enum and to MATCH FULL.
    """
    field = lay(ZOO[name])

    with pytest.raises(NoSuchExample):
        find(graphs(field.patterns), never, settings=quick)


def test_other_columns_hold_what_the_table_takes(lay):
    """
    States and extremes are drawn, one in a row that is plain otherwise; what is refused is not.
    """
    connection = lay(ZOO["shop"]).planting.connection
    catalog = lay(ZOO["shop"]).catalog
    patterns = learn_patterns(catalog, connection)

    states, totals, notes = set(), set(), set()

    @settings(quick, max_examples=150)
    @given(graphs(patterns))
    def collect(graph):
        states.update(row.get("state") for row in of(graph, "customers"))
        totals.update(row["total"] for row in of(graph, "orders"))
        notes.update(row.get("note") for row in of(graph, "lines"))

    collect()

    assert states == {None, "new", "active", "gone"}
    assert "99999999.99" in totals
    assert not {"0", "-99999999.99"} & totals
    assert "" in notes


@pytest.mark.parametrize(
    ("ddl", "told"),
    [
        pytest.param(
            "CREATE TABLE a (id int CONSTRAINT small CHECK (id < 10) PRIMARY KEY,"
            " up int REFERENCES a)",
            "small",
            id="a CHECK on a key",
        ),
        pytest.param(
            "CREATE TABLE a (id int PRIMARY KEY, up int NOT NULL UNIQUE REFERENCES a,"
            " CONSTRAINT other CHECK (up <> id))",
            "other",
            id="a CHECK on what must be",
        ),
        pytest.param(
            "CREATE TABLE a (id int PRIMARY KEY, n int NOT NULL,"
            " CONSTRAINT never CHECK (n > 0 AND n < 0), up int REFERENCES a)",
            "never",
            id="a CHECK that takes nothing",
        ),
        pytest.param(
            "CREATE TABLE a (id int, n int, PRIMARY KEY (id, n)) PARTITION BY LIST (n);"
            "CREATE TABLE a1 PARTITION OF a FOR VALUES IN (1)",
            "partitions",
            id="partitions",
        ),
        pytest.param(
            "CREATE TABLE a (id int PRIMARY KEY, up int GENERATED ALWAYS AS (id - 1) STORED"
            " REFERENCES a)",
            "up",
            id="a generated key",
        ),
        pytest.param(
            "CREATE TABLE a (id int PRIMARY KEY, up int REFERENCES a);"
            "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS"
            " 'BEGIN RAISE ''not today''; END';"
            "CREATE TRIGGER no BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION no()",
            "not today",
            id="a trigger",
        ),
    ],
)
def test_what_is_in_the_way_is_named(lay, ddl, told):
    """
    A graph that the server refuses is not passed over.
    """

    def plant():
        field = lay(ddl)
        graph = find(graphs(field.patterns), lambda graph: graph.rows, settings=quick)
        with field.planting.planted(graph):
            pass

    with pytest.raises(NoRowFound, match=told):
        plant()


def test_what_inherits_is_read_once(lay):
    """
    Rows of a table that inherits are no rows of its parent: no key of the parent sees them.
    """
    field = lay(
        "CREATE TABLE a (id int PRIMARY KEY, up int REFERENCES a);"
        "CREATE TABLE b (PRIMARY KEY (id), FOREIGN KEY (up) REFERENCES a) INHERITS (a)"
    )
    graph = field.graph(a=[{"id": "1", "up": None}], b=[{"id": "2", "up": "1"}])

    with field.planting.planted(graph) as rows:
        assert sorted((row.table.name, row.values["id"]) for row in rows) == [
            ("a", "1"),
            ("b", "2"),
        ]


def test_many_graphs_leave_no_litter(lay):
    """
    What is rolled back takes room, and is swept away before looking takes longer than planting.
    """
    field = lay(ZOO["trees"])
    nodes = [{"id": str(n), "up": None, "root": str(n), "next": None} for n in range(50)]
    graph = field.graph(nodes=nodes)

    for _ in range(SWEEP_AFTER + 1):
        with field.planting.planted(graph) as rows:
            assert len(rows) == 50

    size = field.planting.connection.execute("SELECT pg_relation_size('nodes')").fetchone()
    assert size[0] <= 4 * 8192


# Each changes what a key does, and leaves its declaration as it was; with what shows it, and with
# how many rows.
MEDDLERS = {
    "keeps the children": ("BEFORE DELETE ON b FOR EACH ROW", "RETURN NULL", "DELETE", 1),
    "lets go before the key is asked": (
        "BEFORE DELETE ON a FOR EACH ROW",
        "UPDATE b SET a = NULL WHERE a = OLD.id; RETURN OLD",
        "DELETE",
        2,
    ),
    "takes the children of what stays": (
        "AFTER UPDATE ON a FOR EACH ROW",
        "DELETE FROM b WHERE a = NEW.id; RETURN NULL",
        "UPDATE",
        3,
    ),
}


@pytest.mark.parametrize("meddler", MEDDLERS)
def test_a_key_that_a_trigger_changes_is_found(lay, meddler):
    """
    The law and the server part ways, and what is shown is as little as it takes.
    """
    when, body, verb, size = MEDDLERS[meddler]
    field = lay(
        "CREATE TABLE a (id int PRIMARY KEY);"
        "CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a"
        " ON DELETE CASCADE ON UPDATE CASCADE);"
        f"CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN {body}; END';"
        f"CREATE TRIGGER meddle {when} EXECUTE FUNCTION meddle()"
    )
    found = []

    @settings(quick, suppress_health_check=relaxed)
    @given(st.data())
    def hold(data):
        with field.planting.planted(data.draw(graphs(field.patterns))) as rows:
            if not rows:
                return
            operation = data.draw(operations(field.patterns, rows))
            law = told(operation.under(field.law, rows))
            server = told(field.planting.answer(operation))
            if law != server:
                found.append((str(operation).split()[0], len(rows)))
            assert law == server

    with pytest.raises(AssertionError):
        hold()

    shown, rows = found[-1]
    assert shown == f"<{verb}"
    assert rows <= size


def test_rows_that_call_for_each_other_come_to_an_end(lay):
    """
    Each row of the one table needs a row of the other of its own, and both need one of two flags.
    """
    field = lay(
        "CREATE TABLE flags (k bool PRIMARY KEY);"
        "CREATE TABLE ones (id int PRIMARY KEY, other int NOT NULL UNIQUE,"
        " k bool NOT NULL UNIQUE, CONSTRAINT z_k FOREIGN KEY (k) REFERENCES flags);"
        "CREATE TABLE others (id int PRIMARY KEY, one int NOT NULL UNIQUE,"
        " k bool NOT NULL UNIQUE, CONSTRAINT z_k FOREIGN KEY (k) REFERENCES flags,"
        " CONSTRAINT a_one FOREIGN KEY (one) REFERENCES ones);"
        "ALTER TABLE ones ADD CONSTRAINT a_other FOREIGN KEY (other) REFERENCES others"
    )
    ones = next(table for table in field.patterns if table.name == "ones")

    graph = Loom(field.patterns).weave({ones: [()] * 5})

    assert len(of(graph, "ones")) <= 2
