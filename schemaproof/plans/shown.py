"""
Write a statement as a person would, with the names and the values of its parameters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.dialects.postgresql import base

from schemaproof.plans.explain import clause


@dataclass(frozen=True, kw_only=True)
class Shown:
    """
    A statement for people.

    Attributes:
        text: The SQL with ``:names``.
        parameters: Their values as text.
        unset: Those of them that have no value.
    """

    text: str
    parameters: Mapping[str, str]
    unset: tuple[str, ...]


def shown(statement: Executable | str, parameters: Mapping[str, Any]) -> Shown:
    """
    Return a statement for people.

    Args:
        statement: SQL text with ``:names``, or a SQLAlchemy statement.
        parameters: Values that it is sent with.
    """
    dialect_class: Any = base.PGDialect
    dialect = dialect_class(paramstyle="named")
    compiled: Any = clause(statement).compile(
        dialect=dialect, compile_kwargs={"render_postcompile": True}
    )
    values = {name: parameters.get(name, value) for name, value in compiled.params.items()}
    required = [name for name, bind in compiled.binds.items() if bind.required]
    # As it was before colons that are none of a parameter's were marked.
    text = statement.replace("\\:", ":") if isinstance(statement, str) else f"{compiled}"
    return Shown(
        text=text.strip(),
        parameters={name: f"{value}" for name, value in values.items()},
        unset=tuple(name for name in required if name not in parameters),
    )
