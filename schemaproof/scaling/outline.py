"""
Plan a query at sizes that many queries share, without a look at what lies between them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy.exc import DBAPIError

from schemaproof.errors import SchemaproofError
from schemaproof.scaling.asker import Terms
from schemaproof.scaling.flips import AtSize
from schemaproof.scaling.growth import Growth, growth_of
from schemaproof.scaling.planning import Planning
from schemaproof.workload import Query

# From a table that fits into memory whichever way it is read, to one that does not.
DECADES = (1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9)


def outlined(planning: Planning, queries: Sequence[Query], *, server: str) -> Iterator[Growth]:
    """
    Yield how each query is planned at every power of ten, and at the sizes that it declares.

    A query that the server cannot plan is left out: a check tells why.

    Args:
        planning: Where they are planned.
        queries: The queries.
        server: Which server that is, for people.
    """
    for query in queries:
        sizes = tuple(sorted({*DECADES, *query.sizes}))
        try:
            found = [
                AtSize(
                    rows=rows,
                    explanation=planning.explained(query, rows),
                    volumes=planning.volumes(rows),
                )
                for rows in sizes
            ]
            yield growth_of(planning, query, Terms(sizes=sizes), found, server)
        except (SchemaproofError, DBAPIError):
            continue
