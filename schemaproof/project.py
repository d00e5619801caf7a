"""
Say what one subject is: where it lies, and what its configuration names.

What it names is imported only when a check asks for it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData
from sqlalchemy.orm import Mapper

from schemaproof.alignment import Alignment, read_alignments
from schemaproof.configuration import BadConfiguration, Hint, Invariant, Waiver, read_table
from schemaproof.history import History, Setting
from schemaproof.loading import ModelsBroken, load, mapper_faults, registries
from schemaproof.workload import Workload, read_workload

TRAFFIC_ROWS = 200_000
# Where only the catalogue changes requests wait for a few ms, whatever the number of rows.
STALL_BUDGET_MS = 200
LOCK_WAIT_MS = 10_000


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
        plans_baseline: The file with the accepted plans of those queries, if any.
        url_env: Environment variables that its ``env.py`` reads.
        downgrade_floor: The last revision that needs no downgrade, if any.
        deployed: The last revision that has run in production, if it is declared.
        alembic_section: The section of that file that holds its history.
        bootstrap_name: ``module:function`` that makes what is there before the first revision.
        env_context_name: ``module:attribute`` of what its ``env.py`` runs in, if anything.
        docs: The folder with its pages.
        docs_parts_name: ``module:attribute`` of parts of those pages that are its own, if any.
        x_args: What its ``env.py`` is given by ``-x``, beside the URL.
        traffic_rows: How many rows a table holds while requests are timed.
        stall_budget_ms: How long a request may wait while a revision runs.
        lock_wait_ms: How long a revision may wait for a lock while others queue behind it.
        waivers: Its reviewed exceptions.
        hints: Rows that are hard to find.
        invariants: What must hold of its rows, and what no constraint can say.
        checklist: The page that lists what it promises, if any.
        checklist_outcomes: The JUnit file that the tests named there leave, if any.
    """

    root: Path
    metadata_name: str
    alembic: Path
    schemas_name: str | None = None
    queries_name: str | None = None
    plans_baseline: Path | None = None
    url_env: tuple[str, ...] = ()
    downgrade_floor: str | None = None
    deployed: str | None = None
    alembic_section: str = "alembic"
    bootstrap_name: str | None = None
    env_context_name: str | None = None
    docs: Path = Path("docs")
    docs_parts_name: str | None = None
    x_args: tuple[str, ...] = ()
    traffic_rows: int = TRAFFIC_ROWS
    stall_budget_ms: int = STALL_BUDGET_MS
    lock_wait_ms: int = LOCK_WAIT_MS
    waivers: tuple[Waiver, ...] = ()
    hints: tuple[Hint, ...] = ()
    invariants: tuple[Invariant, ...] = ()
    checklist: Path | None = None
    checklist_outcomes: Path | None = None

    @classmethod
    def load(cls, path: Path) -> Project:
        """
        Read the ``pyproject.toml`` at ``path`` or in that folder.

        Raises:
            NoProject: There is none, or it has no ``[tool.schemaproof]``.
            BadConfiguration: Some of its keys are missing, unknown or of the wrong type.
        """
        file = path if path.name == "pyproject.toml" else path / "pyproject.toml"
        table = read_table(file)
        return cls(
            root=file.parent.absolute(),
            metadata_name=table["metadata"],
            alembic=(file.parent / table["alembic"]).absolute(),
            schemas_name=table.get("schemas"),
            queries_name=table.get("queries"),
            plans_baseline=_file(file.parent, table.get("plans_baseline")),
            url_env=tuple(table.get("url_env", ())),
            downgrade_floor=table.get("downgrade_floor"),
            deployed=table.get("deployed"),
            alembic_section=table.get("alembic_section", "alembic"),
            bootstrap_name=table.get("bootstrap"),
            env_context_name=table.get("env_context"),
            docs=(file.parent / table.get("docs", "docs")).absolute(),
            docs_parts_name=table.get("docs_parts"),
            x_args=tuple(table.get("x_args", ())),
            traffic_rows=table.get("traffic_rows", TRAFFIC_ROWS),
            stall_budget_ms=table.get("stall_budget_ms", STALL_BUDGET_MS),
            lock_wait_ms=table.get("lock_wait_ms", LOCK_WAIT_MS),
            waivers=tuple(Waiver(**waiver) for waiver in table.get("waivers", ())),
            hints=tuple(Hint(**hint) for hint in table.get("hints", ())),
            invariants=tuple(Invariant(**one) for one in table.get("invariants", ())),
            checklist=_file(file.parent, table.get("checklist")),
            checklist_outcomes=_file(file.parent, table.get("checklist_outcomes")),
        )

    @cached_property
    def history(self) -> History:
        """
        Its Alembic history.
        """
        setting = Setting(
            ini=self.alembic,
            section=self.alembic_section,
            url_env=self.url_env,
            x_arguments=self.x_args,
            around=self._around if self.env_context_name else None,
            bootstrap=self._bootstrap if self.bootstrap_name else None,
        )
        return History(setting, downgrade_floor=self.downgrade_floor, deployed=self.deployed)

    @property
    def metadata(self) -> MetaData:
        """
        Its models' metadata.

        Raises:
            BadConfiguration: ``metadata`` names nothing, or no `MetaData`.
            ModelsBroken: The models raised while they were imported.
        """
        # A second import would fail otherwise than the first: half of them is there already.
        if isinstance(self._loaded, MetaData):
            return self._loaded
        raise self._loaded

    @cached_property
    def _loaded(self) -> MetaData | ModelsBroken:
        try:
            return self._load_metadata()
        except ModelsBroken as error:
            return error

    def _load_metadata(self) -> MetaData:
        # Settings are read when they are first imported, with the models as a rule.
        with self.history.standing_in():
            metadata = load("metadata", self.metadata_name, self.root)
        if not isinstance(metadata, MetaData):
            raise BadConfiguration(
                f"metadata = {self.metadata_name!r} must name a sqlalchemy.MetaData; "
                f"found {type(metadata).__name__}"
            )
        return metadata

    @cached_property
    def mapper_faults(self) -> tuple[ModelsBroken, ...]:
        """
        What its mappers raise when they are configured.

        Raises:
            ModelsBroken: As `metadata`.
        """
        return mapper_faults(self.metadata, self.metadata_name, self.root)

    @cached_property
    def declared_mappers(self) -> tuple[Mapper[Any], ...]:
        """
        The ORM's mappers of that metadata's tables, whether or not they can be configured.

        Raises:
            ModelsBroken: As `metadata`.
        """
        mappers = {mapper for declared in registries(self.metadata) for mapper in declared.mappers}
        return tuple(sorted(mappers, key=lambda mapper: mapper.class_.__qualname__))

    @property
    def mappers(self) -> tuple[Mapper[Any], ...]:
        """
        Those mappers, configured, in the order of their classes' names.

        Raises:
            ModelsBroken: As `metadata`, or one of them cannot be configured.
        """
        for fault in self.mapper_faults:
            raise fault
        return self.declared_mappers

    @cached_property
    def alignments(self) -> tuple[Alignment, ...]:
        """
        Which schema reads or writes which of its tables; empty if ``schemas`` is not configured.

        Raises:
            BadConfiguration: ``schemas`` names nothing, or something else.
            ModelsBroken: As `mappers`.
        """
        if self.schemas_name is None:
            return ()
        mappers = self.mappers
        found = self._loaded_beside_models("schemas", self.schemas_name)
        return read_alignments(found, f"schemas = {self.schemas_name!r}", mappers)

    @cached_property
    def workload(self) -> Workload:
        """
        What it asks of its tables; nothing if ``queries`` is not configured.

        Raises:
            BadConfiguration: ``queries`` names nothing, or something else.
            ModelsBroken: As `mappers`.
        """
        if self.queries_name is None:
            return Workload()
        self.mappers  # noqa: B018 - models that are broken say so first
        found = self._loaded_beside_models("queries", self.queries_name)
        return read_workload(found, f"queries = {self.queries_name!r}")

    @property
    def docs_parts(self) -> object:
        """
        What ``docs_parts`` names; nothing if it is not configured.

        Raises:
            BadConfiguration: It names nothing.
        """
        if self.docs_parts_name is None:
            return {}
        return self._loaded_beside_models("docs_parts", self.docs_parts_name)

    def _bootstrap(self, connection: Connection) -> object:
        return self._function("bootstrap", self.bootstrap_name)(connection)

    def _around(self) -> AbstractContextManager[object]:
        found = self._make_context()
        if isinstance(found, AbstractContextManager):
            return found
        raise BadConfiguration(
            f"env_context = {self.env_context_name!r} must name a Flask application, what makes "
            f"one, or what returns a context manager; found {found!r}"
        )

    @cached_property
    def _make_context(self) -> Callable[[], object]:
        found = self._function("env_context", self.env_context_name)
        # An application is made once, a context for each run.
        made = found if hasattr(found, "app_context") else found()
        make: Callable[[], object] = getattr(made, "app_context", found)
        return make

    def _function(self, key: str, name: str | None) -> Callable[..., object]:
        found = self._loaded_beside_models(key, name or "")
        if not callable(found):
            raise BadConfiguration(f"{key} = {name!r} must name a function; found {found!r}")
        return found

    def _loaded_beside_models(self, key: str, name: str) -> object:
        try:
            with self.history.standing_in():
                return load(key, name, self.root)
        except ModelsBroken as error:
            raise BadConfiguration(f"{key} = {name!r} cannot be imported: {error.told}") from error


def _file(root: Path, name: str | None) -> Path | None:
    return None if name is None else (root / name).absolute()
