"""
Write what a revision sent as one script that a linter can read, and find the way back.

A linter has to see what the server saw: values in the place of the driver's placeholders, and
transactions where they began and ended. Each statement begins on a line of its own, so that a line
of the script leads to the line of the migration.

Source: https://www.postgresql.org/docs/current/sql-syntax-lexical.html
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import sql

from schemaproof.history import Statement

# A bulk insert of a megabyte says no more than its first row.
LONGEST = 100_000  # characters

TOKEN = re.compile(
    r"""
    (?P<comment>--[^\n]*|/\*.*?\*/)
    | [eE]'(?:\\.|''|[^'\\])*'
    | '(?:''|[^'])*'
    | "(?:""|[^"])*"
    | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$
    | (?P<end>;)
    | (?P<space>\s+)
    | \w[\w$]*
    | [^-/'"$;\s\w]+
    | .
    """,
    re.VERBOSE | re.DOTALL,
)
NAMED = re.compile(r"%%|%\((?P<name>[^)]*)\)[sbt]")
POSITIONAL = re.compile(r"%%|%[sbt]")
NUMBERED = re.compile(r"\$\d")


@dataclass(frozen=True, kw_only=True)
class Piece:
    """
    One statement of a script.

    Attributes:
        sql: Its text, as the linter sees it, comments included.
        code: Its text without comments, each run of blanks as one.
        source: The line of the migration that sent it.
    """

    sql: str
    code: str
    source: int


@dataclass(kw_only=True)
class Script:
    """
    What one revision sent.

    Attributes:
        text: The script.
        pieces: Its statements.
        left_out: How many were too long to be read.
    """

    text: str = ""
    pieces: list[Piece] = field(default_factory=list)
    left_out: int = 0
    _starts: list[int] = field(default_factory=list)
    _at: list[Piece | None] = field(default_factory=list)
    _lines: int = 0

    def write(self, text: str, piece: Piece | None = None) -> None:
        """
        Add lines; without a piece they are ours, such as COMMIT.
        """
        self._starts.append(self._lines)
        self._at.append(piece)
        self._lines += text.count("\n") + 1
        self.text += f"{text}\n"
        if piece is not None:
            self.pieces.append(piece)

    def piece_at(self, line: int) -> Piece | None:
        """
        Return the statement on a line, counted from 0; None if the line is not the revision's.
        """
        return self._at[bisect_right(self._starts, line) - 1]


def write_script(statements: Iterable[Statement]) -> Script:
    """
    Return the script of those statements that the revision's own file sent.
    """
    script = Script()
    is_open = False
    for statement in statements:
        if statement.line is None:
            continue
        if len(statement.sql) > LONGEST:
            script.left_out += 1
            continue
        if is_open == statement.is_autocommit:
            is_open = not is_open
            script.write("BEGIN;" if is_open else "COMMIT;")
        for text, code in split(with_values(statement.sql, statement.parameters)):
            script.write(text, Piece(sql=text, code=code, source=statement.line))
    if is_open:
        script.write("COMMIT;")
    return script


def split(text: str) -> Iterator[tuple[str, str]]:
    """
    Yield each statement of a text with its semicolon, and again without comments.
    """
    whole: list[str] = []
    code: list[str] = []
    for token in TOKEN.finditer(text):
        if token["end"]:
            if _plain(code):
                yield f"{''.join(whole).strip()};", _plain(code)
                whole, code = [], []
            continue
        whole.append(token[0])
        code.append(" " if token["comment"] or token["space"] else token[0])
    if _plain(code):
        # A comment at the end would swallow a semicolon on its line.
        yield f"{''.join(whole).strip()}\n;", _plain(code)


def with_values(text: str, parameters: Any) -> str:
    """
    Return a statement with values in the place of the driver's placeholders.

    Those of asyncpg (``$1``) are PostgreSQL's own, and stay.
    """
    if isinstance(parameters, list):
        parameters = next(iter(parameters), ())
    if isinstance(parameters, Mapping):
        named: Mapping[str, Any] = parameters
        return NAMED.sub(
            lambda found: "%" if found[0] == "%%" else _literal(named.get(found["name"])), text
        )
    if isinstance(parameters, Sequence) and parameters and not NUMBERED.search(text):
        values = iter(parameters)
        return POSITIONAL.sub(
            lambda found: "%" if found[0] == "%%" else _literal(next(values, None)), text
        )
    return text


def _plain(code: list[str]) -> str:
    return re.sub(" +", " ", "".join(code)).strip()


def _literal(value: Any) -> str:
    try:
        # The server's encoding is not known here, and what cannot be written is not needed.
        written = sql.Literal(value).as_string()
    except (psycopg.Error, UnicodeError):
        return "NULL"
    return written if len(written) <= LONGEST else "''"
