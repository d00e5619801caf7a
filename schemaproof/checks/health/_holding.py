"""
Say which locks a transaction holds, and what cannot be done to those tables meanwhile.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from schemaproof.catalog import QualifiedName, short_name
from schemaproof.history.locks import MODE_OF, rank
from schemaproof.vitals import HeldLock

# So long nobody waits for a lock whose statement is a part of a request.
LONG_S = 60
NAMED = 5


def held(locks: Iterable[HeldLock]) -> str:
    """
    Return the tables that are held, each in its strongest mode, the strongest first.
    """
    modes: dict[QualifiedName, str] = {}
    for table, raw in locks:
        mode = MODE_OF.get(raw, raw)
        if table not in modes or rank(mode) > rank(modes[table]):
            modes[table] = mode
    by_mode: dict[str, list[str]] = defaultdict(list)
    for table, mode in sorted(modes.items()):
        by_mode[mode].append(short_name(table))
    told = (
        f"{', '.join(tables[:NAMED])}{_more(len(tables))} in {mode}"
        for mode, tables in sorted(by_mode.items(), key=lambda pair: -rank(pair[0]))
    )
    return "; ".join(told)


def _more(number: int) -> str:
    return f" and {number - NAMED} more" if number > NAMED else ""
