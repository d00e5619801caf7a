"""
Fill materialised views as production does, from tables that fit together.

A sample of each table, drawn for itself, finds no partners in the others, and has fewer children
to a parent than there are. So the views are filled from tables that are smaller by one factor.

Source: https://www.postgresql.org/docs/current/sql-refreshmaterializedview.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import psycopg
from psycopg import sql

from schemaproof.catalog import Catalog, QualifiedName
from schemaproof.errors import first_line
from schemaproof.postgres import Connection
from schemaproof.rows import Volume

Volumes = Mapping[QualifiedName, Volume]

# One that reads another was made after it.
IN_ORDER = (
    "SELECT nspname, relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace"
    " WHERE relkind = 'm' ORDER BY c.oid"
)


def divided(
    volumes: Volumes, catalog: Catalog
) -> tuple[dict[QualifiedName, Volume], dict[QualifiedName, Volume]]:
    """
    Return what tables and what materialised views are to hold.
    """
    views = {view.qualified_name for view in catalog.views if view.is_materialized}
    return (
        {name: each for name, each in volumes.items() if name not in views},
        {name: each for name, each in volumes.items() if name in views},
    )


def shrunken(tables: Volumes, most: int) -> dict[QualifiedName, Volume]:
    """
    Return volumes of which the largest has at most ``most`` rows, the others as many to each.
    """
    factor = min(1.0, most / max((each.rows for each in tables.values()), default=1))
    return {
        name: replace(each, rows=max(1, round(each.rows * factor))) for name, each in tables.items()
    }


def refresh(connection: Connection) -> dict[QualifiedName, str]:
    """
    Fill every materialised view from what the tables hold, and let the server look at them.

    Returns:
        For each that stays empty, why.
    """
    refused: dict[QualifiedName, str] = {}
    for name in [QualifiedName(*row) for row in connection.execute(IN_ORDER)]:
        view = sql.Identifier(*name)
        try:
            connection.execute(sql.SQL("REFRESH MATERIALIZED VIEW {}").format(view))
            # Blocks that were made ahead go, which are many in a small view.
            connection.execute(sql.SQL("VACUUM (ANALYZE) {}").format(view))
        except psycopg.Error as error:
            refused[name] = first_line(error)
            continue
        if not connection.execute(sql.SQL("SELECT FROM {} LIMIT 1").format(view)).rowcount:
            refused[name] = "its query finds nothing in the rows that were made"
    return refused
