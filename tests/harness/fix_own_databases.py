"""
Databases that belong to one module of tests, and the plans of queries in them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from sqlalchemy import create_engine

from schemaproof.catalog import snapshot
from schemaproof.plans import Plan, explained
from schemaproof.postgres import Database, Databases, Server, new_prefix
from schemaproof.rows import Shapes
from schemaproof.scaling.sizes import Sizes


@pytest.fixture(scope="module")
def own_databases(schema_server: Server) -> Iterator[Databases]:
    """
    Throwaway databases of one module's own, on the run's server; dropped after it.
    """
    own = Databases(schema_server, prefix=new_prefix())
    yield own
    own.close()


def built(databases: Databases, label: str, *statements: str) -> Database:
    """
    Return a template that statements make, without rows.
    """

    def build(database: Database) -> None:
        with database.connect(autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    return databases.template(label, build)


def sizes_of(databases: Databases, template: Database) -> Sizes:
    """
    Return the sizes that a template's tables can be posed at.
    """
    with databases.copied(template) as database, database.connect() as connection:
        catalog = snapshot(connection)
    return Sizes(template, databases, catalog, Shapes())


def planned(database: Database, queries: Iterable[str]) -> list[Plan]:
    """
    Return how a database would run each query.
    """
    engine = create_engine(database.url)
    with engine.connect() as connection:
        found = [explained(connection, query).plan for query in queries]
    engine.dispose()
    return found
