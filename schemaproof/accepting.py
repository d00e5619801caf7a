"""
Write down how the registered queries are planned now, for the next run to compare with.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from schemaproof.errors import SchemaproofError
from schemaproof.project import Project
from schemaproof.replacing import replace_file
from schemaproof.runner import Order, opened
from schemaproof.scaling import Baseline, NoSample, planned
from schemaproof.subject import Subject


class NothingToAccept(SchemaproofError):
    """No file was named for the plans, or a query has none."""


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """
    What was written.

    Attributes:
        file: Where.
        baseline: What is in it now.
        left_out: The queries of which nothing is in it, each with the reason.
    """

    file: Path
    baseline: Baseline
    left_out: dict[str, str] = field(default_factory=dict)


def accept_plans(project: Project, order: Order) -> Accepted:
    """
    Plan and run every registered query, and write the plans into the project's baseline.

    A query on a table that takes no row of which the harness could think is left out, as `verify`
    passes over it.

    Raises:
        NothingToAccept: ``plans_baseline`` is not configured, or a query is refused, or none is
            left.
        SchemaproofError: There is no server, or it cannot be done there.
    """
    file = project.plans_baseline
    if file is None:
        raise NothingToAccept(
            "needs plans_baseline in [tool.schemaproof] to write plans into; found none: "
            'add plans_baseline = "plans.json"'
        )
    with opened(project, order) as subject:
        try:
            accepted = _accepted(subject, file)
        except SQLAlchemyError as error:
            told = " ".join(str(getattr(error, "orig", None) or error).split())
            raise NothingToAccept(
                f"needs queries that the server accepts; it says: {told}: run 'schemaproof "
                "verify --only indexes/query-chooses-index' to see of which"
            ) from error
    try:
        replace_file(file, str(accepted.baseline).encode())
    except OSError as error:
        raise NothingToAccept(f"cannot write {file}: {error.strerror}") from error
    return accepted


def _accepted(subject: Subject, file: Path) -> Accepted:
    plans, buffers, left_out = {}, {}, {}
    for query in subject.workload.queries:
        try:
            plans[query.name] = planned(subject.planning, query)
            buffers[query.name] = subject.loaded.touched(query).blocks
        except NoSample as error:
            plans.pop(query.name, None)
            left_out[query.name] = str(error)
    if left_out and not plans:
        raise NothingToAccept(
            f"none of the queries can be planned: {next(iter(left_out.values()))}"
        )
    version = subject.databases.server.version
    baseline = Baseline(postgresql=version // 10_000, plans=plans, buffers=buffers)
    return Accepted(file=file, baseline=baseline, left_out=left_out)
