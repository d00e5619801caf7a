"""Say what became of the claims: to a person, to a program."""

from schemaproof.report.json import to_json
from schemaproof.report.report import Claim, NotCovered, Proof, Report
from schemaproof.report.terminal import print_report

__all__ = ["Claim", "NotCovered", "Proof", "Report", "print_report", "to_json"]
