"""
Carry a mutant into the process of a suite: a file says which it is, a second one that it arrived.

A class cannot be written into a file. What is written is where the field is and what was done to
it; the other process makes the mutants of that schema itself, and takes the one of that name.
"""

from __future__ import annotations

import gc
import json
import os
import tempfile
from pathlib import Path

from schemaproof.bench import MUTANT, Bench, carried_mutant
from schemaproof.errors import SchemaproofError
from schemaproof.mutation.mutant import Mutant
from schemaproof.mutation.schemas.classes import in_place
from schemaproof.mutation.schemas.mutants import SchemaMutant, schema_mutants
from schemaproof.mutation.suite import forks
from schemaproof.project import Project

ARRIVED = "in its place"


class NotApplied(SchemaproofError):
    """The mutant of a schema cannot be put in the original's place."""


def write(mutant: Mutant, folder: Path) -> Path:
    """
    Return a new file that tells of the mutant.
    """
    document = {"side": mutant.side, "name": str(mutant)}
    if isinstance(mutant, SchemaMutant):
        document["alignment"] = mutant.alignment
    else:
        document["sql"] = mutant.sql
    with tempfile.NamedTemporaryFile(
        "w", dir=folder, suffix=".json", encoding="utf-8", delete=False
    ) as file:
        json.dump(document, file)
    return Path(file.name)


def receipt(file: Path) -> str:
    """
    Return what the other process said of it: `ARRIVED`, what went wrong, or nothing.
    """
    try:
        return _receipt_of(file).read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


def put_in_place(bench: Bench) -> bool:
    """
    Make the schema of this process's project the mutant that it was sent, if it was sent one.

    Returns:
        Whether there is anything left to do here: if it was sent several, its forks have done it.

    Raises:
        NotApplied: That cannot be done.
    """
    document = carried_mutant()
    if document is None or document["side"] != "schemas":
        return True
    is_fork = "several" in document
    if is_fork:
        if not forks.is_fork(document["several"], document["patience_s"], bench):
            return False
        document = carried_mutant() or {}
    try:
        _apply(document, bench.project)
    except Exception as error:
        told = f"{type(error).__name__}: {' '.join(str(error).split())}"
        _tell(told)
        raise NotApplied(
            f"needs a schema that {document.get('name')} fits; found {told}"
        ) from error
    _tell(ARRIVED)
    if is_fork:
        # pytest collects garbage again and again; what was there before is shared with the others.
        gc.freeze()
    return True


def _apply(document: dict[str, str], project: Project) -> None:
    alignments = {str(one): one for one in project.alignments}
    alignment = alignments[document["alignment"]]
    (mutant,) = (
        one
        for one in schema_mutants(document["alignment"], alignment)
        if str(one) == document["name"]
    )
    in_place(mutant, alignment.schema)


def _tell(told: str) -> None:
    # Processes of pytest-xdist say the same at the same time.
    _receipt_of(Path(os.environ[MUTANT])).write_text(told, encoding="utf-8")


def _receipt_of(file: Path) -> Path:
    return file.with_suffix(".arrived")
