"""history/blocking-locks: what blocks others while a whole table is read or rewritten."""

import pytest

from tests.harness.miniature import Step, miniature

CHECK = "history/blocking-locks"

TABLES = Step(
    up="""
    CREATE SCHEMA shop;
    CREATE TABLE customers (
        id serial PRIMARY KEY, name varchar(20) NOT NULL, born date,
        age int CONSTRAINT aged CHECK (age IS NOT NULL)
    );
    CREATE TABLE orders (id serial PRIMARY KEY, customer_id int, note text, amount int NOT NULL);
    CREATE INDEX orders_amount ON orders (amount);
    CREATE TABLE shop."Order Items" (id int PRIMARY KEY, "100%" int NOT NULL);
    CREATE TABLE settings (key text PRIMARY KEY, value text NOT NULL);
    CREATE TABLE events (id int NOT NULL, day int NOT NULL) PARTITION BY RANGE (day);
    CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (-2147483648) TO (100);
    CREATE TABLE events_2 (id int NOT NULL, day int NOT NULL CHECK (day >= 100 AND day < 200));
    CREATE MATERIALIZED VIEW totals AS SELECT customer_id, sum(amount) FROM orders GROUP BY 1
    """,
    down="DROP MATERIALIZED VIEW totals; DROP TABLE events_2, events, settings, orders, customers;"
    "DROP SCHEMA shop CASCADE",
)
ITEMS = 'shop."Order Items"'
AE, SRE, SHARE = "ACCESS EXCLUSIVE", "SHARE ROW EXCLUSIVE", "SHARE"
BOTH, WRITES = "reads and writes", "writes"


def each(*statements):
    """A body that sends the statements one by one, from the file's ninth line on."""
    return "python:" + "\n".join(f"op.execute(sa.text({one!r}))" for one in statements)


def apart(*statements):
    """A body that sends each statement as a transaction of its own."""
    lines = "\n".join(f"    op.execute(sa.text({one!r}))" for one in statements)
    return f"python:with op.get_context().autocommit_block():\n{lines}"
