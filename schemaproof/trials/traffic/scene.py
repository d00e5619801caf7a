"""
Choose whose tables are used while a revision runs, and send users there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from schemaproof.catalog import Catalog, QualifiedName
from schemaproof.history import Revision, application_tables
from schemaproof.postgres import Database
from schemaproof.rows import Multiplied
from schemaproof.trials.traffic.requests import requests_of
from schemaproof.trials.traffic.users import Crowd

# Two threads for each table; with more of them the users would mostly wait for each other.
MOST_TABLES = 8


class Scene:
    """
    A database before a step: what it contains, and which tables the revision may touch.

    Args:
        catalog: What it contains.
        revision: The revision.
        grown: What has become of each table.
        after: What it will contain, where that is known.

    Attributes:
        catalog: What it contains.
        grown: What has become of each table.
        used: The tables that are used, those first that the revision names.
        left_out: The others.
        gone: Those that will not be there any more.
    """

    def __init__(
        self,
        catalog: Catalog,
        revision: Revision,
        grown: Mapping[QualifiedName, Multiplied],
        *,
        after: Catalog | None = None,
    ) -> None:
        self.catalog, self.grown = catalog, dict(grown)
        there = application_tables(catalog)
        stay = there if after is None else application_tables(after)
        tables = tuple(table for table in there if table in stay)
        self.gone = tuple(table for table in there if table not in stay)
        text = revision.path.read_text(encoding="utf-8")
        named = {table for table in tables if _is_named(table, text)}
        # A key locks both its ends.
        near = {key.target for table in named for key in catalog.foreign_keys_of(table)}
        near |= {key.table for table in named for key in catalog.foreign_keys_to(table)}
        ordered = sorted(tables, key=lambda table: (table not in named, table not in near, table))
        self.used, self.left_out = ordered[:MOST_TABLES], tuple(ordered[MOST_TABLES:])

    def crowd(self, database: Database) -> Crowd:
        """
        Return the users of a copy of the database.
        """
        with database.connect(autocommit=True) as connection:
            requests = [
                requests_of(table, self.catalog, connection, self.grown.get(table))
                for table in self.used
            ]
        return Crowd(database, requests)


def _is_named(table: QualifiedName, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(table.name)}(?!\w)", text) is not None
