"""
Parse Python files one at a time.

CPython keeps the recursion depth of its parser once for the whole interpreter, and claims are
proved in several threads: two that parse at once would take each other's depth for their own and
raise SystemError. `inspect` parses too, to find a class.

Source: https://github.com/python/cpython/issues/106905
"""

from __future__ import annotations

import ast
import inspect
import threading
from pathlib import Path

PARSING = threading.Lock()


def syntax_tree(file: Path) -> ast.Module:
    """
    Return what a file says.

    Raises:
        SyntaxError: It is not Python.
    """
    with PARSING:
        return ast.parse(file.read_bytes())


def class_source(class_: type) -> tuple[Path, list[str], int] | None:
    """
    Return the file of a class, its lines and the number of the first; None if it has no source.
    """
    try:
        with PARSING:
            file, (lines, first) = inspect.getsourcefile(class_), inspect.getsourcelines(class_)
    except (OSError, TypeError):  # made at run time
        return None
    return (Path(file), lines, first) if file else None
