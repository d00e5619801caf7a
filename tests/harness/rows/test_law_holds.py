"""The law against the server: on keys of every form, any graph, any delete, any update."""

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from schemaproof.rows.strategies import graphs, operations
from tests.harness.rows.key_schemas import key_schemas
from tests.harness.rows.zoo import ZOO

# The field is the same for all examples of a test: each graph is gone before the next.
relaxed = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


def agree(field, data):
    graph = data.draw(graphs(field.patterns))

    law, server = field.both(graph, lambda rows: data.draw(operations(field.patterns, rows)))

    event(getattr(law, "sqlstate", "rows are left"))
    assert law == server


@pytest.mark.parametrize("name", ZOO)
def test_the_law_is_the_servers(lay, name):
    """
    Whatever is deleted or updated, the same rows are left, or the same key refuses.
    """
    field = lay(ZOO[name])

    @settings(max_examples=40, suppress_health_check=relaxed)
    @given(st.data())
    def hold(data):
        agree(field, data)

    hold()


@settings(max_examples=25, suppress_health_check=relaxed)
@given(key_schemas(), st.booleans(), st.data())
def test_the_law_is_the_servers_for_any_keys(lay, statements, commits, data):
    """
    Whatever the keys are, too: which actions, how many, on shared columns, to which tables.
    """
    field = lay("; ".join(statements), is_plain=True, commits=commits)

    for _ in range(8):
        agree(field, data)
