"""
Make each part of a subject once, when it is first asked for.

Several threads may ask; a part that could not be made raises the same error for everybody who asks
for it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

Made = TypeVar("Made")
Makers = Mapping[str, Callable[[], Any]]
AS_EVER: Makers = MappingProxyType({})


class Parts:
    """
    Things that are made at most once.

    Args:
        makers: How parts are made that are not made as ever, by the names they are asked for.
    """

    def __init__(self, makers: Makers = AS_EVER) -> None:
        self._makers = makers
        self._made: dict[str, Any] = {}
        self._lock = threading.RLock()

    def made(self, name: str) -> Any:
        """
        Return a part that was made; None if nobody asked for it, or it could not be made.
        """
        with self._lock:
            made = self._made.get(name)
        return None if isinstance(made, Exception) else made

    def _once(self, name: str, make: Callable[[], Made]) -> Made:
        with self._lock:
            if name not in self._made:
                try:
                    self._made[name] = self._makers.get(name, make)()
                except Exception as error:
                    self._made[name] = error
            made: Made | Exception = self._made[name]
            if isinstance(made, Exception):
                raise made
            return made
