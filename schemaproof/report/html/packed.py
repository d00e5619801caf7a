"""
Pack what is needed only by a reader who asks for it: the plans, and what draws them.

pev2 with its company is most of the page, so it goes along compressed, and is unpacked and started
in a frame of its own when somebody opens a plan.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Sequence

from schemaproof.report.plans.page import document_of, shell
from schemaproof.scaling import Growth


def packed_plans(growths: Sequence[Growth]) -> str:
    """
    Return the plans and the page around one of them, compressed, as text.
    """
    around = shell()
    told = {
        "before": around.before,
        "after": around.after,
        "licences": around.licences,
        "plans": [document_of(growth) for growth in growths],
    }
    # No moment in it, so that equal reports make equal pages.
    content = gzip.compress(json.dumps(told, ensure_ascii=False).encode(), 9, mtime=0)
    return base64.b64encode(content).decode()


def allowed(script: str) -> str:
    """
    Return how a policy names a script that it lets run.
    """
    digest = hashlib.sha256(script.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def embedded(document: object) -> str:
    """
    Return JSON as it may stand within a script element.
    """
    # Within it nothing but its end tag and a comment's beginning mean anything.
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
