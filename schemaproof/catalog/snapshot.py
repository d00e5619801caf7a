"""
Read a whole catalogue with one SQL statement.

Each file in ``sql/`` is one plain query whose columns are the fields of one kind of record. They
are joined here into a single statement that returns one text, an object a line, because a round
trip per kind would cost more than the reading. The statement pins the settings that change how
PostgreSQL spells a definition (``search_path`` above all) and puts them back before it returns, so
that the text does not depend on the session and the session does not notice.

The statement is prepared, because planning it costs more than running it. psycopg forgets prepared
statements after DROP, ALTER and ROLLBACK; the next snapshot then plans it anew.

Source: https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-CATALOG
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from functools import cache, partial
from importlib import resources
from typing import Any

import psycopg
from psycopg.rows import tuple_row
from sqlalchemy import Connection as SqlalchemyConnection

from schemaproof.catalog.decoding import KINDS, Records, columns_of
from schemaproof.catalog.merging import RELATIONAL
from schemaproof.catalog.model import Catalog

AnyConnection = psycopg.Connection[Any] | SqlalchemyConnection

# Sends a statement that returns one text; where it has OIDS, the second argument takes their place.
Ask = Callable[..., str]
OIDS = ":oids"


def snapshot(connection: psycopg.Connection[Any]) -> Catalog:
    """
    Read everything that the connection's database contains, in one statement.

    It sees what the connection's transaction sees. On a connection that is not in autocommit mode
    and has no transaction open, psycopg opens one, as for any other statement; nothing else about
    the session changes.
    """
    return read(asking(connection))


def asking(connection: AnyConnection) -> Ask:
    """
    Return a function that reads through a connection: of psycopg, or of SQLAlchemy with any driver.
    """
    if isinstance(connection, psycopg.Connection):
        return partial(_ask_psycopg, connection)
    return partial(_ask_sqlalchemy, connection)


def _ask_psycopg(
    connection: psycopg.Connection[Any], statement: str, oids: Sequence[int] | None = None
) -> str:
    given = None if oids is None else [[*oids]]
    text = statement if given is None else statement.replace("%", "%%").replace(OIDS, "%s")
    with psycopg.Cursor(connection, row_factory=tuple_row) as cursor:
        row = cursor.execute(text.encode(), given, prepare=True).fetchone()
    assert row is not None  # noqa: S101 - each of our statements returns one row
    return str(row[0])


def _ask_sqlalchemy(
    connection: SqlalchemyConnection, statement: str, oids: Sequence[int] | None = None
) -> str:
    text = statement.replace(OIDS, f"'{{{','.join(map(str, oids or ()))}}}'")
    # With parameters, even an empty list, some drivers take a per cent sign for a placeholder.
    options = {"no_parameters": True}
    return str(connection.exec_driver_sql(text, execution_options=options).scalar_one())


def read(
    ask: Ask, oids: Sequence[int] | None = None, kinds: frozenset[str] = frozenset(RELATIONAL)
) -> Catalog:
    """
    Read everything; or what is of these kinds and belongs to the relations with these OIDs.
    """
    statement = _statement() if oids is None else _statement(kinds)
    version, *lines = ask(statement, oids).split("\n")
    starts = [place for place, line in enumerate(lines) if line in KINDS]
    found: dict[str, list[Any]] = {kind: [] for kind in KINDS}
    for start, end in itertools.pairwise([*starts, len(lines)]):
        found[lines[start]] = _RECORDS.of(lines[start], lines[start + 1 : end])
    _RECORDS.forget_all_but(len(lines))
    found["constraints"] += found.pop("foreign_keys")
    for kind, place in RELATIONAL.items():
        # As a rule they are sorted already: by bytes, which is our order too, but not in EUC_JP.
        found[kind].sort(key=place)
    records: dict[str, Any] = {kind: tuple(objects) for kind, objects in found.items()}
    return Catalog(server_version=int(version), **records)


@cache
def _statement(kinds: frozenset[str] | None = None) -> str:
    files = resources.files("schemaproof.catalog") / "sql"
    fragments = (
        f"'{kind}', (SELECT string_agg(json_build_array({_columns(kind)})::text, E'\\n') FROM (\n"
        f"{(files / f'{kind}.sql').read_text('utf-8')}"
        ") AS it)"
        for kind in KINDS
        if kinds is None or ("constraints" if kind == "foreign_keys" else kind) in kinds
    )
    frame = (files / "_frame.sql").read_text("utf-8")
    is_chosen = "" if kinds is None else r"AND \1 = ANY (ARRAY(SELECT oid FROM chosen))"
    frame = re.sub(r"\{(\S+) is chosen\}", is_chosen, frame)
    chosen = "NULL::oid[]" if kinds is None else f"{OIDS}::oid[]"
    return frame.replace("{chosen}", chosen).replace("{fragments}", ",\n".join(fragments))


def _columns(kind: str) -> str:
    return ", ".join(f'"{name}"' for name in columns_of(kind))


_RECORDS = Records()
