"""
Make the files of tables and indexes as long as they are to seem, without any disk being used.

The planner asks the operating system how long a file is. What lies beyond its content is a hole.
It is done by the server itself, so that it works wherever that runs.

Source: https://www.postgresql.org/docs/current/storage-file-layout.html and
https://www.postgresql.org/docs/current/sql-copy.html (TO PROGRAM)
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from psycopg import sql

from schemaproof.plans.posing._pages import PAGE_BYTES
from schemaproof.postgres import Connection

SEGMENT_PAGES = 131_072  # 1 GiB, after which a file is continued in another
ARGUMENTS = 500  # file names in one command

RUNS = re.compile(rb"\x00+|[^\x00]+", re.DOTALL)
POWERS = range(15)  # of two: more zeros than three pages

Key = TypeVar("Key")

# The lines arrive as they are: neither character occurs in one. A shell that is given them as its
# input would read them byte by byte.
RUN = sql.SQL(
    "COPY (SELECT unnest({}::text[])) TO PROGRAM 'set -e; eval \"$(cat)\"' "
    "WITH (FORMAT csv, DELIMITER E'\\x02', QUOTE E'\\x01')"
)


@dataclass(frozen=True, kw_only=True)
class File:
    """
    One table or index on disk.

    Attributes:
        path: Where its first segment lies, below the data directory.
        pages: How long it is to be, in blocks.
        beginning: What it begins with; None to leave that as it is.
    """

    path: str
    pages: int
    beginning: bytes | None = None


def stretch(connection: Connection, files: Iterable[File]) -> None:
    """
    Make files as long as they are to be.

    Raises:
        psycopg.Error: The server may not do that, or has no room for it.
    """
    lines = [*_lines([*files])]
    connection.execute(RUN.format(sql.Literal(lines)))


def _lines(files: list[File]) -> Iterator[str]:
    yield from _powers()
    # To write the same into many files costs a tenth of writing it into each.
    for beginning, paths in _grouped((file.beginning, file.path) for file in files):
        if beginning is not None:
            yield f'printf "{_octal(beginning)}" | tee {shlex.join(paths)} > /dev/null'
    for pages, paths in _grouped(segment for file in files for segment in _segments(file)):
        for first in range(0, len(paths), ARGUMENTS):
            some = shlex.join(paths[first : first + ARGUMENTS])
            yield f"truncate -s {pages * PAGE_BYTES} {some}"


def _grouped(pairs: Iterable[tuple[Key, str]]) -> Iterable[tuple[Key, list[str]]]:
    groups: dict[Key, list[str]] = {}
    for key, path in pairs:
        groups.setdefault(key, []).append(path)
    return groups.items()


def _segments(file: File) -> Iterator[tuple[int, str]]:
    whole, rest = divmod(file.pages, SEGMENT_PAGES)
    for number in range(whole + 1):
        pages = SEGMENT_PAGES if number < whole else rest
        yield pages, f"{file.path}.{number}" if number else file.path


def _octal(content: bytes) -> str:
    # The shell's own printf is the one that is there everywhere.
    return "".join(
        _zeros(len(run)) if not run[0] else "".join(f"\\{byte:03o}" for byte in run)
        for run in RUNS.findall(content)
    )


def _zeros(length: int) -> str:
    return "".join(f"$z{power}" for power in POWERS if length >> power & 1)


def _powers() -> Iterator[str]:
    # Pages are nothing but zeros nearly everywhere: the shell doubles them as often as needed.
    yield "z0='\\000'"
    for power in POWERS[1:]:
        yield f"z{power}=$z{power - 1}$z{power - 1}"
