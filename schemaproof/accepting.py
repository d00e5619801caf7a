"""
Write down how the registered queries are planned now, for the next run to compare with.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from schemaproof.errors import SchemaproofError
from schemaproof.project import Project
from schemaproof.runner import Order, opened
from schemaproof.scaling import Baseline, planned


class NothingToAccept(SchemaproofError):
    """No file was named for the plans, or a query has none."""


def accept_plans(project: Project, order: Order) -> tuple[Path, Baseline]:
    """
    Plan every registered query and write the plans into the project's baseline.

    Returns:
        The file, and what is in it now.

    Raises:
        NothingToAccept: ``plans_baseline`` is not configured, or a query is refused.
        SchemaproofError: There is no server, or it cannot be done there.
    """
    file = project.plans_baseline
    if file is None:
        raise NothingToAccept(
            "needs plans_baseline in [tool.schemaproof] to write plans into; found none: "
            'add plans_baseline = "plans.json"'
        )
    with opened(project, order) as subject:
        version = subject.databases.server.version
        try:
            plans = planned(subject.planning, subject.workload.queries)
        except SQLAlchemyError as error:
            told = " ".join(str(getattr(error, "orig", None) or error).split())
            raise NothingToAccept(
                f"needs queries that the server accepts; it says: {told}: run 'schemaproof "
                "verify --only indexes/query-chooses-index' to see of which"
            ) from error
    baseline = Baseline(postgresql=version // 10_000, plans=plans)
    try:
        file.write_text(str(baseline), encoding="utf-8")
    except OSError as error:
        raise NothingToAccept(f"cannot write {file}: {error.strerror}") from error
    return file, baseline
