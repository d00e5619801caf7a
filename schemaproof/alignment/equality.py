"""
Tell whether a value that was sent is the value that came back.
"""

from __future__ import annotations

import contextlib
import math
from decimal import Decimal

from pydantic_core import PydanticSerializationError, to_jsonable_python


def is_same(was: object, now: object) -> bool:
    """
    Tell whether two values are equal, in Python or as a client of the API sees them.
    """
    return is_equal(was, now) or is_equal(_as_json(was), _as_json(now))


def is_equal(was: object, now: object) -> bool:
    """
    Tell whether two values are the same: NaN is NaN, and 0.1 the decimal 0.1.
    """
    match was, now:
        case (float(), float()) if math.isnan(was) and math.isnan(now):
            return True
        case (dict(), dict()):
            return was.keys() == now.keys() and all(is_equal(was[key], now[key]) for key in was)
        case (list() | tuple(), list() | tuple()):
            return len(was) == len(now) and all(map(is_equal, was, now))
        case (float(), int() | Decimal()):
            return _is_written_alike(was, now)
        case (int() | Decimal(), float()):
            return _is_written_alike(now, was)
    return bool(was == now) and isinstance(was, bool) is isinstance(now, bool)


def _as_json(found: object) -> object:
    try:
        return to_jsonable_python(found)
    except (PydanticSerializationError, ValueError):
        return found


def _is_written_alike(real: float, number: int | Decimal) -> bool:
    # jsonb keeps the digits of a number and not how it was written.
    with contextlib.suppress(OverflowError):
        return real == float(number)
    return False
