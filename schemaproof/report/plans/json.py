"""
Write the plans of a query as JSON, for programs.
"""

from __future__ import annotations

import json
from typing import Any

from schemaproof.catalog import QualifiedName
from schemaproof.scaling import Flip, Growth

VERSION = 1


def growth_to_json(growth: Growth) -> str:
    """
    Return the plans as one JSON document; each plan is the server's own.
    """
    return json.dumps(growth_document(growth), indent=2, ensure_ascii=False)


def growth_document(growth: Growth) -> dict[str, Any]:
    """
    Return what `growth_to_json` writes.
    """
    return {
        "version": VERSION,
        "query": growth.name,
        "statement": growth.statement,
        "parameters": dict(growth.parameters),
        "generic": growth.terms.is_generic,
        "without": [*growth.terms.without],
        "settings": dict(sorted(growth.settings.items())),
        "server": growth.server,
        "population": {
            "declared": growth.counted is not None and growth.source is None,
            "counted": growth.counted,
            "source": growth.source,
            "unknown": [*growth.unknown],
            "rows": {
                shown_name(table): [volume.rows for volume in volumes]
                for table, volumes in growth.volumes()
            },
        },
        "sizes": [
            {
                "rows": int(each.rows),
                "shape": each.shape,
                "jit": growth.is_compiled(each),
                "plan": json.loads(each.explanation.text),
            }
            for each in growth.sizes
        ],
        "flips": [_flip(flip) for flip in growth.flips],
    }


def shown_name(table: QualifiedName) -> str:
    """
    Return a table's name as populations write it.
    """
    return table.name if table.schema == "public" else f"{table}"


def _flip(flip: Flip) -> dict[str, Any]:
    return {
        "between": [int(flip.below.rows), int(flip.above.rows)],
        "from": flip.below.shape,
        "to": flip.above.shape,
    }
