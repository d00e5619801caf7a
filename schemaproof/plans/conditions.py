"""
Read which columns a condition of a plan is about.

EXPLAIN writes conditions for people: ``((email)::text = 'ada'::text)``, ``(logs.user_id = u.id)``,
``(ROW(a, b) > ROW(1, 2))``, ``(id = ANY ('{1,2}'::integer[]))``. A column is what is neither a
type, a function, a collation, a word of the language nor another table's. A name with a capital
letter is quoted; words of the language are written in capitals.

Source: https://github.com/postgres/postgres/blob/master/src/backend/utils/adt/ruleutils.c
(get_rule_expr)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemaproof.catalog.names import KEY_WORDS

WORD = r'(?:"(?:[^"]|"")+"|[a-z_][a-z0-9_]*)'
# What stands in a condition and holds words that are none of a table's columns.
OTHERS = re.compile(
    rf"""
      E?'(?:[^'\\]|''|\\.)*'                                      # a value
    | \((?:hashed\ )?(?:InitPlan|SubPlan)\ \d+\)(?:\.col\d+)?     # what another plan found
    | EXTRACT\(\w+\ FROM
    | COLLATE\ {WORD}(?:\.{WORD})?
    | OPERATOR\([^)]*\)
    | ::(?:{WORD}\.)?
      (?:double\ precision|character\ varying|bit\ varying|interval(?:\ [a-z]+)*|{WORD})
      (?:\([\d,]*\))?(?:\ with(?:out)?\ time\ zone)?(?:\[\])*     # a cast
    """,
    re.VERBOSE,
)
NAMED = re.compile(rf"(?<![\w$])(?:({WORD})\.)?({WORD})(?![\w$])(\s*\()?")


def columns_in(condition: str, alias: str | None = None) -> frozenset[str]:
    """
    Return the columns of one table that a condition is about.

    Args:
        condition: As EXPLAIN writes it.
        alias: What the statement calls that table; None if the statement reads no other. What an
            index is asked for is without a table, and what it is compared with is not.
    """
    return frozenset(_columns(condition, alias))


def _columns(condition: str, alias: str | None) -> Iterator[str]:
    for table, word, call in NAMED.findall(OTHERS.sub(" ", condition)):
        is_elsewhere = bool(table) and alias is not None and unquoted(table) != alias
        if call or is_elsewhere or (word[0] != '"' and word in KEY_WORDS):
            continue
        yield unquoted(word)


def unquoted(word: str) -> str:
    """
    Return the name that an identifier stands for.
    """
    return word[1:-1].replace('""', '"') if word.startswith('"') else word
