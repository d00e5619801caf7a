"""
Know the changes for which PostgreSQL looks at no row, although they read as if it did.

Source: https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES
"""

from __future__ import annotations

import re

from schemaproof.catalog import Catalog, QualifiedName, quote_identifier
from schemaproof.history import RoundTrip

TYPE = re.compile(r"(?P<name>[^(]+?)(?:\((?P<length>\d+)(?:,(?P<scale>-?\d+))?\))?")
ONLY = re.compile(r"\bON ONLY\b", re.IGNORECASE)
TEXTS = frozenset({"text", "character varying"})


def is_harmless(rule: str, table: QualifiedName, trip: RoundTrip, code: str = "") -> bool:
    """
    Tell whether what the rule warns of did not happen to this table.

    Args:
        rule: The rule.
        table: The table, as it was called before the revision.
        trip: The revision's round trip.
        code: The statement.
    """
    after = trip.up.catalog
    match rule:
        case "require-concurrent-index-creation":
            # Nothing is built: the parts bring their own indexes later.
            return ONLY.search(code) is not None and any(
                one.form == "partitioned"
                for one in trip.before.tables
                if one.qualified_name == table
            )
        case "changing-column-type":
            return _only_widened(table, trip.before, after)
        case "adding-not-nullable-field":
            return _was_proved(table, trip.before, after)
    return False


def _only_widened(table: QualifiedName, before: Catalog, after: Catalog) -> bool:
    now = after.types_of(table)
    changed = [
        (type_name, now[column])
        for column, type_name in before.types_of(table).items()
        if column in now and now[column] != type_name
    ]
    # None is changed if it is changed twice, or if the column has another name by now.
    return bool(changed) and all(_is_wider(old, new) for old, new in changed)


def _is_wider(old: str, new: str) -> bool:
    was, becomes = TYPE.fullmatch(old), TYPE.fullmatch(new)
    if was is None or becomes is None:
        return False
    if {was["name"], becomes["name"]} <= TEXTS or was["name"] == becomes["name"] == "bit varying":
        return _is_longer(was["length"], becomes["length"])
    if was["name"] == becomes["name"] == "numeric":
        same_scale = was["scale"] == becomes["scale"] or becomes["length"] is None
        return same_scale and _is_longer(was["length"], becomes["length"])
    return False


def _is_longer(old: str | None, new: str | None) -> bool:
    return new is None or (old is not None and int(old) <= int(new))


def _was_proved(table: QualifiedName, before: Catalog, after: Catalog) -> bool:
    nullable = {column.name: column.is_nullable for column in before.columns_of(table)}
    made = [
        column.name
        for column in after.columns_of(table)
        if not column.is_nullable and nullable.get(column.name, True)
    ]
    checks = [
        one
        for one in before.constraints_of(table)
        if one.kind == "check constraint" and one.is_validated
    ]
    return bool(made) and all(
        any(_forbids_null(one.definition, column) for one in checks) for column in made
    )


def _forbids_null(definition: str, column: str) -> bool:
    name = quote_identifier(column)
    body = definition.removesuffix(" NO INHERIT").removeprefix("CHECK (").removesuffix(")")
    if body in (f"({name} IS NOT NULL)", f"(NOT ({name} IS NULL))"):
        return True
    # One condition of several counts, if each of them must hold.
    is_plain = not any(word in body for word in (" OR ", "NOT (", "CASE "))
    parts = body.removeprefix("(").removesuffix(")").split(" AND ")
    return is_plain and f"({name} IS NOT NULL)" in parts
