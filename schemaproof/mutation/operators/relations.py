"""
Break views, sequences, tables as a whole, and extended statistics.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from schemaproof.catalog import Catalog, Sequence, Table
from schemaproof.checks.drift._mending.references import reference
from schemaproof.mutation.mutant import Mutant, broken, operator
from schemaproof.mutation.operators._writing.expressions import respellings
from schemaproof.mutation.operators._writing.statements import alter


@operator("table/drop")
def drop_table(catalog: Catalog) -> Iterator[Mutant]:
    """Lose the table, and what leans on it."""
    for it in catalog.tables:
        yield broken(it, "is gone", f"DROP {reference(it)} CASCADE")


@operator("table/persistence")
def persistence(catalog: Catalog) -> Iterator[Mutant]:
    """Lose all rows in a crash."""
    for it in _ordinary(catalog):
        if it.persistence == "permanent":
            yield broken(it, "becomes UNLOGGED", alter(it.qualified_name, "SET UNLOGGED"))


@operator("view/drop")
def drop_view(catalog: Catalog) -> Iterator[Mutant]:
    """Lose the view, and what reads it."""
    for it in catalog.views:
        yield broken(it, "is gone", f"DROP {reference(it)} CASCADE")


@operator("view/definition")
def definition(catalog: Catalog) -> Iterator[Mutant]:
    """Show other rows."""
    for it in (view for view in catalog.views if not view.is_materialized):
        options = f" WITH ({', '.join(it.options)})" if it.options else ""
        query = it.definition.rstrip().rstrip(";")
        for other in respellings(query):
            made = f"CREATE OR REPLACE VIEW {it.identity}{options} AS {other.text}"
            yield replace(broken(it, other.detail, made), is_respelt=True)


@operator("sequence/numbers")
def numbers(catalog: Catalog) -> Iterator[Mutant]:
    """Number otherwise."""
    for it in catalog.sequences:
        for detail, how in _other_numbers(it):
            yield broken(it, detail, f"ALTER SEQUENCE {it.identity} {how}")


@operator("sequence/drop")
def drop_sequence(catalog: Catalog) -> Iterator[Mutant]:
    """Lose the sequence, and the defaults that use it."""
    for it in catalog.sequences:
        if not it.is_identity:
            yield broken(it, "is gone", f"DROP SEQUENCE {it.identity} CASCADE")


@operator("statistics/drop")
def drop_statistics(catalog: Catalog) -> Iterator[Mutant]:
    """Tell the planner less."""
    for it in catalog.statistics:
        yield replace(broken(it, "is gone", f"DROP {reference(it)}"), shows_in="plans")


def _ordinary(catalog: Catalog) -> Iterator[Table]:
    return (it for it in catalog.tables if it.form == "ordinary")


def _other_numbers(it: Sequence) -> Iterator[tuple[str, str]]:
    yield f"INCREMENT {it.increment} becomes {it.increment + 1}", f"INCREMENT {it.increment + 1}"
    yield f"START {it.start} becomes {it.start + 1}", f"START {it.start + 1}"
    yield f"MAXVALUE {it.maximum} becomes {it.maximum - 1}", f"MAXVALUE {it.maximum - 1}"
    yield f"CACHE {it.cache} becomes {it.cache + 1}", f"CACHE {it.cache + 1}"
    cycle = "NO CYCLE" if it.is_cyclic else "CYCLE"
    yield cycle, cycle
