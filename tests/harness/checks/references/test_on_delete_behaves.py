"""references/on-delete-behaves: keys that keep their word, and keys that do not."""

import pytest

from tests.harness.miniature import miniature

CHECK = "references/on-delete-behaves"

LONG = "x" * 63

MODELS = """
class Base(DeclarativeBase):
    pass

class Customer(Base):
    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(primary_key=True)

class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[{type}] = mapped_column(ForeignKey("customers.id", {ondelete}))
"""

TABLES = """
CREATE TABLE customers (id serial PRIMARY KEY);
CREATE TABLE orders (
    id serial PRIMARY KEY,
    customer_id int {column} CONSTRAINT orders_fk REFERENCES customers {action}
);
"""


def models(action, optional=True):
    return MODELS.format(
        type="int | None" if optional else "int",
        ondelete=f"ondelete={action!r}" if action else "",
    )


def tables(action, column=""):
    return TABLES.format(action=f"ON DELETE {action}" if action else "", column=column)


def prove(bench, tmp_path, source, ddl, key="orders.customer_id"):
    return bench(miniature(tmp_path, models=source, revisions=[ddl])).proof(CHECK, key)


@pytest.mark.parametrize(
    ("action", "column", "seen"),
    [
        pytest.param("CASCADE", "NOT NULL", "CASCADE: 3 rows of 2 tables go", id="CASCADE"),
        pytest.param("SET NULL", "", "SET NULL: 1 rows of 1 tables go", id="SET NULL"),
        pytest.param("SET DEFAULT", "", "SET DEFAULT: 1 rows of 1 tables go", id="SET DEFAULT"),
        pytest.param("RESTRICT", "NOT NULL", "RESTRICT", id="RESTRICT"),
        pytest.param("NO ACTION", "NOT NULL", "NO ACTION", id="NO ACTION"),
        pytest.param(None, "NOT NULL", "NO ACTION", id="none given"),
        pytest.param("CASCADE DEFERRABLE INITIALLY DEFERRED", "", "CASCADE: 3", id="deferred"),
        pytest.param("NO ACTION DEFERRABLE INITIALLY DEFERRED", "", "NO ACTION", id="at commit"),
    ],
)
def test_each_action_that_is_kept_is_proved(tmp_path, bench, action, column, seen):
    """
    The parent goes, or stays, and its children with it, just as the key declares.
    """
    declared = action.partition(" DEFERRABLE")[0] if action else None
    source = models(declared, optional=not column)
    proof = prove(bench, tmp_path, source, tables(action, column))

    assert proof.violations == ()
    assert proof.status == "proved"
    assert proof.seen[0].startswith(seen)


@pytest.mark.parametrize(
    ("declared", "made", "found"),
    [
        pytest.param("CASCADE", "NO ACTION", "is refused by constraint orders_fk", id="too weak"),
        pytest.param("CASCADE", "SET NULL", "leaves 2 rows of orders that must go", id="lets go"),
        pytest.param("RESTRICT", "CASCADE", "deletes the parent", id="too strong"),
        pytest.param(None, "CASCADE", "deletes the parent", id="in the migration only"),
        pytest.param(
            "SET NULL",
            "CASCADE",
            "leaves 1 of the 3 rows of orders that must stay",
            id="loses rows",
        ),
    ],
)
def test_an_action_that_differs_is_a_violation(tmp_path, bench, declared, made, found):
    """
    Where models and migrations disagree, it is told what the delete did instead.
    """
    (violation,) = prove(bench, tmp_path, models(declared), tables(made)).violations

    assert violation.where == "orders.customer_id"
    assert f"declare ON DELETE {declared or 'NO ACTION'}, but" in violation.found
    assert found in violation.found
    assert violation.fix.startswith("In a new revision drop orders_fk")
    assert violation.location is not None
    line = violation.location.file.read_text().splitlines()[violation.location.line - 1]
    assert "customer_id" in line


@pytest.mark.parametrize("check", [CHECK, "references/orphan-insert-rejected"])
def test_a_key_that_no_migration_makes_is_a_violation(tmp_path, bench, check):
    """
    What the models alone promise is a claim too, and a broken one.
    """
    ddl = tables("CASCADE").replace(
        "CONSTRAINT orders_fk REFERENCES customers ON DELETE CASCADE", ""
    )
    project = bench(miniature(tmp_path, models=models("CASCADE"), revisions=[ddl]))

    (violation,) = project.proof(check, "orders.customer_id").violations

    assert "the migrations make none" in violation.found


def test_a_default_that_names_a_parent_is_where_the_children_go(tmp_path, bench):
    """
    SET DEFAULT leaves the children with the default's parent.
    """
    ddl = tables("SET DEFAULT", "DEFAULT -1") + "INSERT INTO customers VALUES (-1);"
    proof = prove(bench, tmp_path, models("SET DEFAULT"), ddl)

    assert proof.violations == ()
    assert "SET DEFAULT" in proof.seen[0]


def test_set_null_on_a_column_that_may_not_be_null_is_a_violation(tmp_path, bench):
    """
    PostgreSQL takes the declaration and refuses every delete.
    """
    source = models("SET NULL", optional=False)
    (violation,) = prove(bench, tmp_path, source, tables("SET NULL", "NOT NULL")).violations

    assert "23502" in violation.found


def test_set_default_to_a_row_that_is_not_there_is_a_violation(tmp_path, bench):
    """
    A default that names no parent makes SET DEFAULT refuse the delete.
    """
    source = models("SET DEFAULT", optional=False)
    ddl = tables("SET DEFAULT", "NOT NULL DEFAULT 0")
    (violation,) = prove(bench, tmp_path, source, ddl).violations

    assert "is refused by constraint orders_fk (23503)" in violation.found


GUARD = """
ALTER TABLE customers ADD state text NOT NULL DEFAULT 'new'
    CHECK (state IN ('new', 'active', 'gone'));
CREATE FUNCTION keep_active() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {condition} THEN
        RAISE EXCEPTION 'customer % is active', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER guard BEFORE DELETE ON customers FOR EACH ROW EXECUTE FUNCTION keep_active()
"""


@pytest.mark.parametrize(
    ("condition", "refused"),
    [
        pytest.param("OLD.state = 'active'", ["active"], id="one state"),
        pytest.param("OLD.state <> 'gone'", ["active", "new"], id="all states but one"),
    ],
)
def test_a_guard_that_refuses_some_states_is_evidence(tmp_path, bench, condition, refused):
    """
    Each state that refuses the delete is named with the function; the key itself is proved.
    """
    ddl = tables("CASCADE") + GUARD.format(condition=condition)
    proof = prove(bench, tmp_path, models("CASCADE"), ddl)

    assert proof.status == "proved"
    for state in ("new", "active", "gone"):
        told = (
            f"refused while customers.state = '{state}' by trigger function keep_active() (23001)"
        )
        assert (told.replace("()", "") in proof.seen[0].replace("()", "")) is (state in refused)


def test_a_guard_that_refuses_always_is_a_violation(tmp_path, bench):
    """
    A cascade that no state lets through is no cascade.
    """
    ddl = tables("CASCADE") + GUARD.format(condition="true")
    (violation,) = prove(bench, tmp_path, models("CASCADE"), ddl).violations

    assert "is refused in every state by trigger function keep_active" in violation.found


def test_a_state_that_cannot_be_planted_is_passed_over(tmp_path, bench):
    """
    States that a trigger or a unique index keeps out of the table do not end the trial.
    """
    ddl = tables("CASCADE") + (
        "ALTER TABLE customers ADD is_house boolean NOT NULL DEFAULT false;"
        "CREATE UNIQUE INDEX one_house ON customers (is_house) WHERE is_house;"
        "ALTER TABLE orders ADD state text NOT NULL DEFAULT 'a' CHECK (state IN ('a', 'b', 'c'));"
        "CREATE FUNCTION no_b() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF NEW.state = 'b' THEN RAISE 'no b' USING ERRCODE = 'check_violation'; END IF;"
        " RETURN NEW; END $$;"
        "CREATE TRIGGER no_b BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION no_b()"
    )
    proof = prove(bench, tmp_path, models("CASCADE"), ddl)

    assert (proof.status, proof.violations) == ("proved", ())
    assert proof.seen[0].endswith("in each of 3 states")


def test_every_label_of_an_enum_is_tried(tmp_path, bench):
    """
    An enum type is an enumeration like any CHECK … IN.
    """
    ddl = tables("CASCADE") + (
        "CREATE TYPE mood AS ENUM ('glad', 'sad');"
        "ALTER TABLE orders ADD mood mood NOT NULL DEFAULT 'glad'"
    )
    proof = prove(bench, tmp_path, models("CASCADE"), ddl)

    assert proof.seen[0].endswith("in each of 2 states")


def test_a_table_that_takes_no_row_is_skipped(tmp_path, bench):
    """
    Where a CHECK cannot be satisfied nothing was proved, and the CHECK is named.
    """
    ddl = tables("CASCADE") + (
        "ALTER TABLE orders ADD n int NOT NULL, ADD CONSTRAINT no_such CHECK (n > 0 AND n < 0)"
    )
    proof = prove(bench, tmp_path, models("CASCADE"), ddl)

    assert (proof.status, proof.violations) == ("skipped", ())
    assert "no_such" in proof.skipped


# No models: the catalogue's own word is what the key is held to, in raw SQL.
ALONE = {
    "composite": (
        "CREATE TABLE orders (a int, b text, PRIMARY KEY (a, b));"
        "CREATE TABLE lines (id serial PRIMARY KEY, a int, b text,"
        " FOREIGN KEY (a, b) REFERENCES orders ON DELETE CASCADE)",
        "lines.(a, b)",
        "CASCADE: 3 rows of 2 tables go",
    ),
    "SET NULL of one column": (
        "CREATE TABLE orders (tenant int, id int, PRIMARY KEY (tenant, id));"
        "CREATE TABLE lines (tenant int NOT NULL, n serial, order_id int, PRIMARY KEY (tenant, n),"
        " FOREIGN KEY (tenant, order_id) REFERENCES orders ON DELETE SET NULL (order_id))",
        "lines.(tenant, order_id)",
        "SET NULL: 1 rows of 1 tables go",
    ),
    "itself": (
        "CREATE TABLE nodes (id serial PRIMARY KEY, up int REFERENCES nodes ON DELETE CASCADE)",
        "nodes.up",
        "CASCADE: 3 rows of 1 tables go",
    ),
    "cycle": (
        "CREATE TABLE a (id serial PRIMARY KEY, b_id int);"
        "CREATE TABLE b (id serial PRIMARY KEY, a_id int REFERENCES a ON DELETE CASCADE);"
        "ALTER TABLE a ADD FOREIGN KEY (b_id) REFERENCES b ON DELETE SET NULL",
        "b.a_id",
        "CASCADE: 3 rows of 2 tables go",
    ),
    "two levels": (
        "CREATE TABLE a (id serial PRIMARY KEY);"
        "CREATE TABLE b (id serial PRIMARY KEY, a_id int REFERENCES a ON DELETE CASCADE);"
        "CREATE TABLE c (id serial PRIMARY KEY, b_id int REFERENCES b ON DELETE CASCADE);"
        "CREATE TABLE d (c_id int REFERENCES c ON DELETE SET NULL)",
        "b.a_id",
        "CASCADE: 4 rows of 3 tables go",
    ),
    "restricted below": (
        "CREATE TABLE a (id serial PRIMARY KEY);"
        "CREATE TABLE b (id serial PRIMARY KEY, a_id int REFERENCES a ON DELETE CASCADE);"
        "CREATE TABLE c (b_id int REFERENCES b ON DELETE RESTRICT)",
        "b.a_id",
        "CASCADE",
    ),
    "tenants": (
        "CREATE TABLE tenants (id int PRIMARY KEY);"
        "CREATE TABLE orders (tenant int NOT NULL REFERENCES tenants ON DELETE CASCADE, id int,"
        " PRIMARY KEY (tenant, id));"
        "CREATE TABLE goods (tenant int NOT NULL REFERENCES tenants ON DELETE CASCADE, id int,"
        " PRIMARY KEY (tenant, id));"
        "CREATE TABLE lines (tenant int NOT NULL, order_id int NOT NULL, good_id int NOT NULL,"
        " FOREIGN KEY (tenant, order_id) REFERENCES orders ON DELETE CASCADE,"
        " FOREIGN KEY (tenant, good_id) REFERENCES goods ON DELETE CASCADE)",
        "lines.(tenant, good_id)",
        "CASCADE: 3 rows of 2 tables go",
    ),
    "to a unique column that may be NULL": (
        "CREATE TABLE customers (email text UNIQUE);"
        "CREATE TABLE orders (email text REFERENCES customers (email) ON DELETE CASCADE)",
        "orders.email",
        "CASCADE: 3 rows of 2 tables go",
    ),
    "no primary keys": (
        "CREATE TABLE customers (n int NOT NULL UNIQUE, name text);"
        "CREATE TABLE orders (n int REFERENCES customers (n) ON DELETE SET NULL, total int)",
        "orders.n",
        "SET NULL: 1 rows of 1 tables go",
    ),
    "quoted names": (
        'CREATE TABLE "Order Items" ("select" serial PRIMARY KEY);'
        f'CREATE TABLE "{LONG}" ("Order Id" int REFERENCES "Order Items" ON DELETE CASCADE)',
        f"{LONG}.Order Id",
        "CASCADE: 3 rows of 2 tables go",
    ),
    "names that look like placeholders": (
        """CREATE TYPE "t%s" AS ENUM ('on', 'off');"""
        'CREATE TABLE "50%" ("%(id)s" serial PRIMARY KEY, "{}" "t%s" NOT NULL);'
        'CREATE TABLE "%s" ("%d" int REFERENCES "50%" ON DELETE CASCADE CHECK ("%d" > 0))',
        "%s.%d",
        "CASCADE: 3 rows of 2 tables go",
    ),
    "another schema": (
        "CREATE TABLE public.parts (id serial PRIMARY KEY);"
        "CREATE TABLE lines (order_id int REFERENCES public.parts ON DELETE CASCADE)",
        "lines.order_id",
        "CASCADE: 3 rows of 2 tables go",
    ),
    "two keys on one column": (
        "CREATE TABLE a (id serial PRIMARY KEY); CREATE TABLE b (a_id int);"
        # The first that was made has taken the rows away before the second is asked.
        "ALTER TABLE b ADD CONSTRAINT z_takes FOREIGN KEY (a_id) REFERENCES a ON DELETE CASCADE;"
        "ALTER TABLE b ADD CONSTRAINT a_keeps FOREIGN KEY (a_id) REFERENCES a ON DELETE RESTRICT",
        "b.a_id",
        "RESTRICT: ",
    ),
    "keys of one name": (
        "CREATE TABLE a (id serial PRIMARY KEY);"
        "CREATE TABLE b (id serial PRIMARY KEY,"
        " a_id int CONSTRAINT up REFERENCES a ON DELETE CASCADE);"
        "CREATE TABLE c (b_id int CONSTRAINT up REFERENCES b ON DELETE CASCADE)",
        "b.a_id",
        "CASCADE: 4 rows of 3 tables go",
    ),
    "domain over uuid": (
        "CREATE DOMAIN key AS uuid; CREATE TABLE a (id key PRIMARY KEY);"
        "CREATE TABLE b (a_id key REFERENCES a ON DELETE CASCADE)",
        "b.a_id",
        "CASCADE: 3 rows of 2 tables go",
    ),
}


@pytest.fixture(scope="module")
def alone(tmp_path_factory, bench_for_module):
    """
    One project that holds all of them, each in a schema of its own.
    """
    revisions = [
        f'CREATE SCHEMA "{name}"; SET LOCAL search_path TO "{name}"; {ddl}; RESET search_path'
        for name, (ddl, _, _) in ALONE.items()
    ]
    return bench_for_module(miniature(tmp_path_factory.mktemp("alone"), revisions=revisions))


@pytest.mark.parametrize("name", ALONE)
def test_keys_of_every_form_are_proved(alone, name):
    """
    Without models the catalogue's own word counts, and the evidence counts the rows that went.
    """
    _, key, seen = ALONE[name]

    proof = alone.proof(CHECK, f"{name}.{key}")

    assert (proof.violations, proof.skipped) == ((), None)
    assert proof.seen[0].startswith(seen)


def test_a_key_that_is_not_enforced_is_a_violation(tmp_path, bench, schema_server):
    """
    A key that PostgreSQL 18 declares and does not enforce leaves its children behind.
    """
    if schema_server.version < 180000:
        pytest.skip("NOT ENFORCED is new in PostgreSQL 18")
    ddl = tables("CASCADE NOT ENFORCED")
    (violation,) = prove(bench, tmp_path, models("CASCADE"), ddl).violations

    assert "leaves 2 rows of orders that must go" in violation.found


def test_a_rule_that_swallows_the_delete_is_a_violation(tmp_path, bench):
    """
    A rule between the key and its children is seen by the rows that stay.
    """
    ddl = tables("CASCADE") + "CREATE RULE keep AS ON DELETE TO orders DO INSTEAD NOTHING"
    found = prove(bench, tmp_path, models("CASCADE"), ddl).violations

    assert found
    assert "orders" in found[0].found


def test_orders_outlive_their_customer(tmp_path, bench):
    """
    The harm is real: the model says CASCADE, the database says SET NULL, and the order stays.
    """
    project = bench(miniature(tmp_path, models=models("CASCADE"), revisions=[tables("SET NULL")]))

    with project.connection() as connection:
        connection.execute("INSERT INTO customers DEFAULT VALUES")
        connection.execute("INSERT INTO orders (customer_id) VALUES (1)")
        connection.execute("DELETE FROM customers")
        rows = connection.execute("SELECT customer_id FROM orders").fetchall()

    assert rows == [(None,)]
    assert project.violations(CHECK)
