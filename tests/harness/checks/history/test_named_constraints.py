"""history/named-constraints: revisions that rely on a name that PostgreSQL made up."""

import pytest

from tests.harness.miniature import NO_MODELS, Step, miniature

CHECK = "history/named-constraints"

TABLES = Step(
    up="""
    CREATE TABLE customers (id int PRIMARY KEY, email text UNIQUE);
    CREATE TABLE orders (
        id int CONSTRAINT orders_pkey PRIMARY KEY, customer_id int REFERENCES customers,
        a int CHECK (a IS NOT NULL), b int
    );
    CREATE INDEX ON orders (a, b);
    CREATE TABLE "Order Items" (id int PRIMARY KEY, "100%" int UNIQUE);
    CREATE TABLE pets (a int, b int);
    CREATE INDEX pets_a_idx ON pets (a)
    """,
    down='DROP TABLE pets, "Order Items", orders, customers',
)
# What a revision does, what it is told of, and how.
RELYING = {
    "foreign key": (
        "python:op.drop_constraint('orders_customer_id_fkey', 'orders')",
        "orders_customer_id_fkey",
        "drops the foreign key orders_customer_id_fkey of orders",
    ),
    "primary key": (
        "ALTER TABLE customers DROP CONSTRAINT customers_pkey CASCADE",
        "customers_pkey",
        "drops the primary key customers_pkey of customers",
    ),
    "unique constraint": (
        "ALTER TABLE customers DROP CONSTRAINT IF EXISTS customers_email_key",
        "customers_email_key",
        "drops the unique constraint customers_email_key of customers",
    ),
    "check": (
        "ALTER TABLE orders DROP CONSTRAINT orders_a_check",
        "orders_a_check",
        "drops the check constraint orders_a_check of orders",
    ),
    "index": ("DROP INDEX orders_a_b_idx", "orders_a_b_idx", "drops the index orders_a_b_idx"),
    "altered": (
        "ALTER TABLE orders ALTER CONSTRAINT orders_customer_id_fkey DEFERRABLE",
        "orders_customer_id_fkey",
        "alters the foreign key orders_customer_id_fkey of orders",
    ),
    "made anew under that name": (
        "ALTER TABLE orders DROP CONSTRAINT orders_a_check, "
        "ADD CONSTRAINT orders_a_check CHECK (a > 0) NOT VALID",
        "orders_a_check",
        "alters the check constraint orders_a_check of orders",
    ),
    "odd name": (
        'ALTER TABLE "Order Items" DROP CONSTRAINT "Order Items_100%_key"',
        "Order Items_100%_key",
        'drops the unique constraint "Order Items_100%_key" of Order Items',
    ),
}


@pytest.mark.parametrize("case", RELYING)
def test_who_relies_on_a_name_that_was_made_up_is_told(tmp_path, bench, case):
    """
    The revision is named at its line, with the object and the revision that gave it no name.
    """
    up, name, told = RELYING[case]
    project = bench(miniature(tmp_path, revisions=[TABLES, Step(up=up, down=None)]))

    (found,) = project.violations(CHECK)

    assert (found.where, found.revision) == (f"r2: {name}", "r2")
    assert told in found.found
    assert found.found.endswith("by a name that PostgreSQL made up in r1")
    assert (found.location.file.stem, found.location.line) == ("r2_step", 12)


def test_a_downgrade_that_relies_on_one_is_told(tmp_path, bench):
    """
    What autogenerate leaves nameless is often dropped by the name that somebody saw.
    """
    step = Step(
        up="python:op.create_unique_constraint(None, 'pets', ['a', 'b'])",
        down="python:op.drop_constraint('pets_a_b_key', 'pets')",
    )
    project = bench(miniature(tmp_path, revisions=[TABLES, step]))

    (found,) = project.violations(CHECK)

    assert found.where == "r2: pets_a_b_key"
    assert "made up in r2" in found.found
    assert found.location.line == 15


def test_a_renamed_table_keeps_what_was_made_up(tmp_path, bench):
    """
    The name of a table that is gone is the clearest case.
    """
    steps = [
        "ALTER TABLE customers RENAME TO people",
        "ALTER TABLE people DROP CONSTRAINT customers_email_key",
    ]
    project = bench(
        miniature(tmp_path, revisions=[TABLES, *(Step(up=up, down=None) for up in steps)])
    )

    (found,) = project.violations(CHECK)

    assert found.where == "r3: customers_email_key"
    assert "made up in r1" in found.found


NAMED = {
    "given, though PostgreSQL would have chosen the same": [
        "ALTER TABLE orders DROP CONSTRAINT orders_pkey",
        "DROP INDEX pets_a_idx",
    ],
    "given by a naming convention": [
        """python:
        convention = {"uq": "%(table_name)s_%(column_0_name)s_key"}
        table = sa.Table(
            "dogs", sa.MetaData(naming_convention=convention),
            sa.Column("name", sa.Text, unique=True),
        )
        table.create(op.get_bind())
        """,
        "ALTER TABLE dogs DROP CONSTRAINT dogs_name_key",
    ],
    "goes with its column": ["ALTER TABLE customers DROP COLUMN email"],
    "goes with its table": ["DROP TABLE orders"],
    "goes with its table, in Python": ["python:op.drop_table('Order Items')"],
    "given a name first": [
        "ALTER TABLE orders RENAME CONSTRAINT orders_customer_id_fkey TO fk_orders_customers;",
        "ALTER INDEX orders_a_b_idx RENAME TO ix_orders_a_b",
        "ALTER TABLE orders DROP CONSTRAINT fk_orders_customers; DROP INDEX ix_orders_a_b",
    ],
    "looked up": [
        """python:
        (key,) = sa.inspect(op.get_bind()).get_foreign_keys("orders")
        op.drop_constraint(key["name"], "orders")
        """,
        """python:
        name = op.get_bind().scalar(
            sa.text("SELECT conname FROM pg_constraint WHERE conname LIKE 'customers_email%'")
        )
        op.execute(f"ALTER TABLE customers DROP CONSTRAINT {name}")
        """,
    ],
    "goes with what it refers to": ["ALTER TABLE customers DROP CONSTRAINT IF EXISTS nothing"],
    "a like one": [
        "ALTER TABLE pets ADD CONSTRAINT my_customers_email_key UNIQUE (a)",
        "ALTER TABLE pets DROP CONSTRAINT my_customers_email_key;"
        "ALTER TABLE customers DROP COLUMN email",
    ],
}


@pytest.mark.parametrize("case", NAMED)
def test_who_uses_given_names_is_proved(tmp_path, bench, case):
    """
    A name that a statement spelled is given, whatever it looks like; what goes needs none.
    """
    steps = [Step(up=up, down=None) for up in NAMED[case]]
    project = bench(miniature(tmp_path, models=NO_MODELS, revisions=[TABLES, *steps]))

    proof = project.proof(CHECK)

    assert (proof.status, proof.violations) == ("proved", ())


def test_what_is_given_again_is_given(tmp_path, bench):
    """
    A constraint that was made anew with its name spelled belongs to the project from then on.
    """
    steps = [
        RELYING["made anew under that name"][0],
        "ALTER TABLE orders DROP CONSTRAINT orders_a_check",
    ]
    project = bench(
        miniature(tmp_path, revisions=[TABLES, *(Step(up=up, down=None) for up in steps)])
    )

    assert [one.where for one in project.violations(CHECK)] == ["r2: orders_a_check"]


def test_what_was_never_reached_is_no_business_of_this_check(tmp_path, bench):
    """
    Above a revision that raises nothing is claimed.
    """
    up = RELYING["index"][0]
    project = bench(miniature(tmp_path, revisions=[TABLES, Step(up="SELECT 1/0"), Step(up=up)]))

    assert project.violations(CHECK) == []
