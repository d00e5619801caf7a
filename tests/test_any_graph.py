"""
Whatever rows there are, and whatever is deleted or updated: the keys do what they declare.

The rows are drawn from the catalogue; what must be left is decided by the law of referential
actions. The guard of active projects alone comes before it, and only where there is one.
"""

from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from schemaproof.rows import Planting, Refused, law_of, learn_patterns
from schemaproof.rows.strategies import graphs, operations

GUARD = "tr_profiles_delete_guard"


@pytest.fixture
def field(schema_database, schema_catalog):
    """
    A private database with what is known of its rows: where graphs are planted, patterns, law.
    """
    with schema_database.connect(autocommit=True) as connection:
        patterns = learn_patterns(schema_catalog, connection)
        law = law_of(schema_catalog, connection, is_one_transaction=True)
        yield Planting(schema_catalog, connection), patterns, law


def told(answer):
    """
    Return the rows that are left in a form in which their order does not count, or the refusal.
    """
    if isinstance(answer, Refused):
        return answer
    return Counter((row.table.name, *row.values.values()) for row in answer)


def owners_of_active_projects(graph):
    return {
        row.values["user_id"]
        for row in graph.rows
        if row.table.name == "projects" and row.values.get("status", "active") == "active"
    }


def test_the_keys_do_what_they_declare(field):
    """A delete or update leaves what the keys say, unless it takes a profile at work."""
    planting, patterns, law = field

    @settings(
        max_examples=80,
        phases=(Phase.reuse, Phase.generate, Phase.shrink),
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(st.data())
    def hold(data):
        graph = data.draw(graphs(patterns))
        with planting.planted(graph) as rows:
            if not rows:
                return
            operation = data.draw(operations(patterns, rows))
            expected, answer = operation.under(law, rows), planting.answer(operation)
            at_work = owners_of_active_projects(graph)
            is_guarded = (
                operation.changes is None
                and operation.table.name == "profiles"
                and any(row.values["id"] in at_work for row in operation.rows)
            )
            event("guarded" if is_guarded else getattr(expected, "sqlstate", "rows are left"))
            if is_guarded:
                assert answer == Refused(GUARD, "23001")
            else:
                assert told(answer) == told(expected)

    hold()
