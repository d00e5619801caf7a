"""
Write each part of the pages that is generated, as lines of Markdown.

Every part is a function of `Facts` and stands in `PARTS` under the name that the markers use.
Output is in the order of names, so that the same database always gives the same page.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path

from schemaproof.catalog import Catalog, Column, ForeignKey, Index, QualifiedName, Table
from schemaproof.checks import all_checks
from schemaproof.history import version_tables
from schemaproof.project import Project
from schemaproof.targets import foreign_key_name

ROOT = Path(__file__).resolve().parent.parent
# What docs/measure.py has seen.
MEASURED = ROOT / "docs" / "measured.json"
SOURCES = ("models/*.py", "schemas/*.py", "migrations/*.py", "migrations/versions/*.py")


@dataclass(frozen=True, kw_only=True)
class Facts:
    """
    What the pages are generated from.

    Attributes:
        catalog: What the migrations make.
        project: The subject: its history, its mappers and its waivers.
    """

    catalog: Catalog
    project: Project

    @property
    def tables(self) -> list[Table]:
        """
        The tables, Alembic's own left out.
        """
        hidden = version_tables(self.catalog)
        return [table for table in self.catalog.tables if table.qualified_name not in hidden]

    @property
    def indexes(self) -> list[Index]:
        """
        The indexes beside those of the primary keys, by table and name.
        """
        found = [index for t in self.tables for index in self.catalog.indexes_of(t.qualified_name)]
        return [index for index in found if not index.is_primary]


def _overview(facts: Facts) -> Iterator[str]:
    catalog = facts.catalog
    checks = sum(constraint.kind == "check constraint" for constraint in catalog.constraints)
    columns = sum(len(catalog.columns_of(table.qualified_name)) for table in facts.tables)
    relationships = sum(len(mapper.relationships) for mapper in facts.project.mappers)
    counts = {
        "tables": len(facts.tables),
        "columns": columns,
        "foreign keys": len(catalog.foreign_keys),
        "check constraints": checks,
        "indexes beside those of the primary keys": len(facts.indexes),
        "triggers": len(catalog.triggers),
        "functions": len(catalog.functions),
        "ORM relationships": relationships,
        "revisions": len(facts.project.history.revisions),
    }
    yield from _table(("what", "how many"), ((what, str(n)) for what, n in counts.items()))


def _entity_relationship_diagram(facts: Facts) -> Iterator[str]:
    yield from ("```mermaid", "erDiagram")
    for key in facts.catalog.foreign_keys:
        columns = {c.name: c for c in facts.catalog.columns_of(key.table)}
        parent = "|o" if all(columns[name].is_nullable for name in key.columns) else "||"
        label = f"{', '.join(key.columns)}: {key.on_delete}"
        yield f'    {key.target.name} {parent}--o{{ {key.table.name} : "{label}"'
    for table in facts.tables:
        yield f"    {table.name} {{"
        for column in facts.catalog.columns_of(table.qualified_name):
            yield f"        {column.type_name} {column.name}{_key_marks(column, facts)}"
        yield "    }"
    yield "```"


def _key_marks(column: Column, facts: Facts) -> str:
    kinds = {"primary key": "PK", "foreign key": "FK", "unique constraint": "UK"}
    marks = {
        kinds[constraint.kind]
        for constraint in facts.catalog.constraints_of(column.table)
        if constraint.kind in kinds and column.name in constraint.columns
    }
    return f" {', '.join(sorted(marks, reverse=True))}" if marks else ""


def _tables(facts: Facts) -> Iterator[str]:
    for table in facts.tables:
        name = table.qualified_name
        yield from (f"### {table.name}", "", f"{table.comment}.", "")
        yield from _table(
            ("column", "type", "null", "default", "meaning"),
            (_column(column) for column in facts.catalog.columns_of(name)),
        )
        yield ""
        for constraint in facts.catalog.constraints_of(name):
            yield f"- `{constraint.name}`: `{constraint.definition}`"
        for trigger in facts.catalog.triggers_of(name):
            yield f"- `{trigger.name}`, {trigger.timing} {' OR '.join(trigger.events)}: " + str(
                trigger.comment
            )
        yield ""


def _column(column: Column) -> tuple[str, ...]:
    default = f"`{column.default}`" if column.default is not None else ""
    if column.identity_generation is not None:
        default = f"identity, {column.identity_generation}"
    nullable = "yes" if column.is_nullable else "no"
    return (f"`{column.name}`", column.type, nullable, default, column.comment or "")


def _tables_at_a_glance(facts: Facts) -> Iterator[str]:
    rows = []
    for table in facts.tables:
        name = table.qualified_name
        below = (foreign_key_name(key) for key in facts.catalog.foreign_keys_to(name))
        above = (key.target.name for key in facts.catalog.foreign_keys_of(name))
        rows.append((f"`{table.name}`", table.comment or "", _code(above), _code(below)))
    yield from _table(("table", "what it holds", "belongs to", "referenced by"), rows)


def _foreign_keys(facts: Facts) -> Iterator[str]:
    def row(key: ForeignKey) -> tuple[str, ...]:
        target = f"{key.target.name}.{', '.join(key.target_columns)}"
        return (f"`{foreign_key_name(key)}`", f"`{target}`", key.on_delete, f"`{key.name}`")

    keys = facts.catalog.foreign_keys
    yield from _table(("key", "refers to", "on delete", "constraint"), map(row, keys))


def _indexes(facts: Facts) -> Iterator[str]:
    reasons = {waiver.where: waiver.reason for waiver in facts.project.waivers}

    def row(index: Index) -> tuple[str, ...]:
        notes = [
            *(["unique"] if index.is_unique else []),
            *(f"serves `{key.name}`" for key in _served(index, facts)),
            *([f"waived: {reasons[index.name]}"] if index.name in reasons else []),
        ]
        keys = ", ".join(str(key) for key in index.keys)
        return (f"`{index.name}`", f"`{index.table.name} ({keys})`", "; ".join(notes))

    yield from _table(("index", "on", "notes"), map(row, facts.indexes))


def _served(index: Index, facts: Facts) -> list[ForeignKey]:
    keys = facts.catalog.foreign_keys_of(index.table)
    leading = [key.column for key in index.keys]
    return [key for key in keys if set(leading[: len(key.columns)]) == set(key.columns)]


def _relationships(facts: Facts) -> Iterator[str]:
    rows = (
        (
            f"`{mapper.class_.__name__}.{relationship.key}`",
            "many" if relationship.uselist else "one",
            f"`{relationship.mapper.class_.__name__}.{relationship.back_populates}`",
        )
        for mapper in facts.project.mappers
        for relationship in sorted(mapper.relationships, key=lambda found: found.key)
    )
    yield from _table(("attribute", "leads to", "other half"), rows)


def _revisions(facts: Facts) -> Iterator[str]:
    rows = (
        (f"`{revision.id}`", revision.summary.rstrip("."), f"`{_relative(revision.path)}`")
        for revision in facts.project.history.revisions
    )
    yield from _table(("revision", "what it does", "file"), rows)


def _measured(_facts: Facts) -> Iterator[str]:
    found = json.loads(MEASURED.read_text("utf-8"))
    heads = ("revision", "lock on tables that were there", "round trip", "data", "longest wait")
    names = ("revision", "lock", "round_trip", "data", "stall")
    yield from _table(heads, ([one[name] for name in names] for one in found["revisions"]))
    rows, where = f"{found['rows']:,} rows in each table", found["on"]
    yield from ("", f"The longest wait is that of a request, with {rows}, on {where}.")


def _files(_facts: Facts) -> Iterator[str]:
    files = sorted(file for pattern in SOURCES for file in ROOT.glob(pattern))
    rows = ((f"`{_relative(file)}`", _first_line(file)) for file in files)
    yield from _table(("file", "what it decides"), (row for row in rows if row[1]))


def _checks(_facts: Facts) -> Iterator[str]:
    rows = ((f"`{c.name}`", c.severity, c.target or "schema", c.summary) for c in all_checks())
    yield from _table(("check", "severity", "one claim for each", "what it does"), rows)


def _decisions(_facts: Facts) -> Iterator[str]:
    for file in sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md")):
        title = file.read_text("utf-8").partition("\n")[0].removeprefix("# ")
        yield f"- [{title}](decisions/{file.name})"


def _first_line(file: Path) -> str:
    documented = ast.get_docstring(ast.parse(file.read_text("utf-8"))) or ""
    return documented.partition("\n")[0].rstrip(".")


def _relative(file: Path) -> str:
    return file.resolve().relative_to(ROOT).as_posix()


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    for cells in (head, tuple("---" for _ in head), *rows):
        # A bar ends a cell, even in code.
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _catalog(facts: Facts) -> Iterator[str]:
    hidden = version_tables(facts.catalog)
    # Whoever migrates owns what is made; who that is differs from server to server.
    deployer = next(t.owner for t in facts.catalog.tables if t.qualified_name in hidden)
    yield "```text"
    for each in sorted(facts.catalog, key=lambda one: one.key):
        if each.home in hidden or getattr(each, "qualified_name", None) in hidden:
            continue
        yield f"{each.kind} {each.identity}"
        for field in fields(each):
            value = getattr(each, field.name)
            is_unsaid = value in (None, False, (), "", deployer) or field.name in ("schema", "name")
            if not is_unsaid and field.metadata.get("compared", True):
                yield from _indented(field.name, value, deployer)
    yield "```"


def _indented(name: str, value: object, deployer: str) -> Iterator[str]:
    words = value if isinstance(value, tuple) and not isinstance(value, QualifiedName) else (value,)
    text = ", ".join(str(word) for word in words).replace(f"/{deployer}", "/deployer")
    first, *others = text.splitlines()
    yield f"  {name}: {first}".rstrip()
    yield from (f"    {line}".rstrip() for line in others)


PARTS: dict[str, Callable[[Facts], Iterator[str]]] = {
    "catalog": _catalog,
    "checks": _checks,
    "decisions": _decisions,
    "er-diagram": _entity_relationship_diagram,
    "files": _files,
    "foreign-keys": _foreign_keys,
    "indexes": _indexes,
    "overview": _overview,
    "relationships": _relationships,
    "measured": _measured,
    "revisions": _revisions,
    "tables": _tables,
    "tables-at-a-glance": _tables_at_a_glance,
}
