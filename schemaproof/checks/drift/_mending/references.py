"""
Write what SQL calls an object in COMMENT, DROP, ALTER and GRANT.
"""

from __future__ import annotations

from schemaproof.catalog import (
    CatalogObject,
    CompositeType,
    Constraint,
    Domain,
    EnumType,
    ForeignServer,
    Function,
    Policy,
    QualifiedName,
    RangeType,
    Rule,
    Table,
    Trigger,
    quote_identifier,
)  # fmt: skip


def reference(it: CatalogObject) -> str:
    """
    Return the kind of an object and its name: ``FUNCTION public.f(integer)``.
    """
    match it:
        case Table(form="foreign"):
            return f"FOREIGN TABLE {it.identity}"
        case Constraint() | Trigger() | Policy() | Rule():
            kind = "CONSTRAINT" if isinstance(it, Constraint) else it.kind.upper()
            return f"{kind} {quote_identifier(it.name)} ON {it.table}"
        case EnumType() | CompositeType() | RangeType():
            return f"TYPE {it.identity}"
        case Function():
            return f"{_kind_of_function(it)} {signature(it)}"
        case ForeignServer():
            return f"SERVER {it.identity}"
        case _:
            return f"{it.kind.upper().replace('-', ' ')} {it.identity}"


def grantable(it: CatalogObject) -> str:
    """
    Return an object as GRANT and REVOKE call it.
    """
    match it:
        case Table():
            return f"TABLE {it.identity}"
        case Function():
            kind = "PROCEDURE" if it.form == "procedure" else "FUNCTION"
            return f"{kind} {it.identity}"
        case ForeignServer():
            return f"FOREIGN SERVER {it.identity}"
        case Domain():
            return f"DOMAIN {it.identity}"
        case _:
            return reference(it).replace("MATERIALIZED VIEW ", "TABLE ").replace("VIEW ", "TABLE ")


def signature(it: Function) -> str:
    """
    Return an aggregate's or function's name with its argument types.
    """
    if it.form == "aggregate" and not it.argument_types:
        return f"{QualifiedName(it.schema, it.name)}(*)"
    return it.identity


def _kind_of_function(it: Function) -> str:
    return "FUNCTION" if it.form == "window function" else it.form.upper()
