"""
Read a subject's ``[tool.schemaproof]`` and load what it names.

All mistakes in the configuration are reported at once. What it names is imported only when a check
asks for it: models that raise are a violation, not a mistake in the configuration.
"""

from __future__ import annotations

import datetime as dt
import difflib
import gc
import importlib
import re
import sys
import tomllib
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase, DeclarativeBaseNoMeta, Mapper, registry

from schemaproof.errors import SchemaproofError
from schemaproof.history import History

REQUIRED = {"metadata": str, "alembic": str}
OPTIONAL = {"schemas": str, "queries": str, "url_env": list, "waivers": list}
WAIVER = {"check": str, "where": str, "reason": str}
REFERENCE = re.compile(r"[\w.]+:[\w.]+")


class NoProject(SchemaproofError):
    """There is no subject at the path that was given."""


class BadConfiguration(SchemaproofError):
    """``[tool.schemaproof]`` does not say what it must say."""


class ModelsBroken(Exception):
    """
    The models raised while they were imported or configured: the subject is wrong.

    Attributes:
        where: The module or class to blame.
        told: The exception's type and words.
        path: The file in which it happened, if it is the project's; else None.
        line: The line of that file.
    """

    def __init__(self, error: BaseException, *, where: str, root: Path) -> None:
        self.where = where
        self.told = f"{type(error).__name__}: {' '.join(str(error).split())}"
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames if Path(frame.filename).is_relative_to(root)]
        self.path = Path(own[-1].filename) if own else None
        self.line = own[-1].lineno if own else None
        super().__init__(f"{where}: {self.told}")


@dataclass(frozen=True, kw_only=True)
class Waiver:
    """
    A reviewed exception.

    Attributes:
        check: The check that is waived.
        where: The violation's place, as the report names it.
        reason: Why it may stay.
        until: The last day on which it holds; None for no end.
    """

    check: str
    where: str
    reason: str
    until: dt.date | None = None


@dataclass(frozen=True, kw_only=True)
class Project:
    """
    One subject: where it lies and what its configuration names.

    Attributes:
        root: The folder of its ``pyproject.toml``.
        metadata_name: ``module:attribute`` of the `MetaData`.
        alembic: Its ``alembic.ini``.
        schemas_name: ``module:attribute`` of the declared alignments, if any.
        queries_name: ``module:attribute`` of the registered queries, if any.
        url_env: Environment variables that its ``env.py`` reads.
        waivers: Its reviewed exceptions.
    """

    root: Path
    metadata_name: str
    alembic: Path
    schemas_name: str | None = None
    queries_name: str | None = None
    url_env: tuple[str, ...] = ()
    waivers: tuple[Waiver, ...] = ()

    @classmethod
    def load(cls, path: Path) -> Project:
        """
        Read the ``pyproject.toml`` at ``path`` or in that folder.

        Raises:
            NoProject: There is none, or it has no ``[tool.schemaproof]``.
            BadConfiguration: Some of its keys are missing, unknown or of the wrong type.
        """
        file = path if path.name == "pyproject.toml" else path / "pyproject.toml"
        if not file.is_file():
            raise NoProject(
                f"needs a project with a pyproject.toml; found none at {path}: "
                "give the path of its folder"
            )
        try:
            tables = tomllib.loads(file.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise BadConfiguration(f"{file} is not valid TOML: {error}") from error
        tools = tables.get("tool")
        table = tools.get("schemaproof") if isinstance(tools, dict) else None
        if not isinstance(table, dict):
            raise NoProject(
                f"needs [tool.schemaproof] in {file}; found none: "
                'add it with metadata = "module:attribute" and alembic = "alembic.ini"'
            )
        mistakes = [*_mistakes(table, file.parent)]
        if mistakes:
            raise BadConfiguration(f"[tool.schemaproof] in {file}: {'; '.join(mistakes)}")
        return cls(
            root=file.parent.absolute(),
            metadata_name=table["metadata"],
            alembic=(file.parent / table["alembic"]).absolute(),
            schemas_name=table.get("schemas"),
            queries_name=table.get("queries"),
            url_env=tuple(table.get("url_env", ())),
            waivers=tuple(Waiver(**waiver) for waiver in table.get("waivers", ())),
        )

    @cached_property
    def history(self) -> History:
        """
        Its Alembic history.
        """
        return History(self.alembic, url_env=self.url_env)

    @cached_property
    def metadata(self) -> MetaData:
        """
        Its models' metadata, imported and with all mappers configured.

        Raises:
            BadConfiguration: ``metadata`` names nothing, or no `MetaData`.
            ModelsBroken: The models raised.
        """
        metadata = self._named("metadata", self.metadata_name)
        if not isinstance(metadata, MetaData):
            raise BadConfiguration(
                f"metadata = {self.metadata_name!r} must name a sqlalchemy.MetaData; "
                f"found {type(metadata).__name__}"
            )
        for declared in _registries(metadata):
            try:
                declared.configure(cascade=True)
            except (Exception, SystemExit) as error:
                named = re.search(r"Mapper\[(\w+)", str(error))
                where = named.group(1) if named else self.metadata_name
                raise ModelsBroken(error, where=where, root=self.root) from error
        return metadata

    @cached_property
    def mappers(self) -> tuple[Mapper[Any], ...]:
        """
        The ORM's mappers of that metadata's tables, in the order of their classes' names.

        Raises:
            ModelsBroken: As `metadata`.
        """
        mappers = {mapper for declared in _registries(self.metadata) for mapper in declared.mappers}
        return tuple(sorted(mappers, key=lambda mapper: mapper.class_.__qualname__))

    def _named(self, key: str, name: str) -> object:
        if str(self.root) not in sys.path:
            sys.path.insert(0, str(self.root))
        module_name, _, attribute = name.partition(":")
        present = set(sys.modules)
        try:
            module = importlib.import_module(module_name)
        except (Exception, SystemExit) as error:
            self._forget(set(sys.modules) - present)
            missing = error.name if isinstance(error, ModuleNotFoundError) else None
            if missing and f"{module_name}.".startswith(f"{missing}."):
                raise BadConfiguration(
                    f"{key} = {name!r} names no module: {missing!r} cannot be found "
                    f"from {self.root}"
                ) from error
            raise ModelsBroken(error, where=module_name, root=self.root) from error
        found: object = module
        for part in attribute.split("."):
            if not hasattr(found, part):
                raise BadConfiguration(
                    f"{key} = {name!r} names nothing: {module_name} has no {attribute!r}"
                )
            found = getattr(found, part)
        return found

    def _forget(self, names: set[str]) -> None:
        # What a failed import leaves half-made turns the next one's error into another.
        for name in names:
            file = getattr(sys.modules[name], "__file__", None)
            if file is not None and Path(file).is_relative_to(self.root):
                del sys.modules[name]


def _registries(metadata: MetaData) -> list[registry]:
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


def _mistakes(table: dict[str, Any], root: Path) -> Iterator[str]:
    known = REQUIRED | OPTIONAL
    for key in sorted(REQUIRED.keys() - table.keys()):
        yield f"{key!r} is missing"
    for key, value in table.items():
        if key not in known:
            nearest = difflib.get_close_matches(key, known, n=1)
            yield f"{key!r} is unknown{f' (is {nearest[0]!r} meant?)' if nearest else ''}"
        elif not isinstance(value, known[key]):
            yield f"{key!r} must be a {known[key].__name__}, not {value!r}"
        elif key in ("metadata", "schemas", "queries") and not REFERENCE.fullmatch(value):
            yield f"{key!r} must look like 'module:attribute', not {value!r}"
        elif key == "url_env" and not all(isinstance(name, str) for name in value):
            yield f"{key!r} must be a list of names, not {value!r}"
    if isinstance(table.get("alembic"), str) and not (root / table["alembic"]).is_file():
        yield f"'alembic' names {table['alembic']!r}, which is not a file"
    waivers = table.get("waivers", [])
    for number, waiver in enumerate(waivers if isinstance(waivers, list) else [], 1):
        yield from (f"waiver {number}: {mistake}" for mistake in _waiver_mistakes(waiver))


def _waiver_mistakes(waiver: object) -> Iterator[str]:
    if not isinstance(waiver, dict):
        yield f"must be a table, not {waiver!r}"
        return
    for key, wanted in WAIVER.items():
        if not isinstance(waiver.get(key), wanted) or not waiver[key].strip():
            yield f"{key!r} must be a text"
    until = waiver.get("until")
    if until is not None and type(until) is not dt.date:
        yield f"'until' must be a date like 2025-06-30, not {until!r}"
    for key in sorted(waiver.keys() - {*WAIVER, "until"}):
        yield f"{key!r} is unknown"
