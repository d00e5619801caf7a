"""
Write calls of Alembic's operations as Python source.

Source: https://alembic.sqlalchemy.org/en/latest/ops.html
"""

from __future__ import annotations

import json
import re

from schemaproof.catalog import QualifiedName

# What SQLAlchemy's text(), through which a statement goes, would take for a parameter.
_PARAMETER = re.compile(r"(?<![:\w\\]):(?=\w)")


def execute(statement: str) -> str:
    """
    Return the call that has the server execute a statement.
    """
    text = _PARAMETER.sub(r"\:", statement.strip())
    return f"op.execute({source(text)})"


def source(value: object) -> str:
    """
    Write a text, or a list of texts, as Python does.
    """
    return json.dumps(value, ensure_ascii=False)


def on_table(table: QualifiedName) -> str:
    """
    Write the arguments that name a table; the default schema goes without saying.
    """
    return f"{source(table.name)}{in_schema(table.schema)}"


def in_schema(schema: str) -> str:
    """
    Write the argument that names a schema, with a comma before it.
    """
    return "" if schema == "public" else f", schema={source(schema)}"


def literal(text: str | None) -> str:
    """
    Write a text as SQL does.
    """
    return "NULL" if text is None else "'" + text.replace("'", "''") + "'"


def shortened(call: str, longest: int) -> str:
    """
    Cut a statement that is too long to be read in a report; an ellipsis stands for the rest.
    """
    if len(call) <= longest or not call.endswith('")'):
        return call
    # A cut must not part a backslash from what it stands before.
    kept = call[:longest].rstrip("\\")
    return f'{kept}…")'
