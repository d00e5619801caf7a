"""
Write the calls that make and change tables, constraints and indexes.

Where Alembic has an operation of its own it is used, else the server's own words.

Source: https://alembic.sqlalchemy.org/en/latest/ops.html
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaproof.catalog import Catalog, Constraint, ForeignKey, Index, Table
from schemaproof.catalog import quote_identifier as quoted
from schemaproof.checks.drift._mending.calls import execute, on_table, source
from schemaproof.checks.drift._mending.statements import set_foreign, set_options


def alter_table(facet: str, ours: Table, theirs: Table, declared: Catalog) -> Iterator[str]:
    """
    Yield what gives a table that is there one of the properties that ``ours`` has.
    """
    alter = f"ALTER TABLE {ours.identity}"
    match facet:
        case "row security":
            yield f"{alter} {'ENABLE' if ours.has_row_security else 'DISABLE'} ROW LEVEL SECURITY"
        case "forces row security":
            force = "FORCE" if ours.forces_row_security else "NO FORCE"
            yield f"{alter} {force} ROW LEVEL SECURITY"
        case "persistence":
            yield f"{alter} SET {'LOGGED' if ours.persistence == 'permanent' else 'UNLOGGED'}"
        case "options":
            yield from set_options(alter, ours.options, theirs.options)
        case "replica identity":
            yield f"{alter} REPLICA IDENTITY {_replica_identity(ours, declared)}"
        case "of type":
            yield f"{alter} " + (f"OF {ours.of_type}" if ours.of_type else "NOT OF")
        case "access method" if declared.server_version >= 150000:
            yield f"{alter} SET ACCESS METHOD {ours.access_method}"
        case "foreign options":
            yield from set_foreign(
                f"ALTER FOREIGN TABLE {ours.identity}", ours.foreign_options, theirs.foreign_options
            )
        case "parents" | "partition bound":
            yield from _reparent(ours, theirs, always=facet == "partition bound")


def add_constraint(constraint: Constraint) -> Iterator[str]:
    """
    Yield what adds a constraint, its comment apart.
    """
    if isinstance(constraint, ForeignKey) and _is_plain_key(constraint):
        yield _create_foreign_key(constraint)
    else:
        name = quoted(constraint.name)
        added = f"ADD CONSTRAINT {name} {constraint.definition}"
        yield execute(f"ALTER TABLE {constraint.table} {added}")


def alter_constraint(facet: str, ours: Constraint, theirs: Constraint) -> Iterator[str]:
    """
    Yield what gives a constraint that is there one of the properties that ``ours`` has.
    """
    if facet == "validated" and ours.is_validated:
        yield execute(f"ALTER TABLE {ours.table} VALIDATE CONSTRAINT {quoted(ours.name)}")
    elif facet == "enabled" and ours.enabled == "origin":
        # PostgreSQL's own triggers have made-up names; ALL means them.
        tables = [ours.table, *([ours.target] if isinstance(ours, ForeignKey) else [])]
        for table in dict.fromkeys(tables):
            yield execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")
    elif facet != "enabled":
        yield drop_constraint(theirs)
        yield from add_constraint(ours)


def drop_constraint(constraint: Constraint) -> str:
    """
    Return what drops a constraint.
    """
    return f"op.drop_constraint({source(constraint.name)}, {on_table(constraint.table)})"


def make_index(index: Index) -> str:
    """
    Return what makes an index; that of a partitioned table on its partitions too.
    """
    return index.definition.replace(" ON ONLY ", " ON ", 1)


def drop_index(index: Index) -> str:
    """
    Return what drops an index.
    """
    return f"op.drop_index({source(index.name)}, table_name={on_table(index.table)})"


def alter_index(facet: str, ours: Index, theirs: Index) -> Iterator[str]:
    """
    Yield what gives an index that is there one of the properties that ``ours`` has.
    """
    match facet:
        case "valid" | "ready":
            if getattr(ours, f"is_{facet}"):
                yield execute(f"REINDEX INDEX {ours.identity}")
        case "clustered":
            how = f"CLUSTER ON {quoted(ours.name)}" if ours.is_clustered else "SET WITHOUT CLUSTER"
            yield execute(f"ALTER TABLE {ours.table} {how}")
        case "replica identity":
            how = f"USING INDEX {quoted(ours.name)}"
            # Another index, which is told too, takes its place.
            if ours.is_replica_identity:
                yield execute(f"ALTER TABLE {ours.table} REPLICA IDENTITY {how}")
        case "statistics targets":
            yield from _index_targets(ours, theirs)
        case "options":
            alter = f"ALTER INDEX {ours.identity}"
            yield from map(execute, set_options(alter, ours.options, theirs.options))
        case _ if ours.constraint is None and theirs.constraint is None:
            yield drop_index(theirs)
            yield execute(make_index(ours))


def _replica_identity(table: Table, declared: Catalog) -> str:
    if table.replica_identity != "index":
        return table.replica_identity.upper()
    indexes = declared.indexes_of(table.qualified_name)
    name = next((each.name for each in indexes if each.is_replica_identity), "…")
    return f"USING INDEX {quoted(name)}"


def _reparent(ours: Table, theirs: Table, *, always: bool) -> Iterator[str]:
    for parent in theirs.parents:
        if always or parent not in ours.parents:
            if theirs.partition_bound is not None:
                yield f"ALTER TABLE {parent} DETACH PARTITION {ours.identity}"
            else:
                yield f"ALTER TABLE {ours.identity} NO INHERIT {parent}"
    for parent in ours.parents:
        if always or parent not in theirs.parents:
            if ours.partition_bound is not None:
                bound = ours.partition_bound
                yield f"ALTER TABLE {parent} ATTACH PARTITION {ours.identity} {bound}"
            else:
                yield f"ALTER TABLE {ours.identity} INHERIT {parent}"


def _is_plain_key(key: ForeignKey) -> bool:
    return not key.delete_columns and not key.is_temporal and key.is_enforced and key.is_validated


def _create_foreign_key(key: ForeignKey) -> str:
    words = [source(key.name), source(key.table.name), source(key.target.name)]
    words += [source([*key.columns]), source([*key.target_columns])]
    actions = {"ondelete": key.on_delete, "onupdate": key.on_update}
    words += [
        f"{word}={source(action)}" for word, action in actions.items() if action != "NO ACTION"
    ]
    if key.match != "SIMPLE":
        words.append(f"match={source(key.match)}")
    if key.is_deferrable:
        words.append("deferrable=True")
    if key.is_deferred:
        words.append('initially="DEFERRED"')
    for word, table in (("source_schema", key.table), ("referent_schema", key.target)):
        if table.schema != "public":
            words.append(f"{word}={source(table.schema)}")
    return f"op.create_foreign_key({', '.join(words)})"


def _index_targets(ours: Index, theirs: Index) -> Iterator[str]:
    wanted, there = (
        dict(each.split(" ") for each in index.statistics_targets) for index in (ours, theirs)
    )
    for place in sorted({*wanted, *there}):
        target = wanted.get(place, "-1")
        yield execute(f"ALTER INDEX {ours.identity} ALTER COLUMN {place} SET STATISTICS {target}")
