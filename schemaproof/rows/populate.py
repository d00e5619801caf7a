"""
Put rows into every table of a database, so that what runs on it meets data.
"""

from __future__ import annotations

from collections.abc import Iterable

import psycopg

from schemaproof.catalog import Catalog, QualifiedName
from schemaproof.postgres import Connection
from schemaproof.rows.maker import RowMaker
from schemaproof.rows.shapes import NoRowFound


def populate(
    catalog: Catalog, connection: Connection, *, rows: int = 2, skip: Iterable[QualifiedName] = ()
) -> dict[QualifiedName, str]:
    """
    Insert ``rows`` rows into every table that takes them, with the parents they need.

    Args:
        catalog: What the connection's database contains.
        connection: Where they are inserted; what is inserted is committed.
        rows: How many, for each table; as a parent, a table may get more.
        skip: Tables to leave alone.

    Returns:
        The tables that stayed as they were, and for each what refused its rows.
    """
    left_alone = {*skip}
    refused: dict[QualifiedName, str] = {}
    with connection.transaction():
        maker = RowMaker(catalog=catalog, connection=connection, with_states=False)
        for table in catalog.tables:
            if table.qualified_name in left_alone or table.form == "foreign":
                continue
            try:
                with connection.transaction():
                    for _ in range(rows):
                        maker.insert(table.qualified_name)
            except (NoRowFound, psycopg.Error) as error:
                refused[table.qualified_name] = " ".join(str(error).split())
    return refused
