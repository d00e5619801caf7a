"""
Lend a directory that is gone when the run is, however it ended.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from schemaproof.postgres import _places
from schemaproof.postgres._account import Account
from schemaproof.postgres._lifeline import Lifeline


@contextmanager
def scratch_directory() -> Iterator[Path]:
    """
    Yield an empty directory of our own; a keeper removes it also after SIGKILL.
    """
    home = _places.data_home()
    # No server runs in it, so it may belong to root, or to an account without a name.
    me = Account(uid=os.geteuid(), gid=os.getegid(), client="")
    _places.sweep(home, uid=me.uid)
    with Lifeline(me, home) as lifeline:
        folder = lifeline.directory / "scratch"
        folder.mkdir()
        yield folder
