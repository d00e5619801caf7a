"""
Run as ``schemaproof`` or as ``python -m schemaproof``.

The libraries take most of a second to be imported. Ctrl-C in that time ends the process on the
spot: nothing has been started yet, and whatever is being imported might turn it into an error.
"""

import os
import signal
import sys
from importlib import import_module
from types import FrameType
from typing import NoReturn

# Set by the shell that completes a command line, as click has it.
COMPLETES = "_SCHEMAPROOF_COMPLETE"
INTERRUPTED = 130  # 128 + the signal's number, as shells report it


def run() -> int:
    """
    Import the command line, run it and return the exit status.
    """
    usual = signal.getsignal(signal.SIGINT)
    # Where it is ignored, as behind nohup, that is meant.
    if usual is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end)
    from schemaproof.cli import main  # noqa: PLC0415 - see above

    # Commands import what they need, which is nothing where a shell only completes.
    if COMPLETES not in os.environ:
        import_module("schemaproof.runner")
    signal.signal(signal.SIGINT, usual)
    return main()


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    os.write(2, b"schemaproof: interrupted\n")
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    sys.exit(run())
