"""
Report extensions that are older in the database than on the server.

A package update brings a new library and new scripts; what the database has of it stays as it was
until ALTER EXTENSION … UPDATE. New functions are then missing, and a fix that is in a script has
not arrived; a database that is made anew, as by a test or a restore, gets another version.

Source: https://www.postgresql.org/docs/current/sql-alterextension.html
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaproof.catalog import Catalog, quote_identifier
from schemaproof.checks.check import Evidence, Violation, Yielded, check
from schemaproof.checks.health._telling import count, mended, unseen
from schemaproof.vitals import Vitals


@check("health/outdated-extension", severity="warning")
def outdated_extension(vitals: Vitals, catalog: Catalog) -> Iterator[Yielded]:
    if "extensions" in vitals.unseen:
        yield from unseen("extension", [vitals.unseen["extensions"]])
        return
    for one in vitals.extensions:
        yield Violation(
            where=one.name,
            found=f"version {one.version} is installed, the server has {one.available}",
            because="what later versions brought or mended is missing here, and a database that is "
            "made anew has it",
            fix=mended(f"ALTER EXTENSION {quote_identifier(one.name)} UPDATE") + ".",
        )
    if not vitals.extensions:
        yield Evidence(
            seen=f"{count(len(catalog.extensions), 'extension')}, as new as the server's"
        )
