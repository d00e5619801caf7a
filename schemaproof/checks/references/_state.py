"""
Compare what tables hold with what they must hold.
"""

from __future__ import annotations

from collections import Counter

from schemaproof.catalog import QualifiedName
from schemaproof.targets import short_name

# What tells one row from another, its references included; how often it is there.
State = Counter[tuple[QualifiedName, tuple[str | None, ...]]]


def difference(expected: State, answer: State) -> str | None:
    """
    Say how what is left differs from what must be; None if it does not.
    """
    clauses = []
    for table in sorted({table for table, _ in expected | answer}, key=str):
        left = sum(n for (of, _), n in answer.items() if of == table)
        right = sum(n for (of, _), n in expected.items() if of == table)
        if left != right:
            clauses.append(
                f"leaves {left} of the {right} rows of {short_name(table)} that must stay"
                if left < right
                else f"leaves {left - right} rows of {short_name(table)} that must go"
            )
        elif any(answer[key] != n for key, n in expected.items() if key[0] == table):
            clauses.append(f"leaves other references in {short_name(table)} than declared")
    return ", ".join(clauses) or None
