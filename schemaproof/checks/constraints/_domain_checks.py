"""
Read a domain as if it were a column, so that values are proposed for it as for any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from schemaproof.catalog import Column, Domain, QualifiedName

# As the catalogue writes a check: its name, quoted if it must be, and its definition.
CHECK = re.compile(r'("(?:[^"]|"")*"|\S+) CHECK \((.*)\)( NOT VALID)?\Z', re.DOTALL)


def checks_of(domain: Domain) -> Iterator[tuple[str, str]]:
    """
    Yield the name and the condition of each of its checks.
    """
    for check in domain.checks:
        found = CHECK.match(check)
        if found:
            name = found.group(1)
            bare = name[1:-1].replace('""', '"') if name.startswith('"') else name
            yield bare, found.group(2)


def as_column(domain: Domain) -> Column:
    """
    Return a column ``value`` of the domain.
    """
    facets: dict[str, Any] = {field.name: None for field in fields(Column)}
    return Column(
        **{
            **facets,
            "table": QualifiedName(domain.schema, domain.name),
            "name": "value",
            "type": domain.identity,
            "type_schema": domain.schema,
            "type_name": domain.name,
            "type_kind": "domain",
            "base_type": domain.base_type,
            "is_nullable": domain.is_nullable,
        }
    )
