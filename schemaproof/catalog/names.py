"""
Decide how the name of a database object is written for a reader.

PostgreSQL quotes a name only where it must: where it would fold to another name, or is a word of
the language. The same rule here makes a name in a report the one that ``psql`` shows and that can
be pasted into a statement. Never used to build SQL: that goes through `psycopg.sql`.

Source: https://www.postgresql.org/docs/current/functions-string.html (quote_ident)
"""

from __future__ import annotations

import re
from typing import NamedTuple

# Every key word of PostgreSQL 14 to 18 that quote_ident quotes (pg_get_keywords, catcode <> 'U').
# A server that does not know one of them yet accepts the quotes all the same.
_KEY_WORDS = """
    all analyse analyze and any array as asc asymmetric authorization between bigint binary bit
    boolean both case cast char character check coalesce collate collation column concurrently
    constraint create cross current_catalog current_date current_role current_schema
    current_time current_timestamp current_user dec decimal default deferrable desc distinct do
    else end except exists extract false fetch float for foreign freeze from full grant greatest
    group grouping having ilike in initially inner inout int integer intersect interval into is
    isnull join json json_array json_arrayagg json_exists json_object json_objectagg json_query
    json_scalar json_serialize json_table json_value lateral leading least left like limit
    localtime localtimestamp merge_action national natural nchar none normalize not notnull null
    nullif numeric offset on only or order out outer overlaps overlay placing position precision
    primary real references returning right row select session_user setof similar smallint some
    substring symmetric system_user table tablesample then time timestamp to trailing treat trim
    true union unique user using values varchar variadic verbose when where window with
    xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot
    xmlserialize xmltable
"""
KEY_WORDS = frozenset(_KEY_WORDS.split())

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")


def quote_identifier(name: str) -> str:
    """
    Write one identifier as PostgreSQL's ``quote_ident`` does.
    """
    if _PLAIN.fullmatch(name) and name not in KEY_WORDS:
        return name
    return '"' + name.replace('"', '""') + '"'


class QualifiedName(NamedTuple):
    """
    The name of a table, view or type together with its schema.

    Attributes:
        schema: The schema's name, unquoted.
        name: The object's name, unquoted.
    """

    schema: str
    name: str

    def __str__(self) -> str:
        return f"{quote_identifier(self.schema)}.{quote_identifier(self.name)}"


def short_name(name: QualifiedName) -> str:
    """
    Return the name as people write it: without quotes, and without the schema if that is public.
    """
    return name.name if name.schema == "public" else f"{name.schema}.{name.name}"
