"""Say what became of the claims: to a person, to a program."""

from schemaproof.report.background import Background, Place
from schemaproof.report.json import to_json
from schemaproof.report.report import Claim, NotCovered, Proof, Report
from schemaproof.report.terminal import print_report

__all__ = [
    "Background",
    "Claim",
    "NotCovered",
    "Place",
    "Proof",
    "Report",
    "print_report",
    "to_json",
]
