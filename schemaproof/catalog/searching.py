"""
Record how texts are searched: text search dictionaries and configurations.

Source: https://www.postgresql.org/docs/current/textsearch-configuration.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from schemaproof.catalog.objects import SchemaObject


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchDictionary(SchemaObject):
    """
    A text search dictionary.

    Attributes:
        definition: As CREATE TEXT SEARCH DICTIONARY would make it.
        owner: The role that owns it.
        comment: Its comment.
    """

    KIND: ClassVar[str] = "text search dictionary"

    definition: str
    owner: str
    comment: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchConfiguration(SchemaObject):
    """
    A text search configuration.

    Attributes:
        parser: What cuts a text into tokens.
        mappings: Each as ``kind of token WITH dictionaries``, sorted.
        owner: The role that owns it.
        comment: Its comment.
    """

    KIND: ClassVar[str] = "text search configuration"

    parser: str
    mappings: tuple[str, ...]
    owner: str
    comment: str | None
