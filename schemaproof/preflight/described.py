"""
Turn what a JSON schema says of a field into a condition on its column.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, LiteralString

from psycopg import sql

from schemaproof.alignment.values import alternatives, member_values
from schemaproof.preflight.limits import Column

DEEPEST = 8  # alternatives within alternatives
TEXTS = ("text", "character varying", "character")
NUMBERS = ("smallint", "integer", "bigint", "numeric", "real", "double precision")
BOUNDS: dict[str, LiteralString] = {
    "minimum": ">=",
    "exclusiveMinimum": ">",
    "maximum": "<=",
    "exclusiveMaximum": "<",
}
LENGTHS: dict[str, LiteralString] = {"minLength": ">=", "maxLength": "<="}
TRUE, FALSE = sql.SQL("true"), sql.SQL("false")
ANY = sql.SQL("{} IS NOT NULL")


@dataclass(frozen=True, kw_only=True)
class Described:
    """
    A field, and its column.

    Attributes:
        column: The column.
        defs: The definitions that its JSON schema refers to.
        labels: The members of the Python enumeration that the column is mapped to, by label.
    """

    column: Column
    defs: Mapping[str, Any]
    labels: Mapping[str, Any]

    @property
    def value(self) -> sql.Identifier:
        """
        The column, as SQL.
        """
        return sql.Identifier(self.column.name)

    @property
    def anything(self) -> sql.Composable:
        """
        The condition that any value fulfils but NULL.
        """
        return ANY.format(self.value)

    def allowed(self, spec: Mapping[str, Any]) -> sql.Composable | None:
        """
        Return the condition; None if every value of the column fulfils it.
        """
        condition = self._says(spec, 0)
        # A column that never holds NULL need not be asked for it.
        if condition == self.anything and self.column.is_required_of_all:
            return None
        return None if condition == TRUE else condition

    def _says(self, spec: Mapping[str, Any], depth: int) -> sql.Composable:
        parts = [] if depth > DEEPEST else [*alternatives(spec, self.defs)]
        if parts:
            said = [self._says(part, depth + 1) for part in parts]
            word = sql.SQL(" AND " if "allOf" in spec else " OR ")
            return said[0] if len(said) == 1 else sql.SQL("({})").format(word.join(said))
        if spec.get("type") == "null":
            return sql.SQL("{} IS NULL").format(self.value)
        members = [*member_values(spec)]
        return self._is_member(members) if members else self._is_within(spec)

    def _is_member(self, members: list[Any]) -> sql.Composable:
        known = {label for label, member in self.labels.items() if member.value in members}
        texts = sorted(known) if self.labels else [_text(one) for one in members if one is not None]
        allowed = sql.SQL("{}::text = ANY ({}::text[])").format(self.value, sql.Literal(texts))
        if None not in members:
            return allowed
        return sql.SQL("({} OR {} IS NULL)").format(allowed, self.value)

    def _is_within(self, spec: Mapping[str, Any]) -> sql.Composable:
        kind, wanted = self.column.type.partition("(")[0], spec.get("type")
        said = [self.anything]
        if wanted == "string" and kind in NUMBERS:
            return FALSE  # the text that may stand for a number in JSON, and never in the table
        if wanted == "string" and kind in TEXTS:
            said += self._bounds(spec, LENGTHS, sql.SQL("char_length({})").format(self.value))
        if wanted in ("integer", "number") and kind in NUMBERS:
            said += self._bounds(spec, BOUNDS, self.value)
        # Without a type it is anything, of which nothing is known.
        return sql.SQL(" AND ").join(said) if len(said) > 1 else said[0] if wanted else TRUE

    @staticmethod
    def _bounds(
        spec: Mapping[str, Any], signs: Mapping[str, LiteralString], value: sql.Composable
    ) -> list[sql.Composable]:
        return [
            sql.SQL("{} " + sign + " {}::numeric").format(value, sql.Literal(str(spec[key])))
            for key, sign in signs.items()
            if key in spec
        ]


def _text(member: object) -> str:
    return str(member).lower() if isinstance(member, bool) else str(member)
