"""
Say which values a change of a column's type would not take.

ALTER COLUMN … TYPE converts as an assignment does: a text that is too long is refused, where an
explicit cast would cut it. What is known of a type is asked by arithmetic; texts are offered to the
type's own reader, without an error, from PostgreSQL 16 on; all else is converted, and raises.

Source: https://www.postgresql.org/docs/current/typeconv-query.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from psycopg import sql

from schemaproof.preflight.demand import Question
from schemaproof.preflight.limits import Column
from schemaproof.preflight.questions import Convertible, RowsWhere
from schemaproof.preflight.source import Source

SOFT_ERRORS = 160000  # pg_input_is_valid
WHOLE = {"smallint": 15, "integer": 31, "bigint": 63}
TEXTS = ("text", "character varying", "character", "bpchar")
SIZED = re.compile(r"(character varying|character)\((\d+)\)")
NUMBERS = (*WHOLE, "numeric")
ANYTHING = ("text", "character varying", "numeric")
NUMERIC = re.compile(r"numeric\((\d+),(\d+)\)")
USING = re.compile(r"\bUSING\b(.*)$", re.IGNORECASE | re.DOTALL)
# ``x::int``, ``x::text::int``, ``CAST(x AS int)``.
PLAIN = re.compile(
    r"""\(*\s*(?:CAST\s*\()?\s*(?P<column>"(?:[^"]|"")+"|\w+)\s*\)?"""
    r"""(?:\s*::\s*(?:text|varchar))?(?:\s+AS\s+|\s*::\s*)"""
    r"""(?P<type>["\w. ]+(?:\([\d, ]+\))?)\s*\)*""",
    re.IGNORECASE,
)
ALIASES = {
    "bool": "boolean",
    "char": "character",
    "decimal": "numeric",
    "float8": "double precision",
    "int": "integer",
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "timestamp": "timestamp without time zone",
    "timestamptz": "timestamp with time zone",
    "varchar": "character varying",
}


class Untold(Exception):
    """The conversion cannot be said of what there is now; its text says why."""


def using(statement: str) -> str | None:
    """
    Return the expression by which a statement converts; None if it has none.

    Raises:
        Untold: It cannot be told apart.
    """
    text = statement.replace("%%", "%")
    words = len(re.findall(r"\bUSING\b", text, re.IGNORECASE))
    if not words:
        return None
    found = USING.search(text)
    if words > 1 or found is None or ";" in text.rstrip().rstrip(";"):
        raise Untold("its USING cannot be told apart from the rest of the statement")
    return found[1].strip().rstrip(";")


@dataclass(frozen=True, kw_only=True)
class Conversion:
    """
    A change of one column's type.

    Attributes:
        source: The table before it.
        before: The column before it.
        after: The column after it.
        labels: What the new type's values are, if it is an enum.
        statement: What changes it.
    """

    source: Source
    before: Column
    after: Column
    labels: list[str] | None
    statement: str

    def refused(self, version: int) -> Question | None:
        """
        Return what to ask of the values; None if the new type takes all of the old one.

        Args:
            version: Of the server that is asked.

        Raises:
            Untold: The conversion cannot be told apart.
        """
        expression = using(self.statement)
        value = sql.Identifier(self.before.name)
        kind, wanted = self.before.type.partition("(")[0], self.after.type
        is_plain = expression is None or _is_cast(expression, self.before.name, wanted)
        if sized := SIZED.fullmatch(wanted):
            if expression is not None and is_plain:
                return None  # an explicit cast cuts what is too long
            return self._too_long(expression, int(sized[2]))
        if not is_plain:
            converted = sql.SQL("CAST(({}) AS {})").format(
                sql.SQL(expression or ""), sql.SQL(wanted)
            )
            return Convertible(source=self.source, expression=converted, is_own_words=True)
        if kind in NUMBERS and (wanted in WHOLE or NUMERIC.fullmatch(wanted)):
            condition = _by_arithmetic(value, self.before.type, wanted)
            if condition is None:
                return None
            return RowsWhere(source=self.source, condition=condition)
        return self._as_text(value, kind, version)

    def _too_long(self, expression: str | None, most: int) -> Question | None:
        known = SIZED.fullmatch(self.before.type)
        if expression is None and known and int(known[2]) <= most:
            return None
        value: sql.Composable = sql.Identifier(self.before.name)
        if expression is not None:
            value = sql.SQL("({})").format(sql.SQL(expression))
        # Blanks beyond the end are cut without a word.
        return RowsWhere(
            source=self.source,
            condition=sql.SQL("rtrim(substr({}::text, {}), ' ') <> ''").format(
                value, sql.Literal(most + 1)
            ),
            is_own_words=expression is not None,
        )

    def _as_text(self, value: sql.Composable, kind: str, version: int) -> Question | None:
        wanted = self.after.type
        if wanted in ANYTHING or (self.before.type == wanted and self.labels is None):
            return None
        if self.labels is not None:
            condition = sql.SQL("{}::text <> ALL ({}::text[])").format(
                value, sql.Literal(self.labels)
            )
            return RowsWhere(source=self.source, condition=condition)
        if kind in TEXTS and version >= SOFT_ERRORS:
            condition = sql.SQL("NOT pg_input_is_valid({}::text, {})").format(
                value, sql.Literal(wanted)
            )
            return RowsWhere(source=self.source, condition=condition)
        cast = sql.SQL("CAST({} AS {})").format(value, sql.SQL(wanted))
        return Convertible(source=self.source, expression=cast)


def _is_cast(expression: str, column: str, wanted: str) -> bool:
    # Through text it is the same: that is how one type is read as another.
    found = PLAIN.fullmatch(expression)
    if found is None or found["column"].strip('"').replace('""', '"') != column:
        return False
    kind = " ".join(found["type"].replace('"', "").lower().split())
    bare = kind.rpartition(".")[2]
    name, bracket, size = bare.partition("(")
    spelt = ALIASES.get(name.strip(), name.strip()) + bracket + size.replace(" ", "")
    return spelt == wanted.replace('"', "").lower().rpartition(".")[2]


def _by_arithmetic(value: sql.Composable, before: str, wanted: str) -> sql.Composed | None:
    # None if nothing is refused.
    if wanted in WHOLE:
        return _too_great(value, before.partition("(")[0], WHOLE[wanted])
    fixed = NUMERIC.fullmatch(wanted)
    return _too_many_digits(value, before, fixed) if fixed else None


def _too_great(value: sql.Composable, kind: str, bits: int) -> sql.Composed | None:
    if WHOLE.get(kind, bits + 1) <= bits:
        return None
    return sql.SQL("round({}::numeric) NOT BETWEEN {} AND {}").format(
        value, sql.SQL(str(-(2**bits))), sql.SQL(str(2**bits - 1))
    )


def _too_many_digits(
    value: sql.Composable, before: str, wanted: re.Match[str]
) -> sql.Composed | None:
    digits, scale = int(wanted[1]), int(wanted[2])
    known = NUMERIC.fullmatch(before)
    if known and int(known[1]) - int(known[2]) < digits - scale:
        return None
    # NaN fits into every numeric, infinity into none that has a size.
    return sql.SQL("{0}::numeric <> 'NaN' AND abs(round({0}::numeric, {1})) >= 1{2}").format(
        value, sql.SQL(str(scale)), sql.SQL("0" * (digits - scale))
    )
