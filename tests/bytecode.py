"""
Keep the bytecode of the suite's many processes where the environment says that none be written.

Container images often set ``PYTHONDONTWRITEBYTECODE``. Each of the hundred interpreters that the
suite starts would then compile SQLAlchemy and all else anew, which took more than a third of the
suite's time. It is kept out of the way of the sources, as that setting wants it.

Source: https://docs.python.org/3/using/cmdline.html#envvar-PYTHONPYCACHEPREFIX
"""

import contextlib
import os
import shutil
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / ".bytecode_cache"


def keep() -> None:
    """
    Write bytecode in this process and those that it starts, unless Python does it anyway.
    """
    if sys.dont_write_bytecode and sys.pycache_prefix is None:
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix = str(FOLDER)
        sys.dont_write_bytecode = False


def forget(folder: Path) -> None:
    """
    Remove what was kept of the files in ``folder``, which will not be there again.
    """
    # The prefix holds the absolute paths of the sources.
    kept = FOLDER.joinpath(*folder.resolve().parts[1:])
    shutil.rmtree(kept, ignore_errors=True)
    # The workers of pytest-xdist have a folder each in that of the run.
    with contextlib.suppress(OSError):
        kept.parent.rmdir()


keep()
