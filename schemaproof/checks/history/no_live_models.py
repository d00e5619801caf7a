"""
Report migrations that import the application's models.

A migration is run for years on a schema that stays as it was, by models that do not: the first
column that is added to a class makes every old migration that queries it fail on a fresh database.

Source: https://alembic.sqlalchemy.org/en/latest/tutorial.html#create-a-migration-script
"""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Iterator
from functools import lru_cache
from types import ModuleType

from sqlalchemy import MetaData

from schemaproof.checks._source import syntax_tree
from schemaproof.checks.check import Evidence, Location, Violation, Yielded, check
from schemaproof.history import Revision
from schemaproof.project import Project


@check("history/no-live-models", severity="warning")
def no_live_models(revision: Revision, project: Project) -> Iterator[Yielded]:
    metadata = project.metadata  # before all else, so that what it lies beside can be imported
    imports = [*_imports(syntax_tree(revision.path))]
    for line, module, name in imports:
        if _is_live(module, name, metadata, project.metadata_name):
            what = f"{module}.{name}" if name else module
            yield Violation(
                where=f"{revision.id}: {what}",
                found=f"{what} is imported, one of today's models",
                because="a migration that builds on it breaks when the model changes, on fresh "
                "databases first",
                fix="Write the table as it was then with sa.table() and sa.column(), or use SQL.",
                location=Location(file=revision.path, line=line),
                revision=revision.id,
            )
    yield Evidence(seen=f"none of {len(imports)} imports")


def _imports(tree: ast.AST) -> Iterator[tuple[int, str, str | None]]:
    for node in ast.iter_child_nodes(tree):
        match node:
            case ast.If(test=ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING")):
                continue
            case ast.Import():
                yield from ((node.lineno, alias.name, None) for alias in node.names)
            case ast.ImportFrom(module=str(module), level=0):
                yield from ((node.lineno, module, alias.name) for alias in node.names)
        yield from _imports(node)


def _imported(module_name: str, name: str | None) -> object:
    try:
        module = importlib.import_module(module_name)
        if name is None or name == "*":
            return module
        if hasattr(module, name):
            return getattr(module, name)
        return importlib.import_module(f"{module_name}.{name}")
    except Exception:  # it fails in the migration too, and there it is told
        return None


# Most migrations import the same few names.
@lru_cache(maxsize=1024)
def _is_live(module: str, name: str | None, metadata: MetaData, metadata_name: str) -> bool:
    found = _imported(module, name)
    if not isinstance(found, ModuleType):
        return _belongs(found, metadata)
    if found.__name__ == metadata_name.partition(":")[0]:
        return True
    # A module that only uses models may do so with care; one that defines them is the models.
    classes = [value for value in vars(found).values() if isinstance(value, type)]
    own = [one for one in classes if f"{one.__module__}.".startswith(f"{found.__name__}.")]
    return any(_belongs(one, metadata) for one in own)


def _belongs(found: object, metadata: MetaData) -> bool:
    # Statically: what stands in a namespace may be a proxy that fails when it is asked.
    return found is metadata or inspect.getattr_static(found, "metadata", None) is metadata
