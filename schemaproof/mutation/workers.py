"""
Lend threads that do not outlive what they work on.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager


@contextmanager
def workers(jobs: int) -> Iterator[ThreadPoolExecutor]:
    """
    Lend threads, and wait for none of them after an error or Ctrl-C: their server ends next.
    """
    pool = ThreadPoolExecutor(jobs, "schemaproof")
    is_done = False
    try:
        yield pool
        is_done = True
    finally:
        pool.shutdown(wait=is_done, cancel_futures=not is_done)
