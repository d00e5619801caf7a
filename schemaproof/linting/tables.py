"""
Find the table that a statement is about.

Source: https://www.postgresql.org/docs/current/sql-altertable.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from schemaproof.catalog import Catalog, QualifiedName
from schemaproof.linting.script import Piece

WORD = r'(?:"(?:[^"]|"")+"|[^\W\d][\w$]*)'
NAME = rf"(?P<name>{WORD}(?: ?\. ?{WORD})?)"
ALTERED = re.compile(
    rf"(?:ALTER (?:FOREIGN )?TABLE|TRUNCATE(?: TABLE)?|REINDEX(?: ?\(.*?\))? TABLE|CLUSTER)"
    rf"(?: IF EXISTS)?(?: ONLY)? {NAME}",
    re.IGNORECASE,
)
INDEXED = re.compile(
    rf"CREATE(?: UNIQUE)? INDEX(?: CONCURRENTLY)?(?: IF NOT EXISTS)?(?: {WORD})?"
    rf" ON(?: ONLY)? {NAME}",
    re.IGNORECASE,
)
INDEX = re.compile(
    rf"(?:DROP INDEX|REINDEX(?: ?\(.*?\))? INDEX)(?: CONCURRENTLY)?(?: IF EXISTS)? {NAME}",
    re.IGNORECASE,
)
RENAMED = re.compile(rf"ALTER TABLE(?: IF EXISTS)? {NAME} RENAME TO (?P<new>{WORD})", re.IGNORECASE)
PART = re.compile(WORD)


class Tables:
    """
    The tables that a revision found, as its statements name them.

    Args:
        before: What the database contained before it.
        pieces: Its statements, in which tables may be renamed.
    """

    def __init__(self, before: Catalog, pieces: Iterable[Piece]) -> None:
        self._before = before
        self._renamed: dict[str, QualifiedName] = {}
        for piece in pieces:
            found = RENAMED.match(piece.code)
            table = self._resolved(found["name"]) if found else None
            if found and table:
                self._renamed[_plain(found["new"])] = table

    def of(self, piece: Piece) -> QualifiedName | None:
        """
        Return the table that the statement changes and that was there before; else None.
        """
        named = ALTERED.match(piece.code) or INDEXED.match(piece.code)
        if named:
            return self._resolved(named["name"])
        index = INDEX.match(piece.code)
        if index:
            *_, name = _parts(index["name"])
            return next((one.table for one in self._before.indexes if one.name == name), None)
        return None

    def is_new(self, piece: Piece) -> bool:
        """
        Tell whether the statement is about a table that the revision itself has made.
        """
        named = ALTERED.match(piece.code) or INDEXED.match(piece.code) or INDEX.match(piece.code)
        return named is not None and self.of(piece) is None

    def _resolved(self, written: str) -> QualifiedName | None:
        *schema, name = _parts(written)
        if name in self._renamed:
            return self._renamed[name]
        there = [one.qualified_name for one in self._before.tables if one.name == name]
        if schema:
            there = [one for one in there if one.schema == schema[0]]
        # Which of several is meant is for search_path to say, and most say public.
        return min(there, key=lambda one: (one.schema != "public", one.schema), default=None)


def _parts(written: str) -> list[str]:
    return [_plain(part) for part in PART.findall(written)]


def _plain(word: str) -> str:
    return word[1:-1].replace('""', '"') if word.startswith('"') else word.lower()
