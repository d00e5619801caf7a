"""populate: every table has rows, or the reason why it has none is told."""

from schemaproof.catalog import QualifiedName, snapshot
from schemaproof.rows import populate

SCHEMA = """
CREATE TABLE parents (id int PRIMARY KEY, name text NOT NULL UNIQUE);
CREATE TABLE children (id serial PRIMARY KEY, parent_id int NOT NULL REFERENCES parents);
CREATE TABLE left_alone (id int);
CREATE TABLE impossible (n int NOT NULL CONSTRAINT never CHECK (n > 0 AND n < 0));
"""


def named(table):
    return QualifiedName("public", table)


def test_every_table_has_rows_or_a_reason(schema_databases):
    """
    One table that takes no row does not keep the others empty.
    """
    with schema_databases.clone() as database, database.connect(autocommit=True) as connection:
        connection.execute(SCHEMA)

        refused = populate(snapshot(connection), connection, rows=3, skip=[named("left_alone")])

        counts = {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("parents", "children", "left_alone", "impossible")
        }
    assert [(table, "never" in why) for table, why in refused.items()] == [
        (named("impossible"), True)
    ]
    assert counts["children"] == 3
    assert counts["parents"] >= 3
    assert (counts["left_alone"], counts["impossible"]) == (0, 0)
