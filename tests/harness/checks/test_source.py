"""
Files are parsed by several threads.
"""

import inspect
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from schemaproof.checks._source import class_source, syntax_tree


class Cycle:
    """Garbage whose collection, in the middle of a parse, lets another thread run."""

    def __init__(self) -> None:
        self.itself = self

    def __del__(self) -> None:
        time.sleep(0.001)


def test_many_threads_may_parse_at_once():
    """
    No thread takes another's depth of recursion for its own.
    """
    file = Path(inspect.getfile(inspect))

    def parse(_turn: int) -> int:
        for _ in range(100):
            Cycle()
        return len(syntax_tree(file).body)

    with ThreadPoolExecutor(4) as pool:
        lengths = {*pool.map(parse, range(12))}

    assert len(lengths) == 1


def test_a_class_made_at_run_time_has_no_source():
    """
    It is nowhere, and that is no error.
    """
    assert class_source(type("Made", (), {})) is None
