"""
Let the release before write, read, change and delete rows on today's schema.

A deploy migrates first and replaces processes afterwards, one by one: for a while the models of the
release before work on the new schema. They are imported in a process of their own and do the same
with the same rows on two databases: on the schema that they were written for, and on today's. What
works on the first and not on the second is what the migration breaks. Whatever fails on both is not
the migration's doing, be it a trigger, a model that nobody uses, or a row of ours that makes no
sense.

Source: https://docs.sqlalchemy.org/en/20/orm/session_basics.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schemaproof.catalog import QualifiedName, snapshot
from schemaproof.history import History, Step, Walker, ground
from schemaproof.history.history import lineage
from schemaproof.postgres import Database, Databases
from schemaproof.project import Project
from schemaproof.trials.release.checkout import BadBase, checked_out
from schemaproof.trials.release.outcome import Outcome, Ran, compared
from schemaproof.trials.release.plan import Target, make_plan
from schemaproof.trials.release.process import OldProcess


def run_previous(
    ref: str, project: Project, databases: Databases, migrated: Database
) -> dict[str, Ran]:
    """
    Run the release at ``ref`` and return what became of each of its classes.

    Raises:
        BadBase: There is no such release, or its models cannot be imported.
        MigrationFailed: A revision that it was built on raised.
    """
    with checked_out(ref, project.root) as checkout, OldProcess(checkout, project) as child:
        described = child.hear()
        targets = [
            Target(name=one["name"], tables=tuple(QualifiedName(*name) for name in one["tables"]))
            for one in described["targets"]
            if one["tables"]
        ]
        template = _template_at(described["heads"], ref, project.history, databases)
        with databases.clone(template) as database, database.connect() as connection:
            catalog = snapshot(connection)
            plan = make_plan(catalog, connection, targets)
        order = {
            "rows": [one.as_json() for one in plan.objects],
            "keys": [
                {
                    "table": [*_pair(key.table)],
                    "columns": key.columns,
                    "target": [*_pair(key.target)],
                    "target_columns": key.target_columns,
                }
                for key in catalog.foreign_keys
            ],
        }
        before, now = (
            _outcomes(child, database, databases, order) for database in (template, migrated)
        )
    return {one.name: compared(one, plan, before, now, ref=ref) for one in targets}


def _pair(table: QualifiedName) -> tuple[str, str]:
    return (table.schema, table.name)


def _template_at(heads: list[str], ref: str, history: History, databases: Databases) -> Database:
    unknown = sorted({*heads} - {one.id for one in history.revisions})
    if unknown:
        raise BadBase(
            f"needs a history that goes on from --base {ref}, which ends in {', '.join(heads)}; "
            f"today's has no {', '.join(unknown)}: name a commit since it was rewritten"
        )
    wanted = lineage(heads, history.revisions)

    def itinerary(_walker: Walker) -> Iterator[Step]:
        yield from (
            Step(revision=one, is_upgrade=True) for one in history.revisions if one.id in wanted
        )

    return databases.template(
        f"at {' '.join(sorted(heads))}",
        lambda database: history.walk(database, itinerary),
        source=ground(history, databases),
    )


def _outcomes(
    child: OldProcess, template: Database, databases: Databases, order: dict[str, Any]
) -> list[Outcome]:
    with databases.clone(template) as database:
        child.tell({**order, "url": database.url.render_as_string(hide_password=False)})
        heard: list[Outcome] = child.hear()
        return heard
