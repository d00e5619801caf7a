"""
Put every claim of every check about a project to the test.
"""

from __future__ import annotations

from schemaproof.coverage import not_covered
from schemaproof.report import Proof, Report
from schemaproof.selection import Selection
from tests.harness.fix_bench import Bench


def everything(bench: Bench) -> Report:
    """
    Return the report of a run with all checks that a run has unless more is asked for.

    What the thorough ones ask for, a time limit on locks and deployers that take turns, no
    ``env.py`` that Alembic generates has.
    """
    checks = Selection().choose()
    proofs = [bench.prover.prove(claim) for claim in bench.prover.claims(checks)]
    proofs += [bench.prover.prove(claim) for claim in bench.prover.spokesmen(proofs)]
    return Report(proofs=tuple(proofs), not_covered=tuple(not_covered(bench.subject, checks)))


def of_status(report: Report, status: str) -> dict[str, Proof]:
    return {str(one.claim): one for one in report.proofs if one.status == status}


def trouble(report: Report) -> dict[str, object]:
    """
    Return all that is not proved, and in what way; empty for a project that is clean.
    """
    return {
        str(one.claim): [found.found for found in one.violations] or one.skipped
        for one in report.proofs
        if one.status != "proved"
    }
