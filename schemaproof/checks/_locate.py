"""
Find the line of a model that declares a table, so that a violation can point at it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Mapper

from schemaproof.catalog import QualifiedName
from schemaproof.checks._source import class_source
from schemaproof.checks.check import Location


def mapper_of(table: QualifiedName, mappers: Iterable[Mapper[Any]]) -> Mapper[Any] | None:
    """
    Return the mapper of the class that stands for the table; of a hierarchy, its root.
    """
    for mapper in mappers:
        local = mapper.local_table
        named = (getattr(local, "schema", None) or "public", getattr(local, "name", None))
        if named == (table.schema, table.name) and mapper.inherits is None:
            return mapper
    return None


def class_location(mapper: Mapper[Any] | None, *, mentioning: str = "") -> Location | None:
    """
    Return the line of the mapped class, or the first line in it that defines or mentions a word.
    """
    return None if mapper is None else definition(mapper.class_, mentioning)


def definition(class_: type, mentioning: str = "") -> Location | None:
    """
    Return the line of a class, or the first line in it that defines or mentions a word.
    """
    source = class_source(class_)
    if source is None:
        return None
    file, lines, first = source
    defines = re.compile(rf"\s*{re.escape(mentioning)}\s*[:=]")
    mentions = [number for number, line in enumerate(lines) if mentioning in line]
    defined = [number for number in mentions if mentioning and defines.match(lines[number])]
    return Location(file=file, line=first + next(iter([*defined, *mentions]), 0))
