"""
Write the statements through which rows are offered: their values are one array of texts, ``$1``.

The server casts each. A cast to ``varchar(n)`` cuts off what is too long, an assignment refuses it,
so texts are assigned.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib import resources

from psycopg import sql

from schemaproof.catalog import QualifiedName
from schemaproof.rows.statements import bare_relation

# As format_type() writes them.
CHARACTERS = re.compile(r"^character( varying)?(\(\d+\))?(?=$|\[)")


@lru_cache(maxsize=4096)
def insert_statement(
    table: QualifiedName,
    given: tuple[tuple[str, str], ...],
    returned: tuple[str, ...],
    reading: tuple[str, ...] = (),
) -> str:
    """
    Return an INSERT that gives back the row as an array of texts.

    Args:
        table: The table.
        given: Name and type of each column that gets a value: the second and later ones of ``$1``.
        returned: The columns to give back.
        reading: Expressions to give back after them.
    """
    columns = ", ".join(sql.Identifier(name).as_string() for name, _ in given)
    values = ", ".join(
        f"($1::text[])[{place}]::{_assignable(type_name)}"
        for place, (_, type_name) in enumerate(given, 2)
    )
    chosen = f"({columns}) OVERRIDING SYSTEM VALUE VALUES ({values})"
    back = [sql.Identifier(name).as_string() for name in returned] + [f"({one})" for one in reading]
    texts = ", ".join(f"{one}::text" for one in back)
    into = bare_relation(table).as_string()
    return f"INSERT INTO {into} {chosen if given else 'DEFAULT VALUES'} RETURNING ARRAY[{texts}]"


def cast_statement(type_name: str) -> str:
    """
    Return a SELECT that casts the second text of ``$1`` to a type.
    """
    return f"SELECT ARRAY[(($1::text[])[2]::{type_name})::text]"


@cache
def offer_function() -> sql.SQL:
    """
    Return the statement that makes the function which offers rows.
    """
    files = resources.files("schemaproof.trials.offers")
    return sql.SQL((files / "offer.sql").read_text("utf-8"))


def _assignable(type_name: str) -> str:
    return CHARACTERS.sub("text", type_name)
