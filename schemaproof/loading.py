"""
Import what a project names, and configure its mappers.

Models that raise are a violation, not a mistake in the configuration: what they raised, and where,
is kept for the check that reports it.
"""

from __future__ import annotations

import gc
import importlib
import re
import sys
import traceback
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

from sqlalchemy import MetaData
from sqlalchemy.exc import SAWarning
from sqlalchemy.orm import DeclarativeBase, DeclarativeBaseNoMeta, registry

from schemaproof.configuration import BadConfiguration

Stage = Literal["import", "configure", "create"]

# How SQLAlchemy begins when a mapper fails because another one did.
FOLLOWS = "One or more mappers failed to initialize"
# How its messages name the class to blame.
BLAMED = re.compile(r"(?:Mapper\[|relationship )(?P<name>\w+)")


class ModelsBroken(Exception):
    """
    The models raised while they were imported, configured or created: the subject is wrong.

    Attributes:
        stage: What was being done with them.
        where: The module or class to blame.
        told: The exception's type and words.
        path: The file in which it happened, if it is the project's; else None.
        line: The line of that file.
    """

    def __init__(self, error: BaseException, *, stage: Stage, where: str, root: Path) -> None:
        self.stage = stage
        self.where = where
        self.told = f"{type(error).__name__}: {' '.join(str(error).split())}"
        places = [
            (frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)
        ]
        if isinstance(error, SyntaxError) and error.filename:
            places.append((error.filename, error.lineno))
        own = [place for place in places if Path(place[0]).is_relative_to(root)]
        self.path = Path(own[-1][0]) if own else None
        self.line = own[-1][1] if own else None
        super().__init__(f"{where}: {self.told}")


def load(key: str, name: str, root: Path) -> object:
    """
    Import ``module:attribute`` from the folder ``root`` and return what it names.

    Raises:
        BadConfiguration: There is no such module or attribute; the message names ``key``.
        ModelsBroken: The module raised while it was imported.
    """
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    module_name, _, attribute = name.partition(":")
    found: object = _imported(key, name, module_name, root)
    for part in attribute.split("."):
        if not hasattr(found, part):
            raise BadConfiguration(
                f"{key} = {name!r} names nothing: {module_name} has no {attribute!r}"
            )
        found = getattr(found, part)
    return found


def mapper_faults(metadata: MetaData, name: str, root: Path) -> tuple[ModelsBroken, ...]:
    """
    Configure every mapper of the metadata's tables and return what they raise, each thing once.

    Args:
        metadata: The metadata.
        name: What to blame if an error names no class.
        root: The project's folder.
    """
    faults: dict[str, ModelsBroken] = {}
    for declared in registries(metadata):
        for error in _errors(declared):
            named = BLAMED.search(str(error))
            where = named.group("name") if named else name
            fault = ModelsBroken(error, stage="configure", where=where, root=root)
            faults.setdefault(fault.told, fault)
    return tuple(faults.values())


def _errors(declared: registry) -> Iterator[BaseException]:
    try:
        # What SQLAlchemy warns of is for a check to tell.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)
            declared.configure(cascade=True)
    except (Exception, SystemExit) as error:
        yield error
    else:
        return
    # SQLAlchemy stops at the first mapper that fails. A relationship that has failed is not tried
    # again, so that each call comes to the next one.
    for mapper in sorted(declared.mappers, key=str):
        told: set[str] = set()
        while True:
            try:
                mapper._post_configure_properties()
                break
            except (Exception, SystemExit) as error:
                if str(error) in told:
                    break
                told.add(str(error))
                if not str(error).startswith(FOLLOWS):
                    yield error


def registries(metadata: MetaData) -> list[registry]:
    """
    Return the registries whose classes belong to the metadata.
    """
    # SQLAlchemy lists the mappers of a registry but offers no list of registries. Declarative bases
    # know theirs; where there is none, the heap does, at the price of reading all of it.
    bases, found = [DeclarativeBase, DeclarativeBaseNoMeta], []
    for base in bases:
        bases.extend(child for child in base.__subclasses__() if child not in bases)
        own = base.__dict__.get("registry")
        if isinstance(own, registry) and own.metadata is metadata:
            found.append(own)
    return found or [
        one for one in gc.get_objects() if type(one) is registry and one.metadata is metadata
    ]


def _imported(key: str, name: str, module_name: str, root: Path) -> object:
    present = set(sys.modules)
    try:
        return importlib.import_module(module_name)
    except (Exception, SystemExit) as error:
        _forget(set(sys.modules) - present, root)
        missing = error.name if isinstance(error, ModuleNotFoundError) else None
        if missing and f"{module_name}.".startswith(f"{missing}."):
            raise BadConfiguration(
                f"{key} = {name!r} names no module: {missing!r} cannot be found from {root}"
            ) from error
        raise ModelsBroken(error, stage="import", where=module_name, root=root) from error


def _forget(names: Iterable[str], root: Path) -> None:
    # What a failed import leaves half-made turns the next one's error into another.
    for name in names:
        file = getattr(sys.modules[name], "__file__", None)
        if file is not None and Path(file).is_relative_to(root):
            del sys.modules[name]
