"""
Ask the server which texts the CHECK constraints of a column let pass.

A constraint that reads other columns too says nothing of a value alone, and is not asked.

Source: https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-CHECK-CONSTRAINTS
"""

from __future__ import annotations

from collections.abc import Iterable

import psycopg
from psycopg import sql

from schemaproof.catalog import Catalog, Column, Constraint
from schemaproof.postgres import Connection
from schemaproof.rows.candidates import checks_on
from schemaproof.rows.statements import name


def refusals_of(
    column: Column, catalog: Catalog, connection: Connection, texts: Iterable[str]
) -> dict[str, str]:
    """
    Tell of each text which constraint refuses it; empty if none, and left out if nobody can tell.
    """
    offered = [*dict.fromkeys(texts)]
    alone = [check for check in checks_on(column, catalog) if check.columns == (column.name,)]
    if not alone and column.type_kind != "domain":
        return dict.fromkeys(offered, "")
    if not offered:
        return {}
    query = _query(column, alone)
    try:
        with connection.transaction():
            return {text: refused or "" for text, refused in connection.execute(query, [offered])}
    except psycopg.OperationalError:
        raise
    except psycopg.Error as error:
        if len(offered) == 1:
            told = error.diag.constraint_name
            return {offered[0]: f"CHECK {told}"} if told else {}
        # One that the type refuses spoils it for all.
        return {
            text: answer
            for one in offered
            for text, answer in refusals_of(column, catalog, connection, [one]).items()
        }


def _query(column: Column, checks: Iterable[Constraint]) -> sql.Composed:
    refusals = [
        # The server's own words; in a query with parameters a lone % would be a placeholder.
        sql.SQL("CASE WHEN NOT ({}) THEN {} END").format(
            sql.SQL((check.expression or "true").replace("%", "%%")),
            sql.SQL(sql.Literal(f"CHECK {check.name}").as_string().replace("%", "%%")),
        )
        for check in checks
        if check.is_enforced
    ]
    return sql.SQL(
        "SELECT text, coalesce({}, '') FROM unnest(%s::text[]) AS offered(text),"
        " LATERAL (SELECT text::{} AS {}) AS {}"
    ).format(
        sql.SQL(", ").join([*refusals, sql.SQL("NULL::text")]),
        sql.SQL(column.type.replace("%", "%%")),
        name(column.name),
        name(column.table.name),
    )
