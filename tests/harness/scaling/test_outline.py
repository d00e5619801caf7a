"""
Queries are planned at sizes they share; what the server refuses is left out.
"""

from __future__ import annotations

from schemaproof.scaling import Planning, outlined
from schemaproof.scaling.outline import DECADES
from schemaproof.workload import Query, Workload
from tests.harness.miniature import miniature

SCHEMA = """
CREATE TABLE t (id bigint PRIMARY KEY, a int NOT NULL);
CREATE INDEX t_a ON t (a);
"""


def test_each_query_is_planned_at_every_decade_and_at_its_own_sizes(tmp_path, bench):
    """
    A statement that the server refuses is no obstacle to the others.
    """
    subject = bench(miniature(tmp_path, revisions=[SCHEMA])).subject
    own = Query(name="own", statement="SELECT * FROM t WHERE id = 1", sizes=(5e3,))
    wrong = Query(name="wrong", statement="SELECT * FROM nowhere")
    by_a = Query(name="by a", statement="SELECT * FROM t WHERE a = :a", parameters={"a": 7})
    planning = Planning(
        subject.migrated, subject.databases, subject.catalog, subject.shapes, Workload()
    )

    found = [*outlined(planning, [own, wrong, by_a], server="here")]

    assert [growth.name for growth in found] == ["own", "by a"]
    assert [size.rows for size in found[0].sizes] == sorted({*DECADES, 5e3})
    assert [size.rows for size in found[1].sizes] == [*DECADES]
    first, *_, last = found[1].sizes
    assert first.explanation.plan.total_cost < last.explanation.plan.total_cost
    assert found[1].statement == "SELECT * FROM t WHERE a = :a"
    assert found[1].parameters == {"a": "7"}
    assert found[0].flips == found[1].flips == ()
