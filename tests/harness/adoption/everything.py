"""
Put every claim of every check about a project to the test.
"""

from __future__ import annotations

from schemaproof.checks import all_checks
from schemaproof.coverage import not_covered
from schemaproof.report import Proof, Report
from tests.harness.fix_bench import Bench


def everything(bench: Bench) -> Report:
    """
    Return the report of a run with all checks, the thorough ones too.
    """
    checks = all_checks()
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
