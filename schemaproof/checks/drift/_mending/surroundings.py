"""
Write the statements that make and change what tables stand among.

Schemas, extensions, foreign servers, publications, text search.
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaproof.catalog import (
    DataWrapper,
    Extension,
    ForeignServer,
    Publication,
    Schema,
    SearchConfiguration,
    UserMapping,
    quote_identifier,
)  # fmt: skip
from schemaproof.checks.drift._mending.calls import literal
from schemaproof.checks.drift._mending.references import reference
from schemaproof.checks.drift._mending.statements import change, make, remake, set_foreign


@make.register
def _(it: Schema) -> Iterator[str]:
    yield f"CREATE SCHEMA {it.identity}"


@make.register
def _(it: Extension) -> Iterator[str]:
    schema = quote_identifier(it.schema)
    yield f"CREATE EXTENSION {it.identity} SCHEMA {schema} VERSION {literal(it.version)}"


@make.register
def _(it: DataWrapper) -> Iterator[str]:
    yield _created(
        it,
        it.handler and f"HANDLER {it.handler}",
        it.validator and f"VALIDATOR {it.validator}",
        _options(it.options),
    )


@make.register
def _(it: ForeignServer) -> Iterator[str]:
    yield _created(
        it,
        it.type and f"TYPE {literal(it.type)}",
        it.version and f"VERSION {literal(it.version)}",
        f"FOREIGN DATA WRAPPER {quote_identifier(it.data_wrapper)}",
        _options(it.options),
    )


@make.register
def _(it: UserMapping) -> Iterator[str]:
    yield _created(it, _options(it.options))


@make.register
def _(it: Publication) -> Iterator[str]:
    yield it.summary


@make.register
def _(it: SearchConfiguration) -> Iterator[str]:
    yield f"CREATE {reference(it)} (PARSER = {it.parser})"
    yield from _remap(it, ())


@change.register
def _(ours: Extension, theirs: Extension, facet: str) -> Iterator[str]:
    if facet == "schema":
        yield f"ALTER {reference(ours)} SET SCHEMA {quote_identifier(ours.schema)}"
    elif facet == "version":
        yield f"ALTER {reference(ours)} UPDATE TO {literal(ours.version)}"
    else:
        yield from remake(ours, theirs)


@change.register
def _(ours: DataWrapper, theirs: DataWrapper, facet: str) -> Iterator[str]:
    alter = f"ALTER {reference(ours)}"
    if facet == "options":
        yield from set_foreign(alter, ours.options, theirs.options)
    else:
        word, function = facet.upper(), ours.handler if facet == "handler" else ours.validator
        yield f"{alter} {f'{word} {function}' if function else f'NO {word}'}"


@change.register
def _(ours: ForeignServer, theirs: ForeignServer, facet: str) -> Iterator[str]:
    alter = f"ALTER {reference(ours)}"
    if facet == "options":
        yield from set_foreign(alter, ours.options, theirs.options)
    elif facet == "version":
        yield f"{alter} VERSION {literal(ours.version)}"
    else:
        yield from remake(ours, theirs)


@change.register
def _(ours: UserMapping, theirs: UserMapping, _facet: str) -> Iterator[str]:
    yield from set_foreign(f"ALTER {reference(ours)}", ours.options, theirs.options)


@change.register
def _(ours: Publication, theirs: Publication, facet: str) -> Iterator[str]:
    if facet == "objects":
        yield from remake(ours, theirs)
    elif facet == "generated columns":
        value = ours.generated_columns
        yield f"ALTER {reference(ours)} SET (publish_generated_columns = {value})"
    else:
        yield f"ALTER {reference(ours)} SET ({ours.parameters})"


@change.register
def _(ours: SearchConfiguration, theirs: SearchConfiguration, facet: str) -> Iterator[str]:
    if facet == "mappings":
        yield from _remap(ours, theirs.mappings)
    else:
        yield from remake(ours, theirs)


def _created(it: DataWrapper | ForeignServer | UserMapping, *words: str | None) -> str:
    return " ".join([f"CREATE {reference(it)}", *filter(None, words)])


def _options(options: tuple[str, ...]) -> str:
    return f"OPTIONS ({', '.join(options)})" if options else ""


def _remap(ours: SearchConfiguration, theirs: tuple[str, ...]) -> Iterator[str]:
    wanted, there = (dict(it.split(" WITH ", 1) for it in each) for each in (ours.mappings, theirs))
    for token in sorted({*wanted, *there}):
        if token not in wanted:
            yield f"ALTER {reference(ours)} DROP MAPPING FOR {token}"
        elif wanted[token] != there.get(token):
            how = "ALTER" if token in there else "ADD"
            yield f"ALTER {reference(ours)} {how} MAPPING FOR {token} WITH {wanted[token]}"
