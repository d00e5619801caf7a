"""
Write the statements that make and change sequences, views and extended statistics.
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaproof.catalog import Sequence, Statistics, View, quote_identifier
from schemaproof.checks.drift._mending.references import reference
from schemaproof.checks.drift._mending.statements import (
    by_name,
    change,
    make,
    remake,
    set_comments,
    set_options,
)


def numbering(it: Sequence) -> str:
    """
    Return how a sequence numbers, as CREATE and ALTER SEQUENCE take it.
    """
    words = [] if it.is_identity else [f"AS {it.type}"]
    words += [f"INCREMENT BY {it.increment}", f"MINVALUE {it.minimum}", f"MAXVALUE {it.maximum}"]
    words += [f"START WITH {it.start}", f"CACHE {it.cache}"]
    return " ".join([*words, "CYCLE" if it.is_cyclic else "NO CYCLE"])


@make.register
def _(it: Sequence) -> Iterator[str]:
    unlogged = "UNLOGGED " if it.persistence == "unlogged" else ""
    yield f"CREATE {unlogged}SEQUENCE {it.identity} {numbering(it)}"
    if it.owned_by is not None:
        yield f"ALTER SEQUENCE {it.identity} OWNED BY {it.owned_by}"


@make.register
def _(it: View) -> Iterator[str]:
    yield _view(it)


@change.register
def _(ours: Sequence, theirs: Sequence, facet: str) -> Iterator[str]:
    # That of an identity column may go by another name there.
    alter = f"ALTER SEQUENCE {theirs.identity}"
    if facet == "owned by":
        yield f"{alter} OWNED BY {ours.owned_by or 'NONE'}"
    elif facet == "persistence":
        yield f"{alter} SET {'LOGGED' if ours.persistence == 'permanent' else 'UNLOGGED'}"
    else:
        # All of it at once: the bounds depend on the type, and the start on the bounds.
        yield f"{alter} {numbering(ours)}"


@change.register
def _(ours: View, theirs: View, facet: str) -> Iterator[str]:
    match facet:
        case "populated":
            yield f"REFRESH {reference(ours)}{'' if ours.is_populated else ' WITH NO DATA'}"
        case "options":
            yield from set_options(f"ALTER {reference(ours)}", ours.options, theirs.options)
        case "column comments":
            place = f"COLUMN {ours.identity}.{{}}"
            yield from set_comments(place, ours.column_comments, theirs.column_comments)
        case "column defaults":
            wanted, there = by_name(ours.column_defaults, theirs.column_defaults)
            for name in sorted({*wanted, *there}):
                how = f"SET DEFAULT {wanted[name]}" if name in wanted else "DROP DEFAULT"
                yield f"ALTER VIEW {ours.identity} ALTER COLUMN {name} {how}"
        case _ if not ours.is_materialized and _is_longer(ours, theirs):
            yield _view(ours).replace("CREATE VIEW", "CREATE OR REPLACE VIEW", 1)
        case _:
            yield from remake(ours, theirs)


@change.register
def _(ours: Statistics, theirs: Statistics, facet: str) -> Iterator[str]:
    if facet == "statistics target":
        target = -1 if ours.statistics_target is None else ours.statistics_target
        yield f"ALTER {reference(ours)} SET STATISTICS {target}"
    else:
        yield from remake(ours, theirs)


def _view(it: View) -> str:
    method = f" USING {quote_identifier(it.access_method)}" if it.access_method else ""
    options = f" WITH ({', '.join(it.options)})" if it.options else ""
    query = it.definition.rstrip(";").lstrip()
    data = "" if it.is_populated else " WITH NO DATA"
    return f"CREATE {reference(it)}{method}{options} AS {query}{data}"


def _is_longer(ours: View, theirs: View) -> bool:
    # CREATE OR REPLACE may add columns at the end and change no other.
    return ours.columns[: len(theirs.columns)] == theirs.columns
