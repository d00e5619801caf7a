"""
Report tables that have policies which do not apply.

CREATE POLICY does not switch row security on; ALTER TABLE … ENABLE ROW LEVEL SECURITY does. Until
then every role that may read the table reads all of its rows, and nothing says so.

Source: https://www.postgresql.org/docs/current/ddl-rowsecurity.html
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaproof.catalog import Catalog, QualifiedName, short_name
from schemaproof.checks.check import Evidence, Violation, Yielded, check
from schemaproof.checks.health._telling import count, mended


@check("health/row-security-off")
def row_security_off(catalog: Catalog) -> Iterator[Yielded]:
    policies: dict[QualifiedName, list[str]] = {}
    for policy in catalog.policies:
        policies.setdefault(policy.table, []).append(policy.name)
    off = [table for table in policies if not _is_on(table, catalog)]
    for table in off:
        name, names = short_name(table), policies[table]
        yield Violation(
            where=name,
            found=f"{name} has {count(len(names), 'policy', 'policies')} ({', '.join(names)}), and "
            "row security is not enabled",
            because=f"who may read or write {name} reads or writes every row, whatever they say",
            fix=mended(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY") + ".",
        )
    if not off:
        on = sum(table.has_row_security for table in catalog.tables)
        yield Evidence(
            seen=f"{count(len(catalog.policies), 'policy', 'policies')}, row security on for "
            f"{count(on, 'table')}"
        )


def _is_on(table: QualifiedName, catalog: Catalog) -> bool:
    found = catalog.table(*table)
    return found is not None and found.has_row_security
