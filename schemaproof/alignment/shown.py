"""
Write a payload as JSON, short enough for a line of a report.
"""

from __future__ import annotations

import json

from schemaproof.alignment.schema import Json

MOST = 40  # characters of one text
MOST_ITEMS = 6
DEEPEST = 3


def shown(value: Json) -> str:
    """
    Return the value as JSON; what is long or deep is cut, and says how long or deep it was.
    """
    try:
        return json.dumps(_cut(value, 0), default=str)
    except RecursionError:
        return "a document nested too deep to be shown"


def _cut(value: Json, depth: int) -> Json:
    match value:
        case str():
            is_long = len(value) > MOST
            return f"{value[: MOST // 4]}… ({len(value)} characters)" if is_long else value
        case int() if abs(value) >= 10**MOST:
            return f"{str(value)[: MOST // 4]}… ({len(str(value))} digits)"
        case list() | dict() if depth >= DEEPEST and value:
            return f"… ({_depth(value)} levels more)"
        case list():
            rest = [f"… ({len(value)} items)"] if len(value) > MOST_ITEMS else []
            return [*(_cut(item, depth + 1) for item in value[:MOST_ITEMS]), *rest]
        case dict():
            return {_cut(key, depth): _cut(item, depth + 1) for key, item in value.items()}
    return value


def _depth(value: Json) -> int:
    level, deepest = [value], 0
    while level:
        deepest += 1
        level = [
            item
            for each in level
            if isinstance(each, list | dict)
            for item in (each.values() if isinstance(each, dict) else each)
            if isinstance(item, list | dict)
        ]
    return deepest
