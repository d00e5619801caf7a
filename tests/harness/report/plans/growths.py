"""
Make the plans of a query at several sizes, as the server would have told them.
"""

from __future__ import annotations

import json
from typing import Any

from schemaproof.catalog import QualifiedName
from schemaproof.plans import PINNED, Explanation
from schemaproof.plans.read import read_plan
from schemaproof.rows import Volume
from schemaproof.scaling import AtSize, Flip, Growth, Terms


def node(kind: str, *below: dict[str, Any], rows: int = 1, cost: float = 1.0, **told: Any) -> Any:
    """
    Return a node as ``EXPLAIN (FORMAT JSON)`` writes it; ``index_name`` is ``Index Name``.
    """
    words = {name.replace("_", " ").title(): value for name, value in told.items()}
    words |= {"Schema": "public"} if "relation_name" in told else {}
    return {
        "Node Type": kind, "Plan Rows": rows, "Plan Width": 8, "Startup Cost": 0.0,
        "Total Cost": cost, **words, "Plans": [*below],
    }  # fmt: skip


def at(rows: float, plan: Any, *, has_jit: bool = False) -> AtSize:
    """
    Return what was said at one size.
    """
    explanation = Explanation(
        plan=read_plan(plan), settings={}, has_jit=has_jit, text=json.dumps([{"Plan": plan}])
    )
    volumes = {QualifiedName("public", "books"): Volume(rows=int(rows))}
    return AtSize(rows=rows, explanation=explanation, volumes=volumes)


def growth(*sizes: AtSize, flips: tuple[Flip, ...] = (), **told: Any) -> Growth:
    """
    Return what was said at all of them.
    """
    usual = {
        "name": "an author's books",
        "statement": "SELECT * FROM books WHERE author_id = :author",
        "parameters": {"author": "3"},
        "terms": Terms(sizes=tuple(size.rows for size in sizes)),
        "counted": "books",
        "settings": PINNED,
        "server": "PostgreSQL 18.6 (embedded)",
    }
    return Growth(**{**usual, **told}, sizes=sizes, flips=flips)
