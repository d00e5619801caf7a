"""
Read a domain as if it were a column, so that values are proposed for it as for any other.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from schemaproof.catalog import Column, Domain, QualifiedName


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
