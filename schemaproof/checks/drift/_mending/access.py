"""
Write the statements that give roles what the models grant them.

Source: https://www.postgresql.org/docs/current/ddl-priv.html#PRIVILEGES-ACLITEM-OUTPUT
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from schemaproof.catalog import (
    CatalogObject,
    Column,
    DefaultPrivileges,
    Function,
    View,
    quote_identifier,
)  # fmt: skip
from schemaproof.catalog.datatypes import DataType
from schemaproof.checks.drift._mending.references import grantable

RIGHTS = {
    "r": "SELECT",
    "a": "INSERT",
    "w": "UPDATE",
    "d": "DELETE",
    "D": "TRUNCATE",
    "x": "REFERENCES",
    "t": "TRIGGER",
    "m": "MAINTAIN",
    "X": "EXECUTE",
    "U": "USAGE",
    "C": "CREATE",
}
EVERYTHING = "ALL"
PUBLIC = ""

_ITEM = re.compile(r'("(?:[^"]|"")*"|[^=]*)=([a-zA-Z*]*)/')
_PART = re.compile(r'("(?:[^"]|"")*"|\S+) (.*)', re.DOTALL)

# What each role may do: the letters, or ALL.
Grants = Mapping[str, str]


def grants_of(it: CatalogObject) -> Grants:
    """
    Return what each role may do with an object, the owner included; PUBLIC has no name.
    """
    return _read(getattr(it, "privileges", None), _default(it))


def regrant(ours: CatalogObject, theirs: CatalogObject) -> Iterator[str]:
    """
    Yield what makes an object's privileges those of ``ours``.
    """
    default = _default(ours)
    wanted = _read(getattr(ours, "privileges", None), default)
    there = _read(getattr(theirs, "privileges", None), default)
    if isinstance(ours, Column):
        of, columns = f"TABLE {ours.table}", quote_identifier(ours.name)
    else:
        of, columns = grantable(ours), None
    yield from _grants(wanted, there, of, columns)


def regrant_columns(ours: View, theirs: View) -> Iterator[str]:
    """
    Yield what makes the privileges on a view's columns those of ``ours``.
    """
    wanted, there = (_by_column(each.column_privileges) for each in (ours, theirs))
    for column in sorted({*wanted, *there}):
        ours_read, theirs_read = (_read(each.get(column, ()), {}) for each in (wanted, there))
        yield from _grants(ours_read, theirs_read, grantable(ours), column)


def regrant_defaults(
    ours: DefaultPrivileges | None, theirs: DefaultPrivileges | None
) -> Iterator[str]:
    """
    Yield what makes the privileges of objects yet to be made those of ``ours``.
    """
    one = ours or theirs
    assert one is not None  # noqa: S101 - a difference has a side
    implied: dict[str, str] = {}
    if one.schema is None:
        # For all schemas the list takes the place of the built-in one; for one it adds to it.
        implied[one.role] = EVERYTHING
        implied |= {"functions": {PUBLIC: "X"}, "types": {PUBLIC: "U"}}.get(one.objects, {})
    where = f" IN SCHEMA {quote_identifier(one.schema)}" if one.schema is not None else ""
    alter = f"ALTER DEFAULT PRIVILEGES FOR ROLE {quote_identifier(one.role)}{where}"
    wanted, there = (_read(each.privileges if each else None, implied) for each in (ours, theirs))
    for statement in _grants(wanted, there, one.objects.upper(), None):
        yield f"{alter} {statement}"


def _default(it: CatalogObject) -> Grants:
    if isinstance(it, Column):
        return {}
    granted = {getattr(it, "owner", PUBLIC): EVERYTHING}
    if isinstance(it, Function):
        granted[PUBLIC] = "X"
    if isinstance(it, DataType):
        granted[PUBLIC] = "U"
    return granted


def _read(items: tuple[str, ...] | None, default: Grants) -> Grants:
    if items is None:
        return default
    found = (match for item in items if (match := _ITEM.match(item)))
    return {_unquoted(match.group(1)): match.group(2) for match in found}


def _by_column(items: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    columns: dict[str, tuple[str, ...]] = {}
    for item in items:
        if found := _PART.fullmatch(item):
            columns[found.group(1)] = (*columns.get(found.group(1), ()), found.group(2))
    return columns


def _grants(wanted: Grants, there: Grants, of: str, columns: str | None) -> Iterator[str]:
    for role in sorted({*wanted, *there}):
        if wanted.get(role) == there.get(role):
            continue
        who = "PUBLIC" if role == PUBLIC else quote_identifier(role)
        if role in there:
            yield f"REVOKE {_rights(EVERYTHING, columns)} ON {of} FROM {who}"
        letters = wanted.get(role, "")
        is_all = letters == EVERYTHING
        passed_on = "" if is_all else "".join(re.findall(r"(\w)\*", letters))
        kept = letters if is_all else re.sub(r"\w\*", "", letters)
        if kept:
            yield f"GRANT {_rights(kept, columns)} ON {of} TO {who}"
        if passed_on:
            yield f"GRANT {_rights(passed_on, columns)} ON {of} TO {who} WITH GRANT OPTION"


def _rights(letters: str, columns: str | None) -> str:
    rights = [EVERYTHING] if letters == EVERYTHING else [RIGHTS[letter] for letter in letters]
    return ", ".join(right if columns is None else f"{right} ({columns})" for right in rights)


def _unquoted(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name
