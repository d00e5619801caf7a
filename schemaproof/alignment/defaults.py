"""
Tell whether a field and its column have one default.

Source: https://www.postgresql.org/docs/current/ddl-default.html
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping

from schemaproof.alignment.equality import is_equal
from schemaproof.alignment.schema import Field, Json
from schemaproof.alignment.shown import shown
from schemaproof.catalog import Column
from schemaproof.postgres import Connection

# A default that is another one each time, or for each session; 'user' in quotes is not USER.
VARYING = re.compile(r"\w\s*\(|\b(?:CURRENT|LOCAL|SESSION|USER)\w*", re.IGNORECASE)
QUOTED = re.compile(r"'(?:[^']|'')*'")


def other_default(
    field: Field, column: Column, labels: Mapping[Json, str], connection: Connection
) -> str | None:
    """
    Return both defaults, if there are two and they differ.

    Args:
        field: A field of a Create.
        column: Its column.
        labels: How the database calls the members of a Python enumeration.
        connection: Where the column's default is evaluated.
    """
    if field.info.is_required() or column.default is None:
        return None
    if VARYING.search(QUOTED.sub("''", column.default)):
        return None
    made = [field.info.get_default(call_default_factory=True, validated_data={}) for _ in range(2)]
    if made[0] is None or not is_equal(*made):
        return None
    ours = getattr(made[0], "value", made[0])
    ((theirs,),) = connection.execute(f"SELECT {column.default}".encode()).fetchall()
    # A Python enumeration may be stored by the names of its members.
    stored = labels.get(ours, ours) if isinstance(ours, Hashable) else ours
    if is_equal(stored, theirs) or str(stored) == str(theirs):
        return None
    return f"{shown(ours)} here and {shown(theirs)} there"
